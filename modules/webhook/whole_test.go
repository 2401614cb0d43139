package webhook_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/modules/contact"
)

func TestAWebhookHasTheWholeRecordOfWhichItsEventTellsWhatDiffers(t *testing.T) {
	t.Parallel()
	d, m := newDock(t), newMailbox(t)
	d.subscribe(m.URL, "contact.updated")
	ctx := d.ctx(d.one)
	stays, err := d.contacts.Create(ctx, contact.CreateInput{FirstName: "Maria", Email: "maria@x.example"})
	d.ok(err)
	goes, err := d.contacts.Create(ctx, contact.CreateInput{FirstName: "Bo", Email: "bo@x.example"})
	d.ok(err)
	// Both change twice, and one is deleted, before anybody hears of it.
	for _, c := range []contact.Contact{stays, goes} {
		for _, last := range []string{"One", "Two"} {
			_, err := d.contacts.Update(ctx, contact.UpdateInput{ID: c.ID, LastName: &last})
			d.ok(err)
		}
	}
	d.ok(d.contacts.Delete(ctx, contact.DeleteInput{ID: goes.ID}))
	d.process(d.one)
	d.work()
	type side struct {
		LastName string `json:"last_name"`
		Email    string
		Version  int
	}
	got := map[string][]side{}
	for _, call := range m.taken() {
		var body struct {
			Subject struct{ ID string }
			Data    struct{ Before, After side }
		}
		d.ok(json.Unmarshal([]byte(call.body), &body))
		got[body.Subject.ID] = append(got[body.Subject.ID], body.Data.Before, body.Data.After)
	}
	want := map[string][]side{
		stays.ID.String(): {{"", "", 1}, {"Two", "maria@x.example", 3}, {"One", "", 2}, {"Two", "maria@x.example", 3}},
		goes.ID.String():  {{"", "", 1}, {"One", "", 2}, {"One", "", 2}, {"Two", "", 3}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s\n%s", diff, strings.Join(bodies(m), "\n"))
	}
}

func bodies(m *mailbox) (out []string) {
	for _, g := range m.taken() {
		out = append(out, g.body)
	}
	return out
}
