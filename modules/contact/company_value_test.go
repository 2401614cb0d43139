package contact_test

import (
	"sync"
	"testing"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func TestAUniqueValueBelongsToOneCompany(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	name := "VAT number"
	vat, err := d.CreateField(d.ctx, contact.FieldInput{Object: contact.ObjectCompany, Kind: contact.FieldText, Name: &name, Unique: ptr(true)})
	if err != nil {
		t.Fatal(err)
	}
	with := func(name, value string) contact.CompanyInput {
		return contact.CompanyInput{Name: &name, Custom: map[string]any{vat.Key: value}}
	}
	first, second := d.company(with("First", "IT1")), d.company(with("Second", "IT2"))
	_, creation := d.CreateCompany(d.ctx, with("Third", "IT1"))
	_, change := d.UpdateCompany(d.ctx, second.ID, 0, contact.CompanyInput{Custom: map[string]any{vat.Key: "IT1"}})
	for why, err := range map[string]error{"a creation": creation, "a change": change} {
		f, ok := fault.As(err)
		if !ok || f.Slug != "company.duplicate" || f.Meta["field"] != "custom."+vat.Key || f.Meta["company"].(map[string]any)["id"] != first.ID {
			t.Errorf("%s: %v", why, err)
		}
	}
	if _, err := d.UpdateCompany(d.ctx, first.ID, 0, contact.CompanyInput{City: ptr("Rome"), Custom: map[string]any{vat.Key: "IT1"}}); err != nil {
		t.Errorf("its own value again: %v", err)
	}
	var all sync.WaitGroup
	made := make(chan error, 6)
	for range cap(made) {
		all.Go(func() {
			_, err := d.CreateCompany(d.ctx, with("Race", "IT9"))
			made <- err
		})
	}
	all.Wait()
	close(made)
	n := 0
	for err := range made {
		if err == nil {
			n++
		} else if !fault.Is(err, fault.Conflict) {
			t.Error(err)
		}
	}
	if n != 1 {
		t.Errorf("%d of several at once were made", n)
	}
	if err := d.DeleteCompany(d.ctx, first.ID, 0); err != nil {
		t.Fatal(err)
	}
	d.company(with("Third", "IT1")) // it is free
	if _, err := d.UpdateField(d.ctx, vat.ID, 0, contact.FieldInput{Unique: ptr(false)}); err != nil {
		t.Fatal(err)
	}
	d.company(with("Fourth", "IT1"))
	if _, err := d.UpdateField(d.ctx, vat.ID, 0, contact.FieldInput{Unique: ptr(true)}); !fault.Is(err, fault.Conflict) {
		t.Errorf("what two share became unique: %v", err)
	}
}
