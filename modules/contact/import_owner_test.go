package contact_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// As HighLevel writes it: whom a contact is assigned to, by name or address, and
// the website of their business.
func TestOwnersAndWebsitesAreImported(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Members = members{ada, uuid.New()}
	had := d.create(contact.CreateInput{FirstName: "Had", Email: "had@x.example", OwnerID: uuid.NullUUID{UUID: ada, Valid: true}})
	old := d.company(contact.CompanyInput{Name: ptr("Old"), Website: ptr("https://old.example")})
	i := d.file("a.csv", []byte("Email,Company Name,Website,Assigned To\n"+
		"a@x.example,New Flowers,www.flowers.example,ada lovelace\n"+
		"b@x.example,new flowers,https://other.example,ADA@acme.example\n"+
		"c@x.example,Old,https://changed.example,\n"+
		"had@x.example,,,\n"+
		"d@x.example,,https://whose.example,\n"+
		"e@x.example,Old,nonsense,Nobody\n"))
	if diff := cmp.Diff([]string{"email", "company", "website", "owner"}, i.Settings.Fields); diff != "" {
		t.Fatal(diff)
	}
	i.Settings.OnMatch = contact.OnMatchUpdate
	i = d.imported(i)
	if i.Created != 3 || i.Failed != 2 {
		t.Errorf("%+v", i)
	}
	for email, owner := range map[string]uuid.UUID{"a@x.example": ada, "b@x.example": ada, "c@x.example": {}, "had@x.example": ada} {
		if c := d.known(email); c.OwnerID.UUID != owner {
			t.Errorf("%s is of %v", email, c.OwnerID)
		}
	}
	if now := d.get(had.ID); now.Version != had.Version {
		t.Error("an empty cell says something")
	}
	made, err := d.GetCompany(d.ctx, d.known("b@x.example").CompanyID.UUID)
	if err != nil || made.Name != "New Flowers" || made.Website != "https://www.flowers.example" {
		t.Errorf("%+v %v", made, err)
	}
	if stays, err := d.GetCompany(d.ctx, old.ID); err != nil || stays.Version != 1 {
		t.Errorf("a company that there was: %+v %v", stays, err)
	}
	said := d.errorsOf(i)
	for _, want := range []string{"website: It is kept with the company, and this row names none.", "website: Write it like", "owner: Nobody"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in %s", want, said)
		}
	}
}

func TestAWebsiteNeedsACompanyAndYieldsToAFieldOfItsName(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	alone := d.file("a.csv", []byte("Email,Website\na@x.example,https://a.example\n"))
	if alone.Settings.Fields[1] != "" {
		t.Errorf("guessed as %q", alone.Settings.Fields[1])
	}
	alone.Settings.Fields[1] = "website"
	_, err := d.StartImport(d.ctx, alone.ID, alone.Version, alone.Settings)
	if f, ok := fault.As(err); !ok || len(f.Fields) != 1 || f.Fields[0].Path != "fields[1]" {
		t.Error(err)
	}
	d.field("Website", contact.FieldURL)
	if own := d.file("b.csv", []byte("Company,Website\nA,https://a.example\n")); own.Settings.Fields[1] != "custom.website" {
		t.Errorf("guessed as %q", own.Settings.Fields[1])
	}
}
