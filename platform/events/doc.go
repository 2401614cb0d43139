// Package events tells the rest of the system what happened.
//
// Publish writes an event in the transaction of the change. One consumer at a
// time per sub-account takes the unprocessed rows, runs the subscribers in a
// fixed order in the transaction that marks the rows, each behind a savepoint,
// and gives each event its seq: gapless, in an order that keeps every
// subject's own. After the commit the events go to Redis for the browsers'
// streams, which fill any gap from the table by seq.
//
// A subscriber that fails parks the event for itself alone, and later events
// of that subject wait behind it; a person sees and replays them.
package events
