package contact_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func (d *desk) fixture(name string) contact.Import {
	d.t.Helper()
	content, err := os.ReadFile("testdata/" + name)
	if err != nil {
		d.t.Fatal(err)
	}
	return d.file(name, content)
}

func (d *desk) reread(i contact.Import, in contact.RereadInput) contact.Import {
	d.t.Helper()
	out, err := d.RereadImport(d.ctx, i.ID, i.Version, in)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

func TestFilesAreReadByTheLettersOfTheirCountry(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		encoding string
		fields   []string // that take the place of what the columns seem to mean
		people   []string
	}{
		"excel-1251.csv": {
			"windows-1251",
			[]string{"first_name", "last_name", "phone", "email"},
			[]string{"Александр Смирнов smirnov@primer.example +74951234567", "Екатерина Кузнецова kuznetsova@primer.example"},
		},
		"excel-shift-jis.csv": {
			"shift_jis", []string{"name", "phone", "email"}, []string{"佐藤 健 sato@rei.example +81335010001", "鈴木 花子 suzuki@rei.example"},
		},
		"excel-macintosh.csv": {"macintosh", nil, []string{
			"Heike Weiß heike@weiss.example", "Jörg Schröder joerg@schroeder.example", "Jürgen Müller juergen@mueller.example", "Ute Jäger ute@jaeger.example",
		}},
		"excel-gbk.csv": {
			"gb18030", []string{"name", "phone", "email"}, []string{"李娜 li@li.example", "王伟 wang@li.example +8613800138000"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			i := d.fixture(name)
			if i.Encoding != tc.encoding || !i.EncodingCertain {
				t.Errorf("read as %s, certainly %v", i.Encoding, i.EncodingCertain)
			}
			if tc.fields != nil {
				i.Settings.Fields = tc.fields
				i.Headed = true
			}
			done := d.imported(i)
			got := d.people()
			got = slices.DeleteFunc(got, func(p string) bool { return !strings.Contains(p, ".example") }) // names of columns that it doesn't know
			slices.Sort(got)
			slices.Sort(tc.people)
			if diff := cmp.Diff(tc.people, got); diff != "" || done.Created != len(tc.people) {
				t.Error(diff, done)
			}
		})
	}
}

func TestAFileIsReadAnewAsAPersonChooses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	i := d.file("a.csv", []byte("Name;Firma, Ort;E-Mail\nM\x9fller;X, Bonn;mueller@x.example\n"))
	if i.Encoding == "macintosh" || i.EncodingCertain || i.Delimiter != ";" {
		t.Fatalf("found %+v", i)
	}
	chosen := d.reread(i, contact.RereadInput{Encoding: new("macintosh")})
	sample, err := d.Sample(d.ctx, i.ID)
	if diff := cmp.Diff([][]string{{"Müller", "X, Bonn", "mueller@x.example"}}, sample); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if chosen.Encoding != "macintosh" || !chosen.EncodingCertain || chosen.Delimiter != ";" || chosen.Version != i.Version+1 {
		t.Errorf("chosen %+v", chosen)
	}
	parted := d.reread(chosen, contact.RereadInput{Delimiter: new(",")})
	if diff := cmp.Diff([]string{"Column 1", "Column 2"}, parted.Columns); diff != "" || parted.Encoding != "macintosh" || len(parted.Settings.Fields) != 2 {
		t.Error(diff, parted)
	}
	found := d.reread(parted, contact.RereadInput{Encoding: new(""), Delimiter: new("")})
	if found.EncodingCertain || found.Encoding != i.Encoding || found.Delimiter != ";" {
		t.Errorf("found again %+v", found)
	}
	d.imported(d.reread(found, contact.RereadInput{Encoding: new("macintosh")}))
	if diff := cmp.Diff([]string{"Müller mueller@x.example"}, d.people()); diff != "" {
		t.Error(diff)
	}
	if _, err := d.RereadImport(d.ctx, i.ID, 0, contact.RereadInput{Encoding: new("utf-8")}); !fault.Is(err, fault.Conflict) {
		t.Errorf("once it has begun: %v", err)
	}
}

func TestAWrongWayToReadAFileIsNamed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	i := d.file("a.csv", []byte("Name;E-Mail\nJ\xfcrgen;juergen@x.example\n"))
	for name, c := range map[string]struct {
		in   contact.RereadInput
		slug string
		at   []string
	}{
		"an encoding that there isn't":        {contact.RereadInput{Encoding: new("ebcdic")}, "import.invalid", []string{"encoding"}},
		"a delimiter that there isn't":        {contact.RereadInput{Delimiter: new("#")}, "import.invalid", []string{"delimiter"}},
		"letters that don't exist in it":      {contact.RereadInput{Encoding: new("utf-8")}, "import.unreadable", []string{"encoding"}},
		"an encoding in which it is no table": {contact.RereadInput{Encoding: new("utf-16le")}, "import.unreadable", []string{"encoding"}},
	} {
		_, err := d.RereadImport(d.ctx, i.ID, 0, c.in)
		f, ok := fault.As(err)
		var at []string
		if ok {
			for _, field := range f.Fields {
				at = append(at, field.Path)
			}
		}
		if diff := cmp.Diff(c.at, at); !ok || f.Code != fault.Invalid || f.Slug != c.slug || diff != "" {
			t.Errorf("%s: %v, %s", name, err, diff)
		}
	}
	if _, err := d.RereadImport(d.ctx, i.ID, 7, contact.RereadInput{}); !fault.Is(err, fault.Stale) {
		t.Errorf("of another version: %v", err)
	}
	if _, err := d.RereadImport(d.foreign, i.ID, 0, contact.RereadInput{}); !fault.Is(err, fault.NotFound) {
		t.Errorf("by another sub-account: %v", err)
	}
	held := tenancy.WithReach(d.ctx, tenancy.Reach{People: []uuid.UUID{ada}})
	if _, err := d.RereadImport(held, i.ID, 0, contact.RereadInput{}); !fault.Is(err, fault.NotFound) {
		t.Errorf("by somebody who reaches their own alone: %v", err)
	}
	_, err := d.CreateImport(d.ctx, contact.UploadInput{Name: "b.csv", Open: opened([]byte("Name\nAnn\n"))}, contact.ImportReading{Encoding: "utf-7"})
	if f, ok := fault.As(err); !ok || f.Fields[0].Path != "encoding" {
		t.Errorf("when it is sent: %v", err)
	}
	if now, err := d.GetImport(d.ctx, i.ID); err != nil || now.Version != i.Version || now.Encoding != "windows-1252" {
		t.Errorf("it became %+v, %v", now, err)
	}
}

func TestASampleShowsTheLettersThatAreInDoubt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	i := d.file("a.csv", slices.Concat(many(50), []byte("M\x9fller,mueller@x.example\n")))
	sample, err := d.Sample(d.ctx, i.ID)
	if err != nil || len(sample) != 4 || !strings.Contains(sample[3][1], "mueller") {
		t.Errorf("%v, %v, %+v", sample, err, i)
	}
}

func TestARowMayLeaveOutItsLastCells(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	i := d.fixture("highlevel-short.csv")
	done := d.imported(i)
	want := []string{"Ada Ng", "Bo Kim bo@kim.example a b", `James O'Brien james@obrien.example lead`, "Maria Rossi maria@rossi.example +14155552671 vip", "Paul Stone"}
	if diff := cmp.Diff(want, d.people()); diff != "" || done.Total != 6 || done.Failed != 1 {
		t.Error(diff, done)
	}
	var out bytes.Buffer
	if err := d.WriteImportErrors(d.ctx, done, &out); err != nil || !strings.Contains(out.String(), "\n4,\"This row has 7 columns, the file has 6.\",Ruth,Lee,,ruth@lee.example,,calls back,more\n") {
		t.Errorf("%s, %v", out.String(), err)
	}
}

func TestAShortRowWithoutWhatFindsItsContactIsAsOneWithAnEmptyCell(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, rows := range map[string]string{"left out": "Ann\n", "empty": "Ann,\n"} {
		i := d.file("a.csv", []byte("Name,Email\n"+rows))
		i.Settings.Match = []string{"email"}
		got, err := d.PreviewImport(d.ctx, i.ID, i.Settings)
		if err != nil || got.Created != 1 || got.Failed != 0 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
