package contact_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func (d *desk) view(in contact.ViewInput) contact.ViewState {
	d.t.Helper()
	in.Object = contact.ObjectContact
	v, err := d.CreateView(d.ctx, in)
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

// as is somebody else of the same sub-account.
func (d *desk) as(id uuid.UUID) context.Context {
	return tenancy.WithActor(d.ctx, tenancy.Actor{Kind: tenancy.Person, ID: id.String()})
}

func names(list []contact.ViewState) (out []string) {
	for _, v := range list {
		out = append(out, v.Name)
	}
	return out
}

func TestAPrivateViewIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	other := d.as(uuid.New())
	mine := d.view(contact.ViewInput{Name: ptr("Mine"), Position: ptr(int32(2))})
	shared := d.view(contact.ViewInput{Name: ptr("Ours"), Position: ptr(int32(1)), Shared: ptr(true), MayShare: true})

	for name, tc := range map[string]struct {
		ctx  context.Context
		want []string
	}{
		"its owner sees both, in their order": {d.ctx, []string{"Ours", "Mine"}},
		"another sees the shared one":         {other, []string{"Ours"}},
		"another sub-account sees none":       {d.foreign, nil},
	} {
		list, err := d.Views(tc.ctx, contact.ObjectContact)
		if diff := cmp.Diff(tc.want, names(list)); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
	_, err := d.GetView(other, mine.ID)
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("reading another's: %v", err)
	}
	if _, err := d.UpdateView(other, mine.ID, 0, contact.ViewInput{Name: ptr("x"), MayShare: true}); !fault.Is(err, fault.NotFound) {
		t.Errorf("changing another's: %v", err)
	}
	if err := d.DeleteView(other, mine.ID, 0, true); !fault.Is(err, fault.NotFound) {
		t.Errorf("deleting another's: %v", err)
	}
	if _, err := d.UpdateView(other, shared.ID, 0, contact.ViewInput{Name: ptr("Everybody's"), MayShare: true}); err != nil {
		t.Errorf("changing a shared one: %v", err)
	}
}

func TestSharingTakesThePermission(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mine := d.view(contact.ViewInput{Name: ptr("Mine")})
	shared := d.view(contact.ViewInput{Name: ptr("Ours"), Shared: ptr(true), MayShare: true})
	for name, verb := range map[string]func() error{
		"making one": func() error {
			_, err := d.CreateView(d.ctx, contact.ViewInput{Object: contact.ObjectContact, Name: ptr("x"), Shared: ptr(true)})
			return err
		},
		"sharing one": func() error {
			_, err := d.UpdateView(d.ctx, mine.ID, 0, contact.ViewInput{Shared: ptr(true)})
			return err
		},
		"taking one back": func() error {
			_, err := d.UpdateView(d.ctx, shared.ID, 0, contact.ViewInput{Shared: ptr(false)})
			return err
		},
		"renaming one": func() error {
			_, err := d.UpdateView(d.ctx, shared.ID, 0, contact.ViewInput{Name: ptr("x")})
			return err
		},
		"deleting one": func() error { return d.DeleteView(d.ctx, shared.ID, 0, false) },
	} {
		if err := verb(); !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := d.UpdateView(d.ctx, mine.ID, 0, contact.ViewInput{Name: ptr("Still mine")}); err != nil {
		t.Error(err)
	}
}

func TestAViewNamesEverythingAtFault(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, err := d.CreateView(d.ctx, contact.ViewInput{
		Object: "horse", Name: ptr(" "), Sort: ptr("speed"), Columns: &[]string{"name", "custom.gone", "name"},
		Filter: json.RawMessage(`{"and":[{"field":"gone","op":"is","value":1},{"field":"score","op":"at_least","value":"x"}]}`),
	})
	f, _ := fault.As(err)
	var got []string
	if f != nil {
		for _, field := range f.Fields {
			got = append(got, field.Path)
		}
	}
	want := []string{"object", "name", "filter.and[0].field", "filter.and[1].value", "columns[1]", "columns[2]", "sort"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%v: %s", err, diff)
	}
}

// A view outlives its fields: it is read, says where it is broken, can be
// renamed and mended, and finds nobody meanwhile rather than everybody.
func TestAViewWhoseFieldIsArchivedSaysSo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	field, err := d.CreateField(d.ctx, contact.FieldInput{Object: contact.ObjectContact, Name: ptr("Plan"), Kind: contact.FieldText})
	if err != nil {
		t.Fatal(err)
	}
	const tree = `{"and":[{"field":"first_name","op":"is","value":"Ada"},{"field":"custom.plan","op":"is","value":"gold"}]}`
	v := d.view(contact.ViewInput{Name: ptr("Gold"), Filter: json.RawMessage(tree), Columns: &[]string{"name", "custom.plan"}})
	if len(v.Broken) != 0 || v.Words != "first name is “Ada” and Plan is “gold”" {
		t.Fatalf("%q %v", v.Words, v.Broken)
	}
	if err := d.ArchiveField(d.ctx, field.ID, 0); err != nil {
		t.Fatal(err)
	}
	read, err := d.GetView(d.ctx, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, b := range read.Broken {
		paths = append(paths, b.Path)
	}
	if diff := cmp.Diff([]string{"filter.and[1].field", "columns[1]"}, paths); diff != "" || read.Words != "" {
		t.Errorf("%q %s", read.Words, diff)
	}
	if _, err := d.List(d.ctx, contact.ListInput{Filter: read.Filter}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a list by the broken filter: %v", err)
	}
	if _, err := d.UpdateView(d.ctx, v.ID, read.Version, contact.ViewInput{Name: ptr("Gold once")}); err != nil {
		t.Errorf("renaming it: %v", err)
	}
	mended, err := d.UpdateView(d.ctx, v.ID, 0, contact.ViewInput{Filter: json.RawMessage("null"), Columns: &[]string{"name"}})
	if err != nil || len(mended.Broken) != 0 || mended.Filter != nil {
		t.Errorf("mending it: %+v %v", mended, err)
	}
}

func TestAViewsChangesAreTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.view(contact.ViewInput{Name: ptr("a"), Filter: json.RawMessage(`{"field":"score","op":"is","value":1}`)})
	same, err := d.UpdateView(d.ctx, v.ID, 1, contact.ViewInput{Name: ptr("a"), Filter: json.RawMessage(` {"value":1,"op":"is","field":"score"}`)})
	if err != nil || same.Version != 1 {
		t.Errorf("a change that changes nothing: %d %v", same.Version, err)
	}
	if _, err := d.UpdateView(d.ctx, v.ID, 9, contact.ViewInput{Name: ptr("b")}); !fault.Is(err, fault.Stale) {
		t.Errorf("by another version: %v", err)
	}
	if _, err := d.UpdateView(d.ctx, v.ID, 1, contact.ViewInput{Name: ptr("b")}); err != nil {
		t.Error(err)
	}
	if err := d.DeleteView(d.ctx, v.ID, 2, false); err != nil {
		t.Error(err)
	}
	kinds, _ := d.heard(v.ID)
	if diff := cmp.Diff([]string{"view.created", "view.updated", "view.deleted"}, kinds); diff != "" {
		t.Error(diff)
	}
}
