// Package web holds the built web application.
//
// The build (npm run build) writes dist; a committed placeholder keeps the
// embed valid, so that Go builds on a machine without Node. A server that
// finds no index.html in FS is one whose web application was never built.
package web

import (
	"embed"
	"io/fs"
)

// Dist is the build's output under the folder "dist", dotfiles included.
//
//go:embed all:dist
var Dist embed.FS

// FS is the build's output with "dist" as its root: index.html is a template
// whose tokens its head comment explains, assets/ is immutable by content
// hash and carries .br and .gz twins, docs/ is the API reference.
func FS() fs.FS {
	sub, err := fs.Sub(Dist, "dist")
	if err != nil {
		panic("web: the embedded folder is missing: " + err.Error()) // impossible: the embed above names it
	}
	return sub
}
