// Package audit keeps who did what to which record, so that nobody can make it
// undone.
//
// Tables of each tenant database: audit_entry, one row per change event with the
// actor and the values before and after; audit_chain, the end of the chain of
// hashes over them; audit_checkpoint, what of it was signed; audit_policy, how long
// they are kept. Tables of the control database: the same, per agency, for changes
// of the administration (sign-ins, invitations, keys, suspensions), and audit_key,
// the keys that sign. Entries are append-only: see the triggers in the migrations.
//
// chain.go says what a hash covers, canonical.go in which form, checkpoint.go what
// is signed, verify.go what is checked, export_file.go what a file of it holds. Why it is so: docs/adr/0025 and 0041.
//
// The tenant side hears every event (Subscriber, named "audit") in the
// transaction that marks it as processed; an event that is processed again
// writes nothing new. The control side is a port of directory and access
// (Auditor): Record runs in the transaction of the change itself, as its last word.
//
// Events out: audit.policy_changed, audit.exported. Jobs: audit.keep, each night.
//
// Limits: an entry of the tenant side appears when the event is processed, not
// with the change.
package audit
