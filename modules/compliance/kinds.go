package compliance

import (
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/events"
)

// Kinds declares what this module publishes.
func Kinds() []events.Kind {
	return []events.Kind{{
		Name: EventChanged, Subjects: []string{"contact", "opt_out"}, Noun: "Opt-outs", Title: "Opted out or in",
		When:       "An address opted out of a channel, or in again; the subject is the contact, where one is known.",
		Permission: "conversations.read", Webhooks: true,
		Example: Changed{
			Channel: "sms", Address: "+14155550123", OptedOut: true,
			ContactID: uuid.NullUUID{UUID: uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120005"), Valid: true},
			Evidence:  uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120040"), At: time.Date(2026, 2, 2, 8, 15, 0, 0, time.UTC),
		},
	}}
}
