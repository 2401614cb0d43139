// Package auth holds the primitives by which a person or a program proves who
// it is: password hashes, opaque tokens, one-time codes, recovery codes and the
// rules for a new password.
//
// It knows no database, no context of a request and no clock: modules/access
// decides what to store and when; this package only computes. Everything here
// is safe for concurrent use.
package auth
