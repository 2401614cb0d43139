package contact_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func TestADeletedTaskEndsItsSeriesAndIsToldOf(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	maria, due := d.create(contact.CreateInput{FirstName: "Maria"}), at("2026-03-07T14:00:00Z")
	made := d.task(contact.OfContact(maria.ID), contact.TaskInput{Title: ptr("a"), DueAt: ptr(&due), Recurrence: ptr("FREQ=DAILY")})
	if err := d.DeleteTask(d.ctx, made.ID, made.Version+1); !fault.Is(err, fault.Stale) {
		t.Errorf("of another version: %v", err)
	}
	if err := d.DeleteTask(d.ctx, made.ID, made.Version); err != nil {
		t.Fatal(err)
	}
	if err := d.DeleteTask(d.ctx, made.ID, made.Version); !fault.Is(err, fault.NotFound) {
		t.Errorf("once more: %v", err)
	}
	if left := d.open(); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	kinds, _ := d.heard(maria.ID)
	if diff := cmp.Diff([]string{"contact.created", "task.created", "task.deleted"}, kinds); diff != "" {
		t.Error(diff)
	}
}
