// Package events tells the rest of the system what happened.
//
// event.go: [Bus.Publish] writes an event in the transaction of the change, and
// rings after the commit.
//
// kind.go: a [Kind] is what a module declares of an event; the bus refuses what
// is in no list of [Kinds].
//
// consumer.go, deliver.go: one [Consumer] at a time per sub-account takes the
// unprocessed rows and runs the subscribers in a fixed order, each behind a
// savepoint, in the transaction that marks the rows; so what a subscriber writes
// happens once. It gives each event its seq: without gaps, in an order that
// keeps every subject's own, visible in that order.
//
// behind.go: what is published [Behind] others is heard when there is room, or when
// a later event of its subject is: a bulk action's, so that people don't wait for it.
//
// replay.go, parked.go: a subscriber that keeps failing parks the event for
// itself alone, and later events of that subject wait behind it; a person sees
// them with the reason, and replays them.
//
// stream.go, hub.go, announce.go: a [Stream] feeds the browsers of one process.
// A hub per sub-account reads the table once for all of them; Redis only tells
// it when to look, and a poll does where Redis is away. A reader is a position:
// it comes back with its last seq, to any process, and misses nothing.
//
// Tables: event, event_cursor, event_parked. Why it is so: docs/adr/0009, 0010,
// 0031 and 0051.
package events
