package contact_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func TestAnImportThatIsCancelledTakesInNothingMore(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	i := d.file("a.csv", many(3))
	started, err := d.StartImport(d.ctx, i.ID, 0, i.Settings)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.CancelImport(d.ctx, i.ID, started.Version+1); !fault.Is(err, fault.Stale) {
		t.Errorf("of another version: %v", err)
	}
	if _, err := d.CancelImport(d.ctx, i.ID, started.Version); err != nil {
		t.Fatal(err)
	}
	if got := d.goOn(i.ID); got.State != contact.ImportCancelled || got.Done != 0 || len(d.people()) != 0 {
		t.Errorf("it went on: %+v", got)
	}
	if _, err := d.ResumeImport(d.ctx, i.ID, 0); !fault.Is(err, fault.Conflict) {
		t.Errorf("resumed: %v", err)
	}
	kinds, _ := d.heard(i.ID)
	if diff := cmp.Diff([]string{contact.EventImportStarted, contact.EventImportCancelled}, kinds); diff != "" {
		t.Error(diff)
	}
}

func TestABulkActionThatIsCancelledChangesNothingMore(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	maria := d.create(contact.CreateInput{FirstName: "Maria"})
	b, err := d.StartBulk(d.ctx, contact.BulkInput{
		BulkSelection: contact.BulkSelection{Filter: everybody}, Action: contact.BulkAction{Kind: contact.BulkAddTags, Tags: []string{"x"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.CancelBulk(d.ctx, b.ID, b.Version+1); !fault.Is(err, fault.Stale) {
		t.Errorf("of another version: %v", err)
	}
	if _, err := d.CancelBulk(d.ctx, b.ID, b.Version); err != nil {
		t.Fatal(err)
	}
	if got := d.work(b.ID); got.State != contact.BulkCancelled || got.Done != 0 || len(d.get(maria.ID).Tags) != 0 {
		t.Errorf("it went on: %s", tally(got))
	}
	if _, err := d.ResumeBulk(d.ctx, b.ID, 0); !fault.Is(err, fault.Conflict) {
		t.Errorf("resumed: %v", err)
	}
	kinds, _ := d.heard(b.ID)
	if diff := cmp.Diff([]string{contact.EventBulkStarted, contact.EventBulkCancelled}, kinds); diff != "" {
		t.Error(diff)
	}
}

func TestAFolderIsToldOfFromItsMakingToItsEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	made, err := d.CreateFolder(d.ctx, contact.FolderInput{Object: contact.ObjectContact, Name: ptr("  Teeth ")})
	if err != nil || made.Name != "Teeth" {
		t.Fatalf("%+v, %v", made, err)
	}
	if _, err := d.UpdateFolder(d.ctx, made.ID, made.Version+1, contact.FolderInput{Name: ptr("Gums")}); !fault.Is(err, fault.Stale) {
		t.Errorf("of another version: %v", err)
	}
	named, err := d.UpdateFolder(d.ctx, made.ID, made.Version, contact.FolderInput{Name: ptr("Gums")})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.DeleteFolder(d.ctx, made.ID, named.Version); err != nil {
		t.Fatal(err)
	}
	if left, err := d.Folders(d.ctx, contact.ObjectContact); err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	kinds, last := d.heard(made.ID)
	changed := contact.EventFolderChanged
	if diff := cmp.Diff([]string{changed, changed, changed}, kinds); diff != "" {
		t.Error(diff)
	}
	if last.Before == nil || last.Before.Name != "Gums" || last.After != nil {
		t.Errorf("the last told of %+v and %+v", last.Before, last.After)
	}
}
