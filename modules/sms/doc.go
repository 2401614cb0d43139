// Package sms is the channel of texts, over Twilio.
//
// Tables: sms_attempt, sms_collected. Events: none of its own; what becomes of a message is
// told by modules/conversation. Ports: Accounts (directory), Messages
// (conversation), OptOuts (compliance); Carrier is the provider behind a port.
//
// Jobs: sms.deliver, sms.reconcile, sms.follow, sms.collect.
//
// A text goes out once. Before each call stands an attempt row, committed on its
// own. After the call the answer, the message's new status and the job's
// completion commit together:
//
//   - accepted: the carrier's id is kept, its callbacks tell the rest;
//   - busy (429, 5xx, no connection): the message is queued again as a further
//     attempt, later each time, at most MaxTries in a row. After a 5xx the
//     carrier is asked whether it holds the text before another is sent;
//   - refused (4xx): failed, with the carrier's code and what it means;
//   - unclear (a timeout, a lost connection, a worker killed in the middle): the
//     message is unknown, and sms.reconcile asks the carrier.
//
// Twilio has no idempotency key. What identifies an attempt is its status
// callback, whose address carries the message and the attempt: a callback names
// the carrier's id for exactly that attempt. Twilio does not list a message's
// callback address, so a reconciliation looks for a text of the same account to
// the same number, from the same number, with the same body, made within
// MatchWindow of the call, that no other attempt owns. One such text is ours.
// None, after several looks, means that it was never sent: the message fails and
// a person may retry. Several, or several attempts in doubt that look alike, can't
// be told apart: the message stays unknown and says so.
//
// A text that the carrier holds is asked for by its id until its end is known
// (follow.go); texts that came in while we were away are taken from the carrier's
// list (collect.go); and a job that is given up says so in its message (giveup.go).
//
// Keywords (keyword.go) are honoured in the transaction that keeps the message.
// Where Twilio manages opt-outs itself it names the keyword as OptOutType and
// has answered already: then no second answer is sent. A send that Twilio refuses
// with 21610 is kept as an opt-out.
//
// Limits: 1600 characters; the list of a reconciliation reads 200 texts.
package sms
