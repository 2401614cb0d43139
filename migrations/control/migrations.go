// Package control holds the migrations of the control database: forward only,
// NNNN_noun_what.sql, expand in one release and contract in a later one.
package control

import "embed"

// FS holds the files.
//
//go:embed *.sql
var FS embed.FS
