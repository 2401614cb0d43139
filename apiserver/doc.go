// Package apiserver is the HTTP door: the API under /api/v1, the carrier's
// webhooks and the web application.
//
// Start at routes.go: every route with its permission. server.go holds what the
// server stands on and the order of the middleware. Each noun has a file with
// its wire types and its operations; an operation decodes, calls one verb of a
// module's Service and encodes. Whatever goes wrong is answered as a problem
// document, made in problem.go and nowhere else.
//
// openapi.json is written from the code by Document; a test fails when the two
// differ.
package apiserver
