package webhook

import (
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/events"
)

// Kinds declares what this module publishes, and what it sends by itself.
func Kinds() []events.Kind {
	failing := time.Date(2026, 2, 2, 8, 15, 0, 0, time.UTC)
	is := Snapshot{
		ID: uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120030"), URL: "https://example.com/hooks/omnicrm", Description: "Warehouse",
		Events: []string{"contact.*"}, Enabled: true, DisabledReason: "", FailingSince: &failing, FormerUntil: &failing,
	}
	was, off := is, is
	was.URL, off.Enabled, off.DisabledReason = "https://example.com/hooks/old", false, ByFailing
	one := func(name, title, when string, before, after *Snapshot) events.Kind {
		return events.Kind{
			Name: name, Subjects: []string{Subject}, Noun: "Webhooks", Title: title, When: when, Permission: "webhooks.manage",
			Webhooks: true, Example: Changed{Before: before, After: after},
		}
	}
	return []events.Kind{
		one(EventCreated, "Created", "Somebody made a webhook.", nil, &is),
		one(EventUpdated, "Changed", "Somebody changed a webhook, switched it on or off, or changed its secret.", &was, &is),
		one(EventDeleted, "Deleted", "Somebody deleted a webhook.", &is, nil),
		one(EventDisabled, "Switched off", "A webhook was switched off by itself, after a day without a success.", &is, &off),
		{
			Name: KindPing, Subjects: []string{Subject}, Noun: "Webhooks", Title: "Test",
			When:       "Somebody tests a webhook: it is sent to that one, whatever it asked for.",
			Permission: "webhooks.manage", Only: events.OnWebhook, Example: map[string]any{"message": "This is a test."},
		},
	}
}
