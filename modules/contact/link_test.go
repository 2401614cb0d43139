package contact_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func leadsTo(object string) func(*contact.FieldInput) {
	return func(in *contact.FieldInput) { in.Rules = &contact.FieldRules{Target: object} }
}

func (d *desk) upload(of contact.Target) contact.File {
	d.t.Helper()
	f, err := d.Upload(d.ctx, contact.UploadInput{Target: of, Name: "a.txt", Open: opened([]byte("a"))})
	if err != nil {
		d.t.Fatal(err)
	}
	return f
}

// linked is a desk with fields that lead somewhere: friend, employer, either and
// contract.
func linked(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.field("Friend", contact.FieldReference, leadsTo(contact.ObjectContact))
	d.field("Employer", contact.FieldReference, leadsTo(contact.ObjectCompany))
	d.field("Either", contact.FieldReference)
	d.field("Contract", contact.FieldFile)
	return d
}

func TestAValueLeadsToWhatItsWriterReaches(t *testing.T) {
	t.Parallel()
	d := linked(t)
	mine, nobodys, gone := d.create(owned(ada, "Mine", "")), d.create(contact.CreateInput{FirstName: "Nobody's"}), d.create(contact.CreateInput{FirstName: "Gone"})
	if err := d.Delete(d.ctx, contact.DeleteInput{ID: gone.ID, Version: gone.Version}); err != nil {
		t.Fatal(err)
	}
	theirs, err := d.Create(d.foreign, contact.CreateInput{FirstName: "Another tenant's"})
	if err != nil {
		t.Fatal(err)
	}
	rossi := d.company(contact.CompanyInput{Name: ptr("Rossi")})
	file, nobodysFile := d.upload(contact.OfContact(mine.ID)), d.upload(contact.OfContact(nobodys.ID))
	for name, c := range map[string]struct {
		key   string
		id    uuid.UUID
		whole bool // it is there for who reaches everybody
		hers  bool // and for Ada, who reaches her own
	}{
		"a contact of hers":            {"friend", mine.ID, true, true},
		"a contact of nobody's":        {"friend", nobodys.ID, true, false},
		"a contact that was deleted":   {"friend", gone.ID, false, false},
		"a contact of another tenant":  {"friend", theirs.ID, false, false},
		"a company for a contact":      {"friend", rossi.ID, false, false},
		"a company":                    {"employer", rossi.ID, true, true},
		"a contact for a company":      {"employer", mine.ID, false, false},
		"a contact where both may be":  {"either", mine.ID, true, true},
		"a company where both may be":  {"either", rossi.ID, true, true},
		"a file where both may be":     {"either", file.ID, false, false},
		"a file":                       {"contract", file.ID, true, true},
		"a file of nobody's contact":   {"contract", nobodysFile.ID, true, false},
		"a file that never was":        {"contract", uuid.New(), false, false},
		"a contact where a file is to": {"contract", mine.ID, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			for reach, there := range map[string]bool{"everybody": c.whole, "her own": c.hers} {
				ctx := d.ctx
				if reach == "her own" {
					ctx = d.adasOnly()
				}
				in := owned(ada, name, "")
				in.Custom = map[string]any{c.key: strings.ToUpper(c.id.String())}
				made, err := d.Create(ctx, in)
				if there && (err != nil || made.Custom[c.key] != c.id.String()) {
					t.Errorf("by who reaches %s: %v %v", reach, made.Custom, err)
				}
				if diff := cmp.Diff([]string{"custom." + c.key}, paths(err)); !there && diff != "" {
					t.Errorf("by who reaches %s: %v %s", reach, err, diff)
				}
			}
		})
	}
}

func TestAValueStaysWhenWhatItLeadsToIsGone(t *testing.T) {
	t.Parallel()
	d := linked(t)
	friend := d.create(contact.CreateInput{FirstName: "Friend"})
	maria := d.create(contact.CreateInput{FirstName: "Maria", Email: "maria@x.example", Custom: map[string]any{"friend": friend.ID.String()}})
	if err := d.Delete(d.ctx, contact.DeleteInput{ID: friend.ID, Version: friend.Version}); err != nil {
		t.Fatal(err)
	}
	same, err := d.Update(d.ctx, contact.UpdateInput{ID: maria.ID, FirstName: ptr("Mary"), Custom: map[string]any{"friend": friend.ID.String()}})
	if err != nil || same.Custom["friend"] != friend.ID.String() {
		t.Errorf("sent again: %v %v", same.Custom, err)
	}
	i := d.file("a.csv", []byte("Email,Friend,City\nmaria@x.example,"+friend.ID.String()+",Rome\n"))
	if done := d.imported(i); done.Changed != 1 || done.Failed != 0 {
		t.Errorf("taken in again: %+v, %s", done, d.errorsOf(done))
	}
	_, err = d.Update(d.ctx, contact.UpdateInput{ID: maria.ID, Custom: map[string]any{"either": friend.ID.String(), "contract": friend.ID.String()}})
	if diff := cmp.Diff([]string{"custom.contract", "custom.either"}, paths(err)); diff != "" {
		t.Error(err, diff)
	}
}

func TestCompaniesBulkActionsAndImportsAskWhatAValueLeadsTo(t *testing.T) {
	t.Parallel()
	d := linked(t)
	d.field("Partner", contact.FieldReference, leadsTo(contact.ObjectContact), func(in *contact.FieldInput) { in.Object = contact.ObjectCompany })
	maria, never := d.create(contact.CreateInput{FirstName: "Maria"}), uuid.NewString()
	_, err := d.CreateCompany(d.ctx, contact.CompanyInput{Name: ptr("Rossi"), Custom: map[string]any{"partner": never}})
	if diff := cmp.Diff([]string{"custom.partner"}, paths(err)); diff != "" {
		t.Error(err, diff)
	}
	d.company(contact.CompanyInput{Name: ptr("Rossi"), Custom: map[string]any{"partner": maria.ID.String()}})

	set := contact.BulkInput{BulkSelection: contact.BulkSelection{Filter: everybody}}
	set.Action = contact.BulkAction{Kind: contact.BulkSetField, Field: "custom.friend", Value: never}
	if _, err := d.StartBulk(d.ctx, set); !fault.Is(err, fault.Invalid) || !strings.Contains(fmt.Sprint(paths(err)), "action.value") {
		t.Errorf("a bulk action: %v", err)
	}
	if done := d.bulk(d.ctx, "null", contact.BulkAction{Kind: contact.BulkSetField, Field: "custom.friend", Value: maria.ID.String()}); done.Changed != 1 {
		t.Error(tally(done))
	}

	i := d.file("a.csv", []byte("Name,Friend,Contract\nAnn,"+maria.ID.String()+",\nBob,"+never+","+never+"\nCyd,,\n"))
	preview, err := d.PreviewImport(d.ctx, i.ID, i.Settings)
	if err != nil || preview.Created != 2 || preview.Failed != 1 {
		t.Errorf("the preview says %+v, %v", preview, err)
	}
	done := d.imported(i)
	if done.Created != 2 || done.Failed != 1 {
		t.Fatalf("it came to %+v", done)
	}
	for _, want := range []string{"custom.contract: There is no such file here.", "custom.friend: There is no such contact here."} {
		if got := d.errorsOf(done); !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
