// Package tenant holds the migrations of the tenant databases: forward only,
// NNNN_noun_what.sql, expand in one release and contract in a later one.
package tenant

import "embed"

// FS holds the files.
//
//go:embed *.sql
var FS embed.FS
