package contact_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// agreements keep consents as they come.
type agreements struct {
	mu   sync.Mutex
	kept []contact.Consent
}

func (a *agreements) KeepConsents(_ context.Context, _ pgx.Tx, list []contact.Consent) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.kept = append(a.kept, list...)
	return nil
}

func (d *desk) file(name string, content []byte) contact.Import {
	d.t.Helper()
	i, err := d.CreateImport(d.ctx, contact.UploadInput{Name: name, Open: opened(content)}, contact.ImportReading{})
	if err != nil {
		d.t.Fatal(err)
	}
	return i
}

// imported runs an import to its end and gives it.
func (d *desk) imported(i contact.Import) contact.Import {
	d.t.Helper()
	if _, err := d.StartImport(d.ctx, i.ID, i.Version, i.Settings); err != nil {
		d.t.Fatal(err)
	}
	return d.goOn(i.ID)
}

func (d *desk) goOn(id uuid.UUID) contact.Import {
	d.t.Helper()
	if err := d.RunImport(d.ctx, id); err != nil {
		d.t.Fatal(err)
	}
	i, err := d.GetImport(d.ctx, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return i
}

// people are all contacts, by name, as one line each.
func (d *desk) people() (out []string) {
	d.t.Helper()
	for in := (contact.ListInput{Limit: 100}); ; {
		page, err := d.List(d.ctx, in)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, c := range page.Items {
			line := c.Name()
			for _, a := range c.Addresses {
				line += " " + a.Value
			}
			out = append(out, strings.TrimSpace(line+" "+strings.Join(c.Tags, ",")))
		}
		if in.Cursor = page.Next; in.Cursor == "" {
			return out
		}
	}
}

func TestFilesAreReadAsPeopleSaveThem(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		encoding, delimiter string
		people              []string
		failed              int
	}{
		"highlevel.csv": {"utf-8", ",", []string{
			"+14155552673 +14155552673",
			`James O"Brien, Jr. james@obrien.example +12125550134 +12125550135 +12125550136 lead`,
			"Maria Rossi maria@rossi.example maria.rossi@home.example +14155552671 vip,newsletter",
		}, 1},
		"excel-semicolons.csv": {"windows-1252", ";", []string{
			"Ähne Österreicher aehne@oe.example", "Jürgen Müller juergen@mueller.example +4930901820",
		}, 0},
		"excel-utf16.txt": {"utf-16le", "\t", []string{"José García Núñez jose@garcia.example +34912345678"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile("testdata/" + name)
			if err != nil {
				t.Fatal(err)
			}
			d := newDesk(t)
			if strings.Contains(name, "semicolons") {
				d.Regions = country("DE")
			}
			i := d.file(name, content)
			if i.Encoding != tc.encoding || i.Delimiter != tc.delimiter || !i.Headed || i.Total != len(tc.people)+tc.failed {
				t.Errorf("read as %+v", i)
			}
			done := d.imported(i)
			if done.State != contact.ImportDone || done.Created != len(tc.people) || done.Failed != tc.failed || done.Done != i.Total {
				t.Errorf("it came to %+v", done)
			}
			if diff := cmp.Diff(tc.people, d.people()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestABrokenRowCostsItselfAlone(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		rows   string
		people []string
		failed []string // row and cells, as the table of errors has them
	}{
		"a quote that is never closed": {
			"\"Ann,ann@x.example\nBob,bob@x.example\nCyd,cyd@x.example\n",
			[]string{"Bob bob@x.example", "Cyd cyd@x.example"},
			[]string{`1 A quotation mark in this row is not closed. "Ann|ann@x.example`},
		},
		"a quote that the next quoted row seems to close": {
			"\"Ann,ann@x.example\n\"Bob\",bob@x.example\n",
			[]string{"Bob bob@x.example"},
			[]string{`1 A quotation mark in this row is not closed. "Ann|ann@x.example`},
		},
		"a cell of two lines is none": {"\"Ann\nMarie\",ann@x.example\n", []string{"Ann Marie ann@x.example"}, nil},
		"too few columns":             {"Ann\nBob,bob@x.example\n", []string{"Ann", "Bob bob@x.example"}, nil},
		"too many columns":            {"Ann,ann@x.example,1\nBob,bob@x.example, ,\n", []string{"Bob bob@x.example"}, []string{"1 This row has 3 columns, the file has 2. Ann|ann@x.example|1"}},
		"a formula among the errors":  {"=1+1,nonsense\n", nil, []string{"1 email: Write it like maria@example.com. '=1+1|nonsense"}},
		"two rows of one person, and blank ones": {
			"Ann,ann@x.example\n\n,\nAnn Lee,ANN@x.example\n", []string{"Ann Lee ann@x.example"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			i := d.imported(d.file("a.csv", []byte("Name,Email\n"+tc.rows)))
			if diff := cmp.Diff(tc.people, d.people()); diff != "" {
				t.Error(diff)
			}
			var out bytes.Buffer
			if err := d.WriteImportErrors(d.ctx, i, &out); err != nil {
				t.Fatal(err)
			}
			reader := csv.NewReader(&out)
			reader.FieldsPerRecord = -1 // a broken row has its own width
			table, err := reader.ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			var failed []string
			for n, r := range table {
				if n > 0 {
					failed = append(failed, r[0]+" "+r[1]+" "+strings.Join(r[2:], "|"))
				}
			}
			if diff := cmp.Diff(tc.failed, failed); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAMatchingRowDoesWhatTheRuleSays(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string]struct {
		people    []string
		unchanged int
	}{
		contact.OnMatchUpdate: {[]string{"Mary Ross maria@x.example +14155552671 +14155552672 vip,new"}, 0},
		contact.OnMatchFill:   {[]string{"Maria Ross maria@x.example +14155552671 +14155552672 vip,new"}, 0},
		contact.OnMatchSkip:   {[]string{"Maria maria@x.example +14155552671 vip"}, 1},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			maria := d.create(contact.CreateInput{FirstName: "Maria", Email: "maria@x.example", Phone: "+14155552671", Tags: []string{"vip"}})
			i := d.file("a.csv", []byte("First name,Last name,Email,Phone\nMary,Ross,maria@x.example,+14155552672\n"))
			i.Settings.OnMatch, i.Settings.Tags = rule, []string{"New"}
			preview, err := d.PreviewImport(d.ctx, i.ID, i.Settings)
			if err != nil || preview.Changed != 1-want.unchanged || preview.Unchanged != want.unchanged || preview.Rows != 1 {
				t.Errorf("the preview says %+v, %v", preview, err)
			}
			if got, err := d.Get(d.ctx, maria.ID); err != nil || got.Version != 1 {
				t.Errorf("the preview changed it: %+v, %v", got, err)
			}
			done := d.imported(i)
			if done.Changed != preview.Changed || done.Unchanged != preview.Unchanged {
				t.Errorf("it came to %+v", done)
			}
			if diff := cmp.Diff(want.people, d.people()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// many makes a file of n people.
func many(n int) []byte {
	var b strings.Builder
	b.WriteString("Name,Email\n")
	for i := range n {
		fmt.Fprintf(&b, "Person %d,p%d@x.example\n", i, i)
	}
	return []byte(b.String())
}

func TestAnImportGoesOnWhereItStoodAndIsUndone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	known := d.create(contact.CreateInput{FirstName: "Known", Email: "p7@x.example"})
	i := d.file("a.csv", many(2500))
	if _, err := d.StartImport(d.ctx, i.ID, 0, i.Settings); err != nil {
		t.Fatal(err)
	}
	if paused, err := d.PauseImport(d.ctx, i.ID, 0); err != nil || paused.State != contact.ImportPaused {
		t.Fatal(err)
	}
	if got := d.goOn(i.ID); got.Done != 0 {
		t.Errorf("a paused import went on to %d", got.Done)
	}
	if _, err := d.ResumeImport(d.ctx, i.ID, 0); err != nil {
		t.Fatal(err)
	}
	// Two workers at once, as after a lease that ran out: no row is taken twice.
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if err := d.RunImport(d.ctx, i.ID); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	done := d.goOn(i.ID)
	if done.State != contact.ImportDone || done.Created != 2499 || done.Changed != 1 || done.Failed != 0 || len(d.people()) != 2500 {
		t.Fatalf("it came to %+v", done)
	}
	var events int
	d.one(&events, `select count(*) from event where kind = 'contact.created'`)
	if events != 2500 {
		t.Errorf("%d events tell of 2500 contacts", events)
	}
	touched, err := d.List(d.ctx, contact.ListInput{Query: "p42@x.example"})
	if err != nil || len(touched.Items) != 1 {
		t.Fatal(err)
	}
	if _, err := d.Update(d.ctx, contact.UpdateInput{ID: touched.Items[0].ID, LastName: ptr("Kept")}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.UndoImport(d.ctx, i.ID, 0); err != nil {
		t.Fatal(err)
	}
	undone := d.goOn(i.ID)
	if undone.State != contact.ImportUndone || undone.Undone != 2499 || undone.Kept != 1 {
		t.Errorf("undone: %+v", undone)
	}
	if diff := cmp.Diff([]string{"Known p7@x.example", "Person Kept p42@x.example"}, d.people()); diff != "" {
		t.Error(diff)
	}
	if back, err := d.Get(d.ctx, known.ID); err != nil || back.Version != 3 {
		t.Errorf("%+v, %v", back, err)
	}
}
