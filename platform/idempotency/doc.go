// Package idempotency makes a request safe to repeat: under one key of one
// principal it happens once, and a repeat within 24 hours gets the first answer.
//
// The answer is stored in the transaction of the effect: Do opens the
// transaction, the verbs that the request calls take part in it (db.Within), and
// the row with the answer is the last thing before the commit. So after a crash
// at any moment either both are there or neither is, and the repeat is right in
// both cases. What lies outside of the database (a custom resource) is not part
// of it: such an effect must refuse or recognise its own repetition.
//
// Only success is stored. A refused request had no effect that a repeat would
// double, and may succeed later; what a verb committed before it refused (a
// counted attempt) stays.
//
// Two requests under one key at once: the second is told to come back.
//
// Answers are sealed, since some hold what is shown only once. Rows older than
// 24 hours are removed by later requests of the same tenant, a few at a time.
package idempotency
