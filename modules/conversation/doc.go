// Package conversation keeps the threads: one per contact and channel, with
// every message of every channel in it.
//
// Tables: conversation, message, conversation_moved (where things stood before a
// merge of contacts).
//
// Events out: message.created, message.updated, conversation.updated, each with
// the state before and after. Events in: contact.deleted, which takes the
// contact's threads out of the inbox; contact.restored, which puts them back.
//
// Jobs: none of its own; a channel enqueues its deliveries.
//
// A send asks the gate (Gate) in its own transaction, and what the gate decided
// is stored with the message: a message that may not go out is kept as held,
// with the rule that holds it. A channel asks again at the moment of delivery.
//
// Every change of a message locks its conversation first, so that the events of
// one thread are in the order of their commits, and what moves a message's
// status goes through Progress.Next: a status never goes backwards.
//
// Limits: 100 a page; the length of a body is the channel's.
package conversation
