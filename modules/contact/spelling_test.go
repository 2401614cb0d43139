package contact_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// TestAPersonIsFoundHoweverTheirNameIsWritten searches for each name as different
// people would type it.
func TestAPersonIsFoundHoweverTheirNameIsWritten(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, p := range []struct {
		first, last string
		typed       []string
	}{
		{"Maria", "Rossi", []string{"Rossi, Maria", "rossi,maria", `"Maria Rossi"`, "maria;rossi"}},
		{"Conor", "O'Brien", []string{"o'brien", "o’brien", "OBRIEN", "o brien", "brien"}},
		{"Sinéad", "O’Neill", []string{"o'neill", "O’Neill", "oneill", "sinead oneill"}},
		{"Anna-Maria", "Smith-Jones", []string{"smithjones", "smith-jones", "smith jones", "annamaria"}},
		{"Jürgen", "Müller", []string{"mueller", "muller", "MÜLLER", "juergen mueller"}},
		{"Juergen", "Mueller", []string{"Müller", "müll", "JÜRGEN MÜLLER", "mueller, jürgen", "Mü"}},
		{"Karl", "Strasse", []string{"Straße", "Karl Straße"}},
		{"Bjoern", "Soerensen", []string{"Bjørn", "sørensen"}},
		{"Bjorn", "Aakesson", []string{"Bjørn Åkesson", "å"}},
		{"Lukasz", "Aero", []string{"Łukasz", "Ærø"}},
		{"Karl", "Straße", []string{"strasse", "straße", "STRASSE"}},
		{"Łukasz", "Żółć", []string{"lukasz", "Łukasz", "zolc", "żółć"}},
		{"Ærø", "Bjørn", []string{"aeroe", "aero", "bjorn", "bjoern", "BJØRN"}},
		{"İsmail", "Işık", []string{"isik", "IŞIK", "ismail isik"}},
		{"小龍", "李", []string{"李小龍", "小龍", "李 小龍", "李"}},
		{"太郎", "山田", []string{"山田太郎", "太郎", "山田"}},
		{"민수", "김", []string{"김민수", "민수 김", "민수"}},
		{"J.R.", "Ewing", []string{"jr ewing", "j.r."}},
	} {
		c := d.create(contact.CreateInput{FirstName: p.first, LastName: p.last})
		for _, typed := range p.typed {
			page, err := d.List(d.ctx, contact.ListInput{Query: typed})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(page.Items, func(found contact.Contact) bool { return found.ID == c.ID }) {
				t.Errorf("%q doesn't find %s", typed, c.Name())
			}
		}
	}
}

func TestAPlainNameIsWrittenOnce(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff("maria rossi  ", contact.SearchText(contact.Contact{FirstName: "Maria", LastName: "Rossi"})); diff != "" {
		t.Error(diff)
	}
}
