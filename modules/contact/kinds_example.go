package contact

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// What stands in the examples of kinds. Each has every member that there may be.
var (
	exampleID     = uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120005")
	exampleOther  = uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120006")
	exampleThing  = uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120007")
	exampleTime   = time.Date(2026, 2, 2, 8, 15, 0, 0, time.UTC)
	exampleDay    = "1990-05-17"
	exampleOf     = uuid.NullUUID{UUID: exampleID, Valid: true} // one of the two is null
	examplePerson = uuid.NullUUID{UUID: exampleOther, Valid: true}

	exampleTouch = Touch{
		Source: "google", Medium: "cpc", Campaign: "spring", Term: "crm", Content: "a", GoogleClick: "Cj0K", MetaClick: "IwAR", BingClick: "ab12",
		Referrer: "https://www.google.com/", LandingPage: "https://example.com/", At: exampleTime,
	}
	exampleNote = NoteSnapshot{
		ID: exampleThing, ContactID: exampleOf, CompanyID: exampleOf, Body: "Call back, @Bo",
		Mentions: []uuid.UUID{exampleOther}, Pinned: true, Author: exampleAuthor, CreatedAt: exampleTime, UpdatedAt: exampleTime, Version: 1,
	}
	exampleAuthor = tenancy.Actor{
		Kind: tenancy.Person, ID: exampleOther.String(), Name: "Ada", UserAgent: "Mozilla/5.0", RequestID: exampleThing.String(),
		ImpersonatorID: exampleThing.String(), ImpersonatorName: "Sam", AppID: exampleThing.String(), AppName: "Warehouse",
	}
	exampleFile = FileSnapshot{
		ID: exampleThing, ContactID: exampleOf, CompanyID: exampleOf, Name: "offer.pdf", ContentType: "application/pdf", Size: 48213,
		SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", CreatedAt: exampleTime,
	}
	exampleExport = ExportSnapshot{
		ID: exampleThing, Query: "rossi", Filter: json.RawMessage(`{"field":"tags","op":"any_of","value":["vip"]}`), Columns: []string{"first_name", "emails"},
	}
	exampleImport = ImportSnapshot{
		ID: exampleThing, Name: "contacts.csv", State: ImportRunning, Total: 1200, Done: 400, Created: 390, Changed: 6, Failed: 4, Undone: 0, Version: 3,
	}
	exampleBulk = BulkSnapshot{
		ID: exampleThing, Total: 1200, Done: 400, Changed: 390, Skipped: 8, Failed: 2, State: BulkRunning, Error: "The field was deleted.", Version: 3,
		Action: BulkAction{
			Kind: "tag.add", Tags: []string{"vip"}, OwnerID: examplePerson, People: []uuid.UUID{exampleOther}, Channels: []string{"sms"},
			Field: "custom.plan", Value: "gold",
		},
	}
	exampleView = ViewSnapshot{
		ID: exampleThing, Object: ObjectContact, OwnerKind: tenancy.Person, OwnerID: exampleOther.String(), Name: "My leads",
		Filter: exampleExport.Filter, Columns: []string{"name", "tags"}, Sort: "-created_at", Shared: true, Position: 1, Version: 2,
	}
	exampleFolder = map[string]any{"id": exampleThing, "object": ObjectContact, "name": "Shipping", "position": 1, "version": 2}
	exampleField  = func() FieldSnapshot {
		least, most, short, long := 0.0, 100.0, 1, 80
		return FieldSnapshot{
			ID: exampleThing, Object: ObjectContact, Key: "plan", Name: "Plan", Kind: FieldSelect, FolderID: examplePerson,
			Options: []Option{{Key: "gold", Label: "Gold", Archived: true}}, Required: true, Unique: true, Indexed: true,
			Rules: FieldRules{
				Min: &least, Max: &most, MinLength: &short, MaxLength: &long, Pattern: "[a-z]+", Earliest: "2026-01-01", Latest: "2026-12-31",
				Currencies: []string{"EUR"}, Target: ObjectCompany,
			},
			Position: 1, Version: 2, ArchivedAt: &exampleTime, CreatedAt: exampleTime, UpdatedAt: exampleTime,
		}
	}()
)

func exampleContact(title string) *Snapshot {
	return &Snapshot{
		ID: exampleID, FirstName: "Maria", LastName: "Rossi", Name: "Maria Rossi", Email: "maria@example.com", Phone: "+14155550123",
		Emails: []EmailSnapshot{{Address: "maria@example.com", Label: "work", Primary: true, State: "ok"}},
		Phones: []PhoneSnapshot{{Number: "+14155550123", Label: "mobile", Primary: true, State: "ok"}},
		Tags:   []string{"vip"}, OwnerID: examplePerson, Source: "website", CompanyID: uuid.NullUUID{UUID: exampleThing, Valid: true}, JobTitle: title,
		Address:  PlaceSnapshot{Street: "Via Roma 1", City: "Milano", Region: "MI", PostalCode: "20121", Country: "IT"},
		Timezone: "Europe/Rome", Birthday: &exampleDay, Attribution: TouchSnapshot{First: &exampleTouch, Last: &exampleTouch},
		Followers: []uuid.UUID{exampleOther}, DND: []string{"sms"}, Score: 10, Custom: Values{"plan": "gold"},
		CreatedAt: exampleTime, UpdatedAt: exampleTime, Version: 3,
	}
}

func exampleCompany(website string) *CompanySnapshot {
	return &CompanySnapshot{
		ID: exampleThing, Name: "Rossi SRL", Domain: "rossi.example", Phone: "+390212345678", Website: website, Street: "Via Roma 1", City: "Milano",
		Region: "MI", PostalCode: "20121", Country: "IT", OwnerID: examplePerson, Tags: []string{"supplier"}, Custom: Values{"vat": "IT123"},
		CreatedAt: exampleTime, UpdatedAt: exampleTime, Version: 2,
	}
}

func exampleTask(done bool) TaskSnapshot {
	t := TaskSnapshot{
		ID: exampleThing, ContactID: exampleOf, CompanyID: exampleOf, Title: "Call back", Body: "About the offer", AssigneeID: examplePerson,
		DueAt: &exampleTime, AllDay: false, Timezone: "Europe/Rome", Recurrence: "FREQ=WEEKLY", ReminderAt: &exampleTime,
		CreatedAt: exampleTime, UpdatedAt: exampleTime, Version: 1,
	}
	if done {
		t.CompletedAt = &exampleTime
	}
	return t
}
