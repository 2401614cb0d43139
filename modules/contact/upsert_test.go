package contact_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func (d *desk) upsert(in contact.UpsertInput) contact.UpsertResult {
	d.t.Helper()
	out, err := d.Upsert(d.ctx, in)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

func keptFields(r contact.UpsertResult) (out []string) {
	for _, k := range r.Kept {
		out = append(out, k.Field)
	}
	return out
}

func TestAnUpsertMakesThenFindsAndDropsNoAddress(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	made := d.upsert(contact.UpsertInput{Contact: contact.UpdateInput{FirstName: ptr("Maria"), Email: ptr("A@x.example"), Phone: ptr("415 555 0123"), Tags: &[]string{"one"}}})
	if !made.Created || made.MatchedBy != "" {
		t.Fatalf("%+v", made)
	}
	again := d.upsert(contact.UpsertInput{Contact: contact.UpdateInput{
		FirstName: ptr("Mary"), Email: ptr("b@x.example"), Phone: ptr("(415) 555-0123"), Tags: &[]string{"two"}, City: ptr("Rome"),
	}})
	if again.Created || again.Contact.ID != made.Contact.ID || again.MatchedBy != "phone" {
		t.Fatalf("%+v", again)
	}
	if got := told(again.Contact); got != "a@x.example* b@x.example +14155550123*" {
		t.Error(got)
	}
	if diff := cmp.Diff([]string{"address.city", "emails", "first_name", "tags"}, again.Changed); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"email"}, keptFields(again)); diff != "" {
		t.Error(diff)
	}
	same := d.upsert(contact.UpsertInput{Contact: contact.UpdateInput{Email: ptr("b@x.example"), Tags: &[]string{"ONE"}}})
	if len(same.Changed) != 0 || same.Contact.Version != again.Contact.Version || same.MatchedBy != "email" {
		t.Errorf("%+v", same)
	}
}

func TestAnUpsertKeepsToItsPolicies(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.field("Plan", contact.FieldText)
	d.field("Level", contact.FieldText)
	d.field("Number", contact.FieldText, unique)
	made := d.create(contact.CreateInput{
		FirstName: "Maria", JobTitle: "Boss", Tags: []string{"one"}, Score: 5, FirstTouch: &contact.Touch{Source: "news"}, LastTouch: &contact.Touch{Source: "news"},
		Custom: map[string]any{"plan": "gold", "number": "A1"},
	})
	touch := &contact.Touch{Source: "ad"}
	out := d.upsert(contact.UpsertInput{
		Match: []string{"custom.number"},
		Policies: contact.Policies{
			Names: contact.Keep, Profile: contact.FillEmpty, Settings: contact.Overwrite, Custom: contact.FillEmpty, ReplaceTags: true,
		},
		Contact: contact.UpdateInput{
			FirstName: ptr("Eve"), JobTitle: ptr("Clerk"), City: ptr("Rome"), Score: ptr(int32(7)), FirstTouch: &touch, LastTouch: &touch, Tags: &[]string{"two"},
			Custom: map[string]any{"plan": "iron", "level": "high", "number": "A1"},
		},
	})
	if out.MatchedBy != "custom.number" || out.Contact.ID != made.ID {
		t.Fatalf("%+v", out)
	}
	if diff := cmp.Diff([]string{"address.city", "attribution.last", "custom.level", "score", "tags"}, out.Changed); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"first_name", "job_title", "attribution.first", "custom.plan"}, keptFields(out)); diff != "" {
		t.Error(diff)
	}
}

func TestSeveralThatMatchAreRefusedOrTheFirstIsTaken(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	byMail := d.create(contact.CreateInput{FirstName: "Mail", Email: "a@x.example"})
	byPhone := d.create(contact.CreateInput{FirstName: "Phone", Phone: "+14155550123"})
	both := contact.UpdateInput{LastName: ptr("Rossi"), Email: ptr("a@x.example"), Phone: ptr("+14155550123")}
	_, err := d.Upsert(d.ctx, contact.UpsertInput{Match: []string{"phone", "email"}, Contact: both})
	f, ok := fault.As(err)
	if !ok || f.Slug != "contact.ambiguous" {
		t.Fatal(err)
	}
	want := []map[string]any{{"id": byPhone.ID, "name": "Phone", "matched_by": "phone"}, {"id": byMail.ID, "name": "Mail", "matched_by": "email"}}
	if diff := cmp.Diff(want, f.Meta["candidates"]); diff != "" {
		t.Error(diff)
	}
	// Of the first rule's, the other's address stays where it is: it says whose it is.
	both.Emails = list("new@x.example", "a@x.example")
	first := d.upsert(contact.UpsertInput{Match: []string{"phone", "email"}, First: true, Contact: both})
	kept := []contact.KeptField{{Field: "emails", Reason: "a@x.example belongs to another contact that matches, " + byMail.ID.String() + "."}}
	if diff := cmp.Diff(kept, first.Kept); diff != "" || first.Contact.ID != byPhone.ID || first.Contact.LastName != "Rossi" || first.Contact.Email != "new@x.example" {
		t.Error(diff, told(first.Contact))
	}
	// An address of somebody whom no rule finds is still refused.
	_, err = d.Upsert(d.ctx, contact.UpsertInput{Match: []string{"phone"}, First: true, Contact: both})
	if f, ok := fault.As(err); !ok || f.Slug != "contact.duplicate" || f.Meta["contact"].(map[string]any)["id"] != byMail.ID {
		t.Error(err)
	}
	named := d.upsert(contact.UpsertInput{First: true, Contact: contact.UpdateInput{ID: byMail.ID, LastName: ptr("Rossi"), Email: ptr("a@x.example")}})
	if named.MatchedBy != "id" || named.Contact.ID != byMail.ID {
		t.Errorf("%+v", named)
	}
	if _, err := d.Upsert(d.foreign, contact.UpsertInput{Match: []string{"id"}, Contact: contact.UpdateInput{ID: byMail.ID, FirstName: ptr("a")}}); !fault.Is(err, fault.NotFound) {
		t.Errorf("another's id finds something, or makes somebody under another one: %v", err)
	}
}

func TestManyUpsertsOfTheSamePersonMakeOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var all sync.WaitGroup
	results := make(chan contact.UpsertResult, 8)
	for i := range cap(results) {
		all.Go(func() {
			out, err := d.Upsert(d.ctx, contact.UpsertInput{Contact: contact.UpdateInput{
				Email: ptr("one@x.example"), Emails: list(strings.Repeat("x", i+1) + "@x.example"),
			}})
			if err != nil {
				t.Error(err)
			}
			results <- out
		})
	}
	all.Wait()
	close(results)
	ids, made := map[uuid.UUID]bool{}, 0
	var last contact.Contact
	for r := range results {
		ids[r.Contact.ID] = true
		if r.Created {
			made++
		}
		if r.Contact.Version > last.Version {
			last = r.Contact
		}
	}
	if len(ids) != 1 || made != 1 || len(last.Addresses) != 9 {
		t.Errorf("%d contacts, %d made, %s", len(ids), made, told(last))
	}
}

func TestBadUpsertsAreNamed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.field("Plan", contact.FieldText)
	for name, c := range map[string]struct {
		in   contact.UpsertInput
		want []string
	}{
		"rules that aren't": {
			contact.UpsertInput{Match: []string{"name", "email", "custom.plan", "custom.none"}, Policies: contact.Policies{Names: "maybe"}},
			[]string{"match[0]", "match[2]", "match[3]", "conflict.names"},
		},
		"nobody":               {contact.UpsertInput{}, []string{"first_name"}},
		"a field that isn't":   {contact.UpsertInput{Contact: contact.UpdateInput{Email: ptr("a@x.example"), Custom: map[string]any{"x": 1.0}}}, []string{"custom.x"}},
		"an address that none": {contact.UpsertInput{Contact: contact.UpdateInput{Email: ptr("a@")}}, []string{"email"}},
	} {
		_, err := d.Upsert(d.ctx, c.in)
		if diff := cmp.Diff(c.want, paths(err)); diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
	if page, err := d.List(d.ctx, contact.ListInput{}); err != nil || len(page.Items) != 0 {
		t.Errorf("bad input left %d contacts, %v", len(page.Items), err)
	}
}
