// Package audit keeps who did what to which record.
//
// Tables: audit_entry in each tenant database, one row per change event with
// the actor and the values before and after; and audit_entry in the control
// database, one row per change of the administration (sign-ins, invitations,
// keys, suspensions). Both are append-only: the application holds no right to
// change a row, and a trigger stops the owner of the table as well. Whole
// sub-accounts are purged by omnicrm_mover alone.
//
// The tenant side hears every event (Subscriber, named "audit") in the
// transaction that marks it as processed; an event that is processed again
// writes nothing new. The control side is a port of directory and access
// (Auditor): Record runs in the transaction of the change itself.
//
// Events out: none. Jobs: none.
//
// Limits: the values are those of the event, so an erased record lives on in its
// entries; an entry of the tenant side appears when the event is processed, not
// with the change.
package audit
