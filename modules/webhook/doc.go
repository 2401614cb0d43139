// Package webhook tells other systems what happens in a sub-account.
//
// Tables: webhook_subscription (who wants to hear what), webhook_delivery (an
// event for a subscription, with the bytes that are sent) and webhook_attempt
// (each call, written before it is made). Secrets are sealed.
//
// Events in: all of them; the Subscriber writes a delivery for each subscription
// that asked for the kind, in the transaction that marks the event as processed.
// Events out: webhook.created, webhook.updated, webhook.deleted and
// webhook.disabled, about the subscription.
//
// Jobs: webhook.pump sends what is due for one subscription, one call after the
// other; a subscription has at most Slots of them, and one alone while it fails,
// so that no target holds up another's. webhook.retry rings when a retry is due.
//
// Order: of the deliveries about one subject to one subscription, only the oldest
// open one is sent; the others wait until it succeeded or was given up after
// RetryFor. A call that nobody answered may have arrived, so a delivery arrives
// at least once, always with the same webhook-id.
//
// Limits: MaxSubscriptions a sub-account; MaxKinds a subscription; 15 seconds a
// call, no redirects; finished deliveries are kept for Retention.
//
// Headers and signatures are those of Standard Webhooks 1.0:
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
package webhook
