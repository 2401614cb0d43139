package workers

import (
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/modules/webhook"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/queue"
)

// Modules are those that have work at night.
type Modules struct {
	Audit         *audit.Service
	Contacts      *contact.Service
	Conversations *conversation.Service
	SMS           *sms.Service
	Webhooks      *webhook.Service
}

// Registry is the night-shift plan: every kind of job, and whose it is.
func Registry(m Modules, tenants *db.Tenants, c clock.Clock) *queue.Registry {
	r := queue.NewRegistry()

	// kind             queue                     handler
	// audit.keep       maintenance               chains, cuts and signs the audit
	queue.Register(r, keepAudit(m.Audit))
	// contact.bulk     bulk                      does, or takes back, something to many contacts
	queue.Register(r, runBulk(m.Contacts))
	queue.GivenUp(r, giveUpBulk(m.Contacts))
	// contact.bulk_tidy maintenance              30 days after a bulk action
	queue.Register(r, tidyBulk(m.Contacts))
	// contact.erase    maintenance               30 days after a deletion
	queue.Register(r, eraseContact(m.Contacts))
	// contact.merge_expiry maintenance           forgets what the undo of old merges needed
	queue.Register(r, letGoOfMerges(m.Contacts))
	// contact.match_walk maintenance             looks for duplicates among contacts from before
	queue.Register(r, walkMatches(m.Contacts))
	// contact.import   bulk                      takes in, or takes back, the rows of a file
	queue.Register(r, runImport(m.Contacts))
	// task.remind      automation                at the time of a task's reminder
	queue.Register(r, remindOfTask(m.Contacts))
	// queue.tidy       maintenance               old rows of the kernel's tables
	queue.Register(r, tidy(tenants, c))
	// sms.deliver      interactive, automation   one attempt of a text
	queue.Register(r, deliverSMS(m.SMS))
	queue.GivenUp(r, m.SMS.DeliverGivenUp)
	// sms.reconcile    interactive               asks the carrier about an attempt in doubt
	queue.Register(r, reconcileSMS(m.SMS))
	queue.GivenUp(r, m.SMS.ReconcileGivenUp)
	// sms.follow       maintenance               asks the carrier about a text whose callbacks don't come
	queue.Register(r, followSMS(m.SMS))
	// sms.collect      maintenance               takes in texts of which no webhook told
	queue.Register(r, collectSMS(m.SMS))
	queue.GivenUp(r, m.SMS.CollectGivenUp)
	// webhook.pump     automation                sends what is due for one webhook
	queue.Register(r, pumpWebhook(m.Webhooks))
	// webhook.retry    automation                starts the pump when a retry is due
	queue.Register(r, retryWebhook(m.Webhooks))

	return r
}

// Standing are the schedules that every sub-account has, in its own time zone.
func Standing(subAccount uuid.UUID) []queue.Schedule {
	return []queue.Schedule{
		{Key: "standing/tidy", Cron: atNight(subAccount), Queue: queue.Maintenance, Payload: TidyJob{}},
		{Key: "standing/audit", Cron: atNight(subAccount), Queue: queue.Maintenance, Payload: audit.KeepJob{}},
		{Key: "standing/merges", Cron: atNight(subAccount), Queue: queue.Maintenance, Payload: contact.MergeExpiryJob{}},
		{Key: "standing/matches", Cron: atNight(subAccount), Queue: queue.Maintenance, Payload: contact.MatchWalkJob{}},
	}
}

// Subscribers hear every event, in this order, before the browsers do.
func Subscribers(m Modules) []events.Subscriber {
	return []events.Subscriber{
		audit.Subscriber{},           // every change: who did what
		contact.Timeline{},           // whatever happens to a contact
		contact.Matches{},            // a contact's changes: who may be the same person
		m.Conversations.Subscriber(), // contact.deleted, .restored: its threads leave the inbox, and come back
		m.Webhooks.Subscriber(),      // every change: who asked to be told
	}
}
