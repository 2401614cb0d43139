// Package compliance is the one gate in front of every send, and the keeper of
// what people said about being written to.
//
// Tables: opt_out (evidence, append-only), suppression (the present state of an
// address), compliance_policy (a sub-account's own choices).
//
// Events out: optout.changed, about the contact where one is known, else about
// the evidence. Events in: none. Jobs: none.
//
// The gate gathers what the rules need to know (Facts) in the sender's
// transaction, then runs Rules, a chain of pure functions that reads as a
// checklist; the first that objects decides. Quiet hours, consent and content
// rules join the chain as further functions.
//
// The rules are research, not legal advice: each names its source, and counsel
// may change it.
package compliance
