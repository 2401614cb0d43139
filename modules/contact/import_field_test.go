package contact_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// errorsOf is the table of an import's errors, without the mark of its letters.
func (d *desk) errorsOf(i contact.Import) string {
	d.t.Helper()
	var out bytes.Buffer
	if err := d.WriteImportErrors(d.ctx, i, &out); err != nil {
		d.t.Fatal(err)
	}
	return strings.TrimPrefix(out.String(), "\ufeff")
}

// known finds the contact with an address.
func (d *desk) known(email string) contact.Contact {
	d.t.Helper()
	page, err := d.List(d.ctx, contact.ListInput{Query: email})
	if err != nil || len(page.Items) != 1 {
		d.t.Fatalf("%d have %s: %v", len(page.Items), email, err)
	}
	return page.Items[0]
}

func TestColumnsFillCustomFieldsAndCompanies(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.field("Visits", contact.FieldNumber, func(in *contact.FieldInput) { in.Indexed = ptr(true) })
	d.field("Spent", contact.FieldMoney)
	d.field("Since", contact.FieldDate)
	d.field("Colours", contact.FieldMultiSelect, func(in *contact.FieldInput) { in.Options = &[]contact.Option{{Label: "Red"}, {Label: "Dark blue"}} })
	d.field("Member", contact.FieldCheckbox)
	d.field("Remarks", contact.FieldLongText)
	i := d.file("a.csv", []byte("Name;Email;Company Name;Visits;Spent;Since;Colours;Member;Remarks\n"+
		"Ann;ann@x.example;Rossi Flowers;1.234,5;12,50 €;31.1.2020;dark BLUE, red;ja;\"two\nlines\"\n"+
		"Bob;bob@x.example; rossi  FLOWERS;many;5;soon;green;perhaps;\n"+
		"Cyd;cyd@x.example;rossi flowers;;;;;;\n"))
	if diff := cmp.Diff([]string{"name", "email", "company", "custom.visits", "custom.spent", "custom.since", "custom.colours", "custom.member", "custom.remarks"}, i.Settings.Fields); diff != "" {
		t.Fatal(diff)
	}
	i.Settings.Decimal = ","
	preview, err := d.PreviewImport(d.ctx, i.ID, i.Settings)
	if err != nil || preview.Created != 2 || preview.Failed != 1 {
		t.Errorf("the preview says %+v, %v", preview, err)
	}
	done := d.imported(i)
	if done.Created != 2 || done.Failed != 1 {
		t.Fatalf("it came to %+v", done)
	}
	ann, cyd := d.known("ann@x.example"), d.known("cyd@x.example")
	want := contact.Values{
		"visits": json.Number("1234.5"), "spent": map[string]any{"amount": json.Number("1250"), "currency": "EUR"}, "since": "2020-01-31",
		"colours": []any{"red", "dark_blue"}, "member": true, "remarks": "two\nlines",
	}
	if diff := cmp.Diff(want, ann.Custom); diff != "" {
		t.Error(diff)
	}
	var indexed, companies int
	d.one(&indexed, `select count(*) from contact_value where number = 1234.5`)
	d.one(&companies, `select count(*) from company where name = 'Rossi Flowers' and deleted_at is null`)
	if indexed != 1 || companies != 1 || !ann.CompanyID.Valid || ann.CompanyID != cyd.CompanyID {
		t.Errorf("%d values are indexed, %d companies made; of %v and %v", indexed, companies, ann.CompanyID, cyd.CompanyID)
	}
	table := d.errorsOf(done)
	for _, part := range []string{
		"custom.visits: Write a number", "custom.spent: Write its currency", "custom.since: Write a day", "custom.colours: Use one of: red, dark_blue",
		"custom.member: Write yes or no", ";Bob;bob@x.example;\" rossi  FLOWERS\";many;",
	} {
		if !strings.Contains(table, part) {
			t.Errorf("the errors don't hold %q:\n%s", part, table)
		}
	}
	if _, err := d.UndoImport(d.ctx, i.ID, 0); err != nil {
		t.Fatal(err)
	}
	d.goOn(i.ID)
	d.one(&companies, `select count(*) from company where deleted_at is null`)
	if len(d.people()) != 0 || companies != 0 {
		t.Errorf("%v and %d companies are left", d.people(), companies)
	}
}

func TestErrorsAreMendedAndImportedOnceMore(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	i := d.file("a.csv", []byte("Wert X,Name,Email,Phone\n-5,Ann,ann@x,+14155552671\n"))
	i.Settings.Fields[0] = "source"
	table := d.errorsOf(d.imported(i))
	again := d.file("errors.csv", []byte(strings.ReplaceAll(table, "ann@x", "ann@x.example")))
	if diff := cmp.Diff([]string{"", "", "source", "name", "email", "phone"}, again.Settings.Fields); diff != "" {
		t.Errorf("the columns are not remembered: %s", diff)
	}
	if done := d.imported(again); done.Created != 1 {
		t.Fatalf("it came to %+v: %s", done, d.errorsOf(done))
	}
	if ann := d.known("ann@x.example"); ann.Source != "-5" || ann.Phone != "+14155552671" {
		t.Errorf("%+v", ann)
	}
}

func TestRequiredAndUniqueFieldsHoldForRows(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.field("Number", contact.FieldText, func(in *contact.FieldInput) { in.Unique = ptr(true) })
	maria := d.create(contact.CreateInput{FirstName: "Maria", Custom: map[string]any{"number": "7"}})
	d.create(contact.CreateInput{FirstName: "Paul", Email: "paul@x.example", Custom: map[string]any{"number": "8"}})
	d.field("Branch", contact.FieldText, func(in *contact.FieldInput) { in.Required = ptr(true) })
	i := d.file("a.csv", []byte("Name,Email,Number,Branch\n"+
		"Maria Rossi,maria@x.example,7,\n"+ // found by its number; nothing is asked of who is there
		"Ann,ann@x.example,9,North\n"+
		"Bob,bob@x.example,10,\n"+
		"Paul,paul@x.example,9,South\n"+ // the number is Ann's, the address Paul's
		"Ann,ann@home.example,9,South\n"))
	i.Settings.Match = []string{"custom.number", "email"}
	done := d.imported(i)
	if done.Created != 1 || done.Changed != 2 || done.Failed != 2 {
		t.Errorf("it came to %+v: %s", done, d.errorsOf(done))
	}
	if got, err := d.Get(d.ctx, maria.ID); err != nil || got.Email != "maria@x.example" || got.LastName != "Rossi" {
		t.Errorf("%+v, %v", got, err)
	}
	if table := d.errorsOf(done); !strings.Contains(table, "3,custom.branch: This field is required.,Bob") {
		t.Error(table)
	}
	second := d.file("b.csv", []byte("Name,Email,Number,Branch\nPaul,paul@x.example,7,South\n"))
	second.Settings.Match = []string{"email"}
	if table := d.errorsOf(d.imported(second)); !strings.Contains(table, "custom.number: Another contact has 7 already.") {
		t.Error(table)
	}
}

func TestAFieldThatIsArchivedPausesTheImport(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	f := d.field("Colour", contact.FieldText)
	i := d.file("a.csv", []byte("Name,Email,Colour\nAnn,ann@x.example,red\n"))
	if _, err := d.StartImport(d.ctx, i.ID, 0, i.Settings); err != nil {
		t.Fatal(err)
	}
	renamed, err := d.UpdateField(d.ctx, f.ID, 0, contact.FieldInput{Name: ptr("Farbe")})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.ArchiveField(d.ctx, f.ID, renamed.Version); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		paused := d.goOn(i.ID)
		if paused.State != contact.ImportPaused || !strings.Contains(paused.Problem, "Farbe was archived") || paused.Done != 0 {
			t.Fatalf("it came to %+v", paused)
		}
		if resumed, err := d.ResumeImport(d.ctx, i.ID, 0); err != nil || resumed.Problem != "" {
			t.Fatal(resumed, err)
		}
	}
	if _, err := d.RestoreField(d.ctx, f.ID); err != nil {
		t.Fatal(err)
	}
	if done := d.goOn(i.ID); done.Created != 1 {
		t.Errorf("it came to %+v", done)
	}
	if ann := d.known("ann@x.example"); ann.Custom["colour"] != "red" {
		t.Errorf("%+v", ann.Custom)
	}
}

func TestWhatAnImportKeepsOfPeopleGoes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	maria := d.create(contact.CreateInput{FirstName: "Maria", Email: "maria@x.example"})
	i := d.imported(d.file("a.csv", []byte("Name,Email\nMaria Rossi,maria@x.example\nAnn,ann@x.example\nBob,nonsense\n")))
	left := func() (before, rows, pieces int) {
		d.one(&before, `select count(*) from import_row where before is not null`)
		d.one(&rows, `select count(*) from import_row`)
		d.one(&pieces, `select count(*) from file_chunk`)
		return before, rows, pieces
	}
	if before, rows, pieces := left(); before != 1 || rows != 3 || pieces != 1 {
		t.Fatalf("%d, %d, %d", before, rows, pieces)
	}
	if err := d.Delete(d.ctx, contact.DeleteInput{ID: maria.ID}); err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(contact.RetentionDays * 24 * time.Hour)
	if err := d.Erase(d.ctx, maria.ID); err != nil {
		t.Fatal(err)
	}
	if before, rows, pieces := left(); before != 0 || rows != 3 || pieces != 0 {
		t.Errorf("after an erasure %d, %d, %d are left", before, rows, pieces)
	}
	if said, real := d.kept(); said != real {
		t.Errorf("%d bytes are counted, %d kept", said, real)
	}
	second := d.imported(d.file("b.csv", many(3)))
	tidy := func() int {
		n, err := contact.TidyImports(d.ctx, d.tenants, d.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	d.clock.Advance(contact.ImportDays * 24 * time.Hour)
	if n := tidy(); n != 1 {
		t.Errorf("%d went, not the first alone", n)
	}
	d.clock.Advance(time.Second)
	if n := tidy(); n != 1 || tidy() != 0 {
		t.Errorf("%d went", n)
	}
	if before, rows, pieces := left(); before+rows+pieces != 0 {
		t.Errorf("%d, %d, %d are left", before, rows, pieces)
	}
	if said, real := d.kept(); said != 0 || real != 0 {
		t.Errorf("%d bytes are counted, %d kept", said, real)
	}
	for _, id := range []contact.Import{i, second} {
		if _, err := d.UndoImport(d.ctx, id.ID, 0); !fault.Is(err, fault.Conflict) {
			t.Errorf("undone without a way back: %v", err)
		}
	}
}
