package contact_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func (d *desk) company(in contact.CompanyInput) contact.Company {
	d.t.Helper()
	c, err := d.CreateCompany(d.ctx, in)
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

func TestACompanyIsKeptReadChangedAndDeleted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	made := d.company(contact.CompanyInput{
		Name: ptr(" Rossi  Flowers"), Domain: ptr("https://www.Rossi.Example/shop"), Phone: ptr("(415) 555-0123"),
		Website: ptr("www.rossi.example"), Country: ptr("us"), Tags: ptr([]string{"VIP", "vip"}),
	})
	if made.Name != "Rossi Flowers" || made.Domain != "rossi.example" || made.Phone != "+14155550123" ||
		made.Website != "https://www.rossi.example" || made.Country != "US" || len(made.Tags) != 1 {
		t.Errorf("kept as %+v", made)
	}
	changed, err := d.UpdateCompany(d.ctx, made.ID, made.Version, contact.CompanyInput{City: ptr("Rome")})
	if err != nil || changed.City != "Rome" || changed.Version != 2 || changed.Domain != made.Domain {
		t.Fatalf("%+v, %v", changed, err)
	}
	if same, err := d.UpdateCompany(d.ctx, made.ID, 2, contact.CompanyInput{City: ptr(" Rome ")}); err != nil || same.Version != 2 {
		t.Errorf("a change that changes nothing: %+v, %v", same, err)
	}
	if _, err := d.UpdateCompany(d.ctx, made.ID, 1, contact.CompanyInput{City: ptr("Milan")}); !fault.Is(err, fault.Stale) {
		t.Errorf("a lost race: %v", err)
	}
	if err := d.DeleteCompany(d.ctx, made.ID, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := d.GetCompany(d.ctx, made.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("read after its deletion: %v", err)
	}
	kinds, _ := d.heard(made.ID)
	if diff := cmp.Diff([]string{"company.created", "company.updated", "company.deleted"}, kinds); diff != "" {
		t.Error(diff)
	}
	d.company(contact.CompanyInput{Name: ptr("Rossi again"), Domain: ptr("rossi.example")}) // its domain is free
}

func TestTwoCompaniesHaveNoDomainInCommon(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := d.company(contact.CompanyInput{Name: ptr("One"), Domain: ptr("one.example")})
	other := d.company(contact.CompanyInput{Name: ptr("Two")})
	_, made := d.CreateCompany(d.ctx, contact.CompanyInput{Name: ptr("Three"), Domain: ptr("ONE.example")})
	_, changed := d.UpdateCompany(d.ctx, other.ID, 0, contact.CompanyInput{Domain: ptr("one.example")})
	for _, err := range []error{made, changed} {
		f, ok := fault.As(err)
		if !ok || f.Slug != "company.duplicate" || f.Meta["company"].(map[string]any)["id"] != first.ID {
			t.Errorf("got %v", err)
		}
	}
	if _, err := d.CreateCompany(d.foreign, contact.CompanyInput{Name: ptr("Theirs"), Domain: ptr("one.example")}); err != nil {
		t.Errorf("another sub-account's company is in the way: %v", err)
	}
	if _, err := d.GetCompany(d.foreign, first.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("another sub-account reads it: %v", err)
	}
}

func TestACompanysFaultsAreNamedAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, err := d.CreateCompany(d.ctx, contact.CompanyInput{
		Domain: ptr("not a domain"), Phone: ptr("12"), Website: ptr("javascript:alert(1)"), City: ptr(strings.Repeat("x", 201)),
		Country: ptr("Italy"), OwnerID: &uuid.NullUUID{UUID: uuid.New(), Valid: true}, Tags: ptr([]string{""}),
	})
	f, ok := fault.As(err)
	if !ok {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, field := range f.Fields {
		got[field.Path] = true
	}
	want := map[string]bool{
		"name": true, "domain": true, "phone": true, "website": true, "city": true, "country": true, "owner_id": true, "tags[0]": true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCompaniesAreSearchedSortedAndPaged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i := range 5 {
		d.company(contact.CompanyInput{Name: ptr(fmt.Sprintf("Café %d", 4-i)), Tags: ptr([]string{"cafe"})})
		d.clock.Advance(1e9)
	}
	d.company(contact.CompanyInput{Name: ptr("Bakery"), Domain: ptr("bread.example")})
	for name, tc := range map[string]struct {
		in   contact.ListInput
		want []string
	}{
		"by name":                {contact.ListInput{}, []string{"Bakery", "Café 0", "Café 1", "Café 2", "Café 3", "Café 4"}},
		"the oldest first":       {contact.ListInput{Sort: "created_at"}, []string{"Café 4", "Café 3", "Café 2", "Café 1", "Café 0", "Bakery"}},
		"the last changed first": {contact.ListInput{Sort: "-updated_at", Tag: "CAFE"}, []string{"Café 0", "Café 1", "Café 2", "Café 3", "Café 4"}},
		"without accents":        {contact.ListInput{Query: "cafe 3"}, []string{"Café 3"}},
		"by a domain":            {contact.ListInput{Query: "bread"}, []string{"Bakery"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			in := tc.in
			in.Limit = 2
			for {
				page, err := d.Companies(d.ctx, in)
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range page.Items {
					got = append(got, c.Name)
				}
				if in.Cursor = page.Next; in.Cursor == "" {
					break
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := d.Companies(d.ctx, contact.ListInput{Sort: "size", Limit: 1000, Cursor: "x"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v", err)
	}
}

func TestACompanysContactsStayWhenItGoes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	rossi := d.company(contact.CompanyInput{Name: ptr("Rossi")})
	in := func(name string) contact.CreateInput {
		return contact.CreateInput{FirstName: name, CompanyID: uuid.NullUUID{UUID: rossi.ID, Valid: true}}
	}
	maria := d.create(in("Maria"))
	d.create(in("Anna"))
	d.create(contact.CreateInput{FirstName: "Elsewhere"})
	if _, err := d.Create(d.foreign, in("Thief")); !fault.Is(err, fault.Invalid) {
		t.Errorf("another sub-account's company: %v", err)
	}
	var names []string
	for cursor := ""; ; {
		page, err := d.CompanyContacts(d.ctx, rossi.ID, cursor, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Items {
			names = append(names, c.Name())
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"Anna", "Maria"}, names); diff != "" {
		t.Error(diff)
	}
	if err := d.DeleteCompany(d.adasOnly(), rossi.ID, 0); err != nil {
		t.Fatal(err)
	}
	got, err := d.Get(d.ctx, maria.ID)
	if err != nil || got.CompanyID.Valid || got.Version != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	kinds, last := d.heard(maria.ID)
	if diff := cmp.Diff([]string{"contact.created", "contact.updated"}, kinds); diff != "" || !last.Before.CompanyID.Valid || last.After.CompanyID.Valid {
		t.Error(diff, last)
	}
}

func TestTasksAndFilesOfContactsOutOfReachAreNotThere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	nobodys := contact.OfContact(d.create(contact.CreateInput{FirstName: "Nobody's"}).ID)
	hidden := d.task(nobodys, contact.TaskInput{Title: ptr("hidden")})
	d.task(contact.Target{}, contact.TaskInput{Title: ptr("everybody's")})
	if _, err := d.Upload(d.ctx, contact.UploadInput{Target: nobodys, Name: "a", Open: opened([]byte("a"))}); err != nil {
		t.Fatal(err)
	}
	ctx := d.adasOnly()
	tasks, err := d.Tasks(ctx, contact.TaskQuery{})
	if err != nil || len(tasks.Items) != 1 || tasks.Items[0].Title != "everybody's" {
		t.Errorf("%+v, %v", tasks, err)
	}
	if counts, err := d.TaskCounts(ctx); err != nil || len(counts) != 1 || counts[0].Open != 1 {
		t.Errorf("%+v, %v", counts, err)
	}
	if files, err := d.Files(ctx, contact.Target{}, "", 0); err != nil || len(files.Items) != 0 {
		t.Errorf("%+v, %v", files, err)
	}
	if _, err := d.GetTask(ctx, hidden.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
	if _, err := d.Notes(ctx, nobodys, "", 0); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
}

func TestACompanyHasValuesOfItsOwnFields(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	field := func(object, name, kind string, required bool) {
		t.Helper()
		in := contact.FieldInput{Object: object, Name: &name, Kind: contact.FieldKind(kind), Required: &required}
		if kind == "select" {
			in.Options = &[]contact.Option{{Label: "Gold"}, {Label: "Silver"}}
		}
		if _, err := d.CreateField(d.ctx, in); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.CreateCompany(d.ctx, contact.CompanyInput{Name: ptr("Early"), Custom: map[string]any{"tier": "gold"}}); slugOf(err) != "company.invalid" {
		t.Errorf("a value of a field that there isn't: %v", err)
	}
	field(contact.ObjectCompany, "Tier", "select", true)
	field(contact.ObjectCompany, "Staff", "number", false)
	field(contact.ObjectContact, "Plan", "text", false)
	_, err := d.CreateCompany(d.ctx, contact.CompanyInput{Name: ptr("Rossi"), Custom: map[string]any{"staff": "many", "plan": "a"}})
	f, _ := fault.As(err)
	paths := []string{}
	for _, one := range f.Fields {
		paths = append(paths, one.Path)
	}
	if diff := cmp.Diff([]string{"custom.plan", "custom.staff", "custom.tier"}, paths); diff != "" {
		t.Error(diff)
	}
	made := d.company(contact.CompanyInput{Name: ptr("Rossi"), Custom: map[string]any{"tier": "Gold", "staff": 12.0}})
	if diff := cmp.Diff(contact.Values{"tier": "gold", "staff": json.Number("12")}, made.Custom); diff != "" {
		t.Error(diff)
	}
	after, err := d.UpdateCompany(d.ctx, made.ID, made.Version, contact.CompanyInput{Custom: map[string]any{"staff": nil}})
	if err != nil {
		t.Fatal(err)
	}
	read, err := d.GetCompany(d.ctx, made.ID)
	if diff := cmp.Diff(contact.Values{"tier": "gold"}, read.Custom); err != nil || diff != "" || after.Version != 2 {
		t.Error(err, diff, after.Version)
	}
	if same, err := d.UpdateCompany(d.ctx, made.ID, 2, contact.CompanyInput{Custom: map[string]any{"tier": "gold"}}); err != nil || same.Version != 2 {
		t.Errorf("a change that changes nothing: %+v, %v", same, err)
	}
	if _, err := d.UpdateCompany(d.ctx, made.ID, 2, contact.CompanyInput{Custom: map[string]any{"tier": nil}}); slugOf(err) != "company.invalid" {
		t.Errorf("a required value is taken away: %v", err)
	}
}
