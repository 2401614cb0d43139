package contact_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func TestTwoImportsAtOnceLoseNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var both sync.WaitGroup
	results := make(chan contact.Import, 2)
	for range 2 {
		i := d.file("a.csv", many(1200))
		both.Go(func() { results <- d.imported(i) })
	}
	both.Wait()
	close(results)
	made, met := 0, 0
	for r := range results {
		made, met = made+r.Created, met+r.Unchanged+r.Changed
		if r.State != contact.ImportDone || r.Failed != 0 {
			t.Errorf("it came to %+v", r)
		}
	}
	if made != 1200 || met != 1200 || len(d.people()) != 1200 {
		t.Errorf("%d were made, %d met, %d are there", made, met, len(d.people()))
	}
}

func TestConsentIsKeptWithItsEvidenceOrTheRowIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	kept := &agreements{}
	d.Consents = kept
	i := d.file("a.csv", []byte("Name,Email,Consent,Consent date,Consent source,Consent text\n"+
		"Ann,ann@x.example,yes,2025-01-31,web form,Yes please\n"+
		"Bob,bob@x.example,no,,,\n"+
		"Cyd,cyd@x.example,yes,,web form,Yes please\n"+
		"Dan,dan@x.example,yes,2030-01-01,web form,Yes please\n"))
	done := d.imported(i)
	if done.Created != 2 || done.Failed != 2 || len(kept.kept) != 1 {
		t.Fatalf("%+v, %+v", done, kept.kept)
	}
	got := kept.kept[0]
	got.ContactID = uuid.Nil
	want := contact.Consent{Channel: "email", Address: "ann@x.example", Source: "web form", Text: "Yes please", At: time.Date(2025, 1, 31, 5, 0, 0, 0, time.UTC)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	whole := d.file("b.csv", []byte("Name,Phone\nEve,+14155552671\n"))
	whole.Settings.Consent = &contact.Statement{Source: "fair", Text: "Write to me", At: start.Add(-time.Hour)}
	if done := d.imported(whole); done.Created != 1 || len(kept.kept) != 2 || kept.kept[1].Channel != "sms" {
		t.Errorf("%+v, %+v", done, kept.kept)
	}
}

func TestWhatIsNoTableIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, content := range map[string]string{
		"a workbook":       "PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00",
		"a header alone":   "Name,Email\n",
		"blank lines":      "\n\n ,\n",
		"a picture's mark": "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
	} {
		_, err := d.CreateImport(d.ctx, contact.UploadInput{Name: name, Open: opened([]byte(content))}, contact.ImportReading{})
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if said, real := d.kept(); said != 0 || real != 0 {
		t.Errorf("%d bytes are counted, %d kept", said, real)
	}
}

func TestSettingsAreCheckedRememberedAndGuarded(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	i := d.file("a.csv", []byte("Name,Wert X,Email\nAnn,reseller,ann@x.example\n"))
	if diff := cmp.Diff([]string{"name", "", "email"}, i.Settings.Fields); diff != "" {
		t.Error(diff)
	}
	bad := contact.ImportSettings{Fields: []string{"name", "colour", "name"}, Match: []string{"fax"}, OnMatch: "perhaps", Consent: &contact.Statement{}}
	_, err := d.StartImport(d.ctx, i.ID, 0, bad)
	f, _ := fault.As(err)
	var paths []string
	for _, field := range f.Fields {
		paths = append(paths, field.Path)
	}
	want := []string{"fields[1]", "fields[2]", "match[0]", "on_match", "consent.source", "consent.text", "consent.at"}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Error(diff)
	}
	i.Settings.Fields[1] = "source"
	d.imported(i)
	if again := d.file("b.csv", []byte("NAME;wert x;E-Mail\nBob;web;bob@x.example\n")); again.Settings.Fields[1] != "source" {
		t.Errorf("the columns are not remembered: %v", again.Settings.Fields)
	}
	if _, err := d.StartImport(d.ctx, i.ID, 0, i.Settings); !fault.Is(err, fault.Conflict) {
		t.Errorf("started twice: %v", err)
	}
	held := tenancy.WithReach(d.ctx, tenancy.Reach{People: []uuid.UUID{ada}})
	if _, err := d.CreateImport(held, contact.UploadInput{Name: "a", Open: opened(many(1))}, contact.ImportReading{}); !fault.Is(err, fault.Denied) {
		t.Errorf("by somebody who reaches their own alone: %v", err)
	}
	if _, err := d.GetImport(d.foreign, i.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("another sub-account reads it: %v", err)
	}
}

func FuzzImportReadsAnything(f *testing.F) {
	for _, s := range []string{"a,b\n\"c\n\"\"d\",e\n", "\xff\xfea\x00", "x;y\r\n\"", "\"\"\"\"\n", ","} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		i, _, err := contact.Inspect(content)
		if err == nil && (i.Total == 0 || len(i.Columns) == 0) {
			t.Fatalf("%q is a table of nothing", content)
		}
	})
}
