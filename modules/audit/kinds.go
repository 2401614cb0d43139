package audit

import (
	"time"

	"github.com/omnicrm/omnicrm/platform/events"
)

// Kinds declares what this module publishes in sub-accounts. What it keeps of an
// agency's administration is in no stream.
func Kinds() []events.Kind {
	at := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	one := func(name, title, when string, example events.Change) events.Kind {
		return events.Kind{
			Name: name, Subjects: []string{"sub_account"}, Noun: "The audit", Title: title, When: when, Permission: "audit.read", Webhooks: true,
			Example: example,
		}
	}
	return []events.Kind{
		one(EventPolicyChanged, "Policy changed", "Somebody changed for how long the audit is kept.",
			events.Change{Before: retention{DefaultRetentionDays}, After: retention{730}}),
		one(EventExported, "Exported", "Somebody took the audit out as a file.", events.Change{After: map[string]any{"filter": ExportFilter{
			Subject: "01920e5c-7f3a-7c1e-9d59-0242ac120005", SubjectKind: "contact", Action: "contact.*", Actor: "01920e5c-7f3a-7c1e-9d59-0242ac120003",
			ActorKind: "person", Field: "phone", From: &at, To: &at, SubAccount: "01920e5c-7f3a-7c1e-9d59-0242ac120002",
		}}}),
	}
}
