// Package carrier is the carrier of the outside world on one machine: a double
// of Twilio that speaks its REST API 2010-04-01, keeps state, moves messages
// through the provider's status machine and signs its callbacks as the
// provider does. On its handsets page a person reads and answers the texts.
//
// Three doors:
//
//   - /2010-04-01/…  the provider's own paths, unchanged: Accounts,
//     IncomingPhoneNumbers, AvailablePhoneNumbers (Local) and Messages. A client
//     of the real API needs another host and nothing else.
//   - /sandbox/…     control, as JSON: faults, late, duplicate, reordered and lost
//     callbacks, the fate of what is sent to a handset, and the ledger of all
//     messages, against which a checker compares our database. See control.go.
//   - /handsets      the page with the virtual handsets.
//
// What differs from the provider, on purpose: any number that isn't hosted here
// is a handset that exists; the carrier's own handling of STOP is off until it
// is switched on (Options.HonourStop), so that ours is what one sees; scheduled
// sends are refused; of TwiML, Message is carried out and other verbs are noted
// in the log. Accounts, numbers, messages, handsets and fates survive a restart
// when there is a journal; faults and callback rules don't.
//
// Sources: the published contract api_v2010.json, which the tests hold against
// every request and response; https://www.twilio.com/docs/usage/security
// (signatures), https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
// (retries), https://www.twilio.com/docs/messaging/guides/webhook-request
// (parameters), https://www.twilio.com/docs/api/errors (codes).
package carrier
