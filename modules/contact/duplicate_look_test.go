package contact_test

import (
	"encoding/json"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/events"
)

// TestDuplicatesAreNotLookedForWhereNothingOfThemChanged: without a transaction it
// can't, and a contact that it decoded would fail here.
func TestDuplicatesAreNotLookedForWhereNothingOfThemChanged(t *testing.T) {
	t.Parallel()
	same := `"first_name":"Ann","last_name":"Lee","emails":[{"address":"a@b.c"}],"phones":[],"birthday":null,"address":{"street":""},"company_id":null,`
	err := contact.Matches{}.Handle(t.Context(), nil, events.Event{
		Kind: contact.EventUpdated, SubjectKind: contact.Subject, SubjectID: uuid.New(),
		Payload: json.RawMessage(`{"after":{` + same + `"tags":"not a list"},"before":{` + same + `"tags":"none"}}`),
	})
	if err != nil {
		t.Error(err)
	}
	moved := `{"after":{"first_name":"Bea","tags":"not a list"},"before":{"first_name":"Ann","tags":"none"}}`
	if err := (contact.Matches{}).Handle(t.Context(), nil, events.Event{
		Kind: contact.EventUpdated, SubjectKind: contact.Subject, SubjectID: uuid.New(), Payload: json.RawMessage(moved),
	}); err == nil {
		t.Error("another name was not looked at")
	}
}
