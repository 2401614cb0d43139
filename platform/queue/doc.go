// Package queue runs work after the transaction that called for it.
//
// PostgreSQL is the ledger. Enqueue inserts a job in the caller's transaction;
// after the commit the tenant is put in the queue's ring, at most once. A
// worker pops a tenant, claims a batch of its due jobs, puts the tenant back
// at the tail and works: so each tenant gets a turn, and one with a million
// jobs can't starve one with three.
//
// A claim raises the job's fence and sets a lease. A handler commits its
// effect and the completion in one transaction with Complete, which fails if
// somebody else has claimed the job since; so an effect in PostgreSQL happens
// once, whatever is killed. An effect elsewhere needs the other side's
// idempotency as well.
//
// Redis holds the ring alone. Without it each worker keeps a ring of its own,
// which the scheduler fills from the ledger.
package queue
