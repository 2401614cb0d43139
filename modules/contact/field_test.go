package contact_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func (d *desk) field(name string, kind contact.FieldKind, change ...func(*contact.FieldInput)) contact.Field {
	d.t.Helper()
	in := contact.FieldInput{Object: contact.ObjectContact, Name: &name, Kind: kind}
	for _, fn := range change {
		fn(&in)
	}
	f, err := d.CreateField(d.ctx, in)
	if err != nil {
		d.t.Fatal(err)
	}
	return f
}

func unique(in *contact.FieldInput)   { in.Unique = ptr(true) }
func indexed(in *contact.FieldInput)  { in.Indexed = ptr(true) }
func required(in *contact.FieldInput) { in.Required = ptr(true) }

func paths(err error) (out []string) {
	if f, ok := fault.As(err); ok {
		for _, field := range f.Fields {
			out = append(out, field.Path)
		}
	}
	return out
}

func TestValuesAreCheckedKeptAndChanged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.field("Plan", contact.FieldSelect, func(in *contact.FieldInput) {
		in.Options = &[]contact.Option{{Label: "Gold"}, {Label: "Silver"}}
	})
	d.field("Visits", contact.FieldNumber, indexed)
	d.field("Spent", contact.FieldMoney, indexed)
	d.field("Since", contact.FieldDate, indexed)
	_, err := d.Create(d.ctx, contact.CreateInput{FirstName: "M", Custom: map[string]any{"plan": "iron", "visits": "3", "colour": "red"}})
	if diff := cmp.Diff([]string{"custom.colour", "custom.plan", "custom.visits"}, paths(err)); diff != "" {
		t.Fatal(err, diff)
	}
	made := d.create(contact.CreateInput{FirstName: "M", Custom: map[string]any{
		"plan": "Gold", "visits": 3.0, "spent": map[string]any{"amount": 5.0, "currency": "usd"}, "since": "2026-01-31",
	}})
	want := contact.Values{
		"plan": "gold", "visits": json.Number("3"), "spent": map[string]any{"amount": json.Number("5"), "currency": "USD"}, "since": "2026-01-31",
	}
	if diff := cmp.Diff(want, made.Custom); diff != "" {
		t.Error(diff)
	}
	if read, err := d.Get(d.ctx, made.ID); err != nil || cmp.Diff(made, read) != "" {
		t.Error(err, cmp.Diff(made, read))
	}
	if n := d.count(`select count(*) from contact_value where contact_id = $1`, made.ID); n != 3 {
		t.Errorf("%d typed values", n)
	}
	changed, err := d.Update(d.ctx, contact.UpdateInput{ID: made.ID, Custom: map[string]any{"visits": 4.0, "since": nil}})
	if err != nil || changed.Custom["visits"] != json.Number("4") || changed.Custom["since"] != nil || changed.Custom["plan"] != "gold" {
		t.Errorf("%v %v", changed.Custom, err)
	}
	if n := d.count(`select count(*) from contact_value where contact_id = $1 and (number = 4 or number = 5)`, made.ID); n != 2 {
		t.Errorf("%d typed values", n)
	}
	if same, err := d.Update(d.ctx, contact.UpdateInput{ID: made.ID, Custom: map[string]any{"visits": 4.0}}); err != nil || same.Version != changed.Version {
		t.Errorf("a change that changes nothing: %v", err)
	}
}

func TestARequiredFieldIsAskedOfNewContacts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	old := d.create(contact.CreateInput{FirstName: "Old"})
	d.field("Plan", contact.FieldText, required)
	_, err := d.Create(d.ctx, contact.CreateInput{FirstName: "New"})
	if diff := cmp.Diff([]string{"custom.plan"}, paths(err)); diff != "" {
		t.Error(diff)
	}
	if _, err := d.Update(d.ctx, contact.UpdateInput{ID: old.ID, FirstName: ptr("Older")}); err != nil {
		t.Errorf("one from before can't be changed: %v", err)
	}
	made := d.create(contact.CreateInput{FirstName: "New", Custom: map[string]any{"plan": "a"}})
	_, err = d.Update(d.ctx, contact.UpdateInput{ID: made.ID, Custom: map[string]any{"plan": nil}})
	if diff := cmp.Diff([]string{"custom.plan"}, paths(err)); diff != "" {
		t.Error(diff)
	}
}

func TestAUniqueValueBelongsToOneContact(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	number := d.field("Number", contact.FieldText, unique)
	first := d.create(contact.CreateInput{FirstName: "First", Custom: map[string]any{"number": "A1"}})
	second := d.create(contact.CreateInput{FirstName: "Second", Custom: map[string]any{"number": "A2"}})
	_, creation := d.Create(d.ctx, contact.CreateInput{FirstName: "Third", Custom: map[string]any{"number": "A1"}})
	_, change := d.Update(d.ctx, contact.UpdateInput{ID: second.ID, Custom: map[string]any{"number": "A1"}})
	for why, err := range map[string]error{"a creation": creation, "a change": change} {
		f, ok := fault.As(err)
		if !ok || f.Slug != "contact.duplicate" || f.Meta["field"] != "custom.number" || f.Meta["contact"].(map[string]any)["id"] != first.ID {
			t.Errorf("%s: %v", why, err)
		}
	}
	var all sync.WaitGroup
	errs := make(chan error, 6)
	for range cap(errs) {
		all.Go(func() {
			_, err := d.Create(d.ctx, contact.CreateInput{FirstName: "Race", Custom: map[string]any{"number": "A9"}})
			errs <- err
		})
	}
	all.Wait()
	close(errs)
	made := 0
	for err := range errs {
		if err == nil {
			made++
		} else if !fault.Is(err, fault.Conflict) {
			t.Error(err)
		}
	}
	if made != 1 {
		t.Errorf("%d of several at once were made", made)
	}
	if err := d.Delete(d.ctx, contact.DeleteInput{ID: first.ID}); err != nil {
		t.Fatal(err)
	}
	d.create(contact.CreateInput{FirstName: "Third", Custom: map[string]any{"number": "A1"}})
	if _, err := d.UpdateField(d.ctx, number.ID, 0, contact.FieldInput{Unique: ptr(false)}); err != nil {
		t.Fatal(err)
	}
	d.create(contact.CreateInput{FirstName: "Fourth", Custom: map[string]any{"number": "A1"}})
	if _, err := d.UpdateField(d.ctx, number.ID, 0, contact.FieldInput{Unique: ptr(true)}); !fault.Is(err, fault.Conflict) {
		t.Errorf("what two share became unique: %v", err)
	}
}

func TestAnArchivedFieldKeepsItsValuesAndItsKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	f := d.field("Plan", contact.FieldText, unique)
	c := d.create(contact.CreateInput{FirstName: "M", Custom: map[string]any{"plan": "a"}})
	if err := d.ArchiveField(d.ctx, f.ID, 1); err != nil {
		t.Fatal(err)
	}
	if left, err := d.Fields(d.ctx, contact.ObjectContact, false); err != nil || len(left) != 0 {
		t.Errorf("%v %v", left, err)
	}
	_, err := d.Update(d.ctx, contact.UpdateInput{ID: c.ID, Custom: map[string]any{"plan": "b"}})
	if got := paths(err); len(got) != 1 || !strings.Contains(err.Error(), "archived") {
		t.Errorf("%v", err)
	}
	if again := d.field("Plan", contact.FieldNumber); again.Key != "plan_2" {
		t.Errorf("its key was given again: %s", again.Key)
	}
	if _, err := d.CreateField(d.ctx, contact.FieldInput{Object: contact.ObjectContact, Key: "plan", Name: ptr("x"), Kind: contact.FieldText}); !fault.Is(err, fault.Conflict) {
		t.Errorf("its key was given again: %v", err)
	}
	back, err := d.RestoreField(d.ctx, f.ID)
	if err != nil || back.ArchivedAt != nil || back.Version != 3 {
		t.Fatalf("%+v %v", back, err)
	}
	if _, err := d.Create(d.ctx, contact.CreateInput{FirstName: "N", Custom: map[string]any{"plan": "a"}}); !fault.Is(err, fault.Conflict) {
		t.Errorf("the restored field is not unique: %v", err)
	}
	if renamed, err := d.UpdateField(d.ctx, f.ID, 3, contact.FieldInput{Name: ptr("Tariff")}); err != nil || renamed.Key != "plan" || renamed.Name != "Tariff" {
		t.Errorf("%+v %v", renamed, err)
	}
	if _, err := d.UpdateField(d.ctx, f.ID, 3, contact.FieldInput{Name: ptr("Late")}); !fault.Is(err, fault.Stale) {
		t.Errorf("a lost race: %v", err)
	}
}

func TestAnOptionThatIsLeftOutIsArchived(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	f := d.field("Plan", contact.FieldSelect, func(in *contact.FieldInput) { in.Options = &[]contact.Option{{Label: "Gold"}, {Label: "Silver"}} })
	c := d.create(contact.CreateInput{FirstName: "M", Custom: map[string]any{"plan": "gold"}})
	f, err := d.UpdateField(d.ctx, f.ID, 0, contact.FieldInput{Options: &[]contact.Option{{Key: "silver", Label: "Silver"}, {Label: "Gold"}}})
	if err != nil {
		t.Fatal(err)
	}
	want := []contact.Option{{Key: "silver", Label: "Silver"}, {Key: "gold_2", Label: "Gold"}, {Key: "gold", Label: "Gold", Archived: true}}
	if diff := cmp.Diff(want, f.Options); diff != "" {
		t.Error(diff)
	}
	if _, err := d.Update(d.ctx, contact.UpdateInput{ID: c.ID, Custom: map[string]any{"plan": "gold"}}); err != nil {
		t.Errorf("who has it may keep it: %v", err)
	}
}

func TestBadFieldsAreNamed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, c := range map[string]struct {
		in   contact.FieldInput
		want []string
	}{
		"nothing":                  {contact.FieldInput{}, []string{"object", "kind", "name"}},
		"a key with a space":       {contact.FieldInput{Object: "contact", Kind: "text", Name: ptr("a"), Key: "a b"}, []string{"key"}},
		"a select without options": {contact.FieldInput{Object: "contact", Kind: "select", Name: ptr("a")}, []string{"options"}},
		"a text with options":      {contact.FieldInput{Object: "contact", Kind: "text", Name: ptr("a"), Options: &[]contact.Option{{Label: "x"}}}, []string{"options"}},
		"lines that are unique":    {contact.FieldInput{Object: "contact", Kind: "long_text", Name: ptr("a"), Unique: ptr(true)}, []string{"unique"}},
		"a company's, indexed":     {contact.FieldInput{Object: "company", Kind: "text", Name: ptr("a"), Indexed: ptr(true)}, []string{"indexed"}},
		"rules of other kinds": {
			contact.FieldInput{Object: "contact", Kind: "checkbox", Name: ptr("a"), Rules: &contact.FieldRules{
				Min: ptr(2.0), Max: ptr(1.0), MinLength: ptr(3), MaxLength: ptr(2), Pattern: "(", Earliest: "soon", Currencies: []string{"XX"}, Target: "moon",
			}},
			[]string{"rules.min", "rules.max", "rules.min_length", "rules.max_length", "rules.pattern", "rules.pattern", "rules.earliest", "rules.earliest", "rules.currencies", "rules.currencies[0]", "rules.target", "rules.target"},
		},
	} {
		_, err := d.CreateField(d.ctx, c.in)
		if diff := cmp.Diff(c.want, paths(err)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestFieldsHaveTheirLimits(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for n := range contact.MaxIndexed {
		d.field(fmt.Sprint("Indexed ", n), contact.FieldNumber, indexed)
	}
	_, err := d.CreateField(d.ctx, contact.FieldInput{Object: "contact", Kind: "text", Name: ptr("a"), Unique: ptr(true)})
	if f, ok := fault.As(err); !ok || f.Slug != "field.too_many_indexed" {
		t.Errorf("one index too many: %v", err)
	}
	err = d.sql(`
		insert into custom_field (sub_account_id, id, object, key, name, kind, created_at, updated_at)
		select current_setting('omnicrm.sub_account')::uuid, gen_random_uuid(), 'contact', 'k' || n, 'K', 'text', now(), now() from generate_series(1, $1::int) n`,
		contact.MaxFields-contact.MaxIndexed)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.CreateField(d.ctx, contact.FieldInput{Object: "contact", Kind: "text", Name: ptr("a")})
	if f, ok := fault.As(err); !ok || f.Slug != "field.too_many" {
		t.Errorf("one too many: %v", err)
	}
	if _, err := d.CreateField(d.ctx, contact.FieldInput{Object: "company", Kind: "text", Name: ptr("a")}); err != nil {
		t.Errorf("a company's: %v", err)
	}
}

// TestAWriteByOldFieldsIsWrittenByTheNewOnes: another process changes the fields, and this one has the old ones in mind.
func TestAWriteByOldFieldsIsWrittenByTheNewOnes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.create(contact.CreateInput{FirstName: "M"}) // reads the fields: none
	other := contact.New(d.Parts)
	if _, err := other.CreateField(d.ctx, contact.FieldInput{Object: "contact", Kind: "text", Name: ptr("Plan"), Required: ptr(true)}); err != nil {
		t.Fatal(err)
	}
	_, err := d.Create(d.ctx, contact.CreateInput{FirstName: "N"})
	if diff := cmp.Diff([]string{"custom.plan"}, paths(err)); diff != "" {
		t.Error("the new field is not asked for:", diff, err)
	}
	if _, err := other.CreateField(d.ctx, contact.FieldInput{Object: "contact", Kind: "text", Name: ptr("Second")}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Update(d.ctx, contact.UpdateInput{ID: c.ID, FirstName: ptr("O")}); err != nil {
		t.Errorf("a change by old fields: %v", err)
	}
	if _, err := other.CreateField(d.ctx, contact.FieldInput{Object: "contact", Kind: "text", Name: ptr("Third")}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Update(d.ctx, contact.UpdateInput{ID: c.ID, Custom: map[string]any{"third": "a"}}); err != nil {
		t.Errorf("a field that was made a moment ago is not known: %v", err)
	}
}
