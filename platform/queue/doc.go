// Package queue runs work after the transaction that called for it.
//
// PostgreSQL is the ledger. Enqueue inserts a job in the caller's transaction;
// after the commit the tenant is put in the queue's ring, at most once. A
// worker pops a tenant, claims what its turn buys, puts the tenant back at the
// tail and works: so each tenant gets a turn, and one with a million jobs can't
// starve one with three. A tenant's tier says how much a turn counts and how
// many of its jobs run at once, over all workers.
//
// A claim raises the job's fence and sets a lease. A handler commits its
// effect and the completion in one transaction with Complete, which fails if
// somebody else has claimed the job since; so an effect in PostgreSQL happens
// once, whatever is killed. An effect elsewhere needs the other side's
// idempotency as well. What fails for good is parked: it stays, with its reason,
// until a person replays it.
//
// Redis holds the ring alone. Without it each worker keeps a ring of its own,
// which the scheduler fills from the ledger. The scheduler also enqueues what a
// Calendar says, in the transaction that reckons the next time, and measures how
// much waits.
//
// Where to read on: queue.go (enqueuing), registry.go (handlers), worker.go and
// turn.go (who gets the next slot), store.go (every statement about a job),
// outcome.go (what follows a failure), calendar.go and cron.go (schedules),
// ledger.go (what people see and do).
package queue
