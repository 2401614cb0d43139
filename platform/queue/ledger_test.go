package queue_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
)

func (n *night) ledger() *queue.Ledger { return queue.NewLedger(n.tenants, n.ring, n.clock) }

func TestAParkedJobIsSeenWithItsReasonAndReplayed(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	broken := true
	queue.Register(n.registry, func(context.Context, queue.Job[greet]) error {
		if broken {
			return errors.New("the template is missing")
		}
		return nil
	})
	id := n.enqueue(n.ada, "Bob", queue.MaxAttempts(1))
	n.work(n.stateIs(n.ada, id, "parked"))

	parked, err := n.ledger().List(n.ada, queue.ListInput{State: queue.Parked})
	if err != nil {
		t.Fatal(err)
	}
	if len(parked.Items) != 1 || parked.Items[0].Reason != "the template is missing" || parked.Items[0].Kind != "test.greet" {
		t.Fatalf("parked: %+v", parked.Items)
	}
	if others, err := n.ledger().List(n.bob, queue.ListInput{State: queue.Parked}); err != nil || len(others.Items) > 0 {
		t.Errorf("bob sees %d, %v", len(others.Items), err)
	}
	if err := n.ledger().Replay(n.bob, id); !fault.Is(err, fault.NotFound) {
		t.Errorf("bob replays ada's job: %v", err)
	}

	broken = false
	if err := n.ledger().Replay(n.ada, id); err != nil {
		t.Fatal(err)
	}
	if err := n.ledger().Replay(n.ada, id); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second replay: %v", err)
	}
	n.work(n.stateIs(n.ada, id, "completed"))
}

func TestAWaitingJobIsCancelledAtOnce(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	id := n.enqueue(n.ada, "Bob", queue.At(n.clock.Now().Add(time.Hour)))
	if err := n.ledger().Cancel(n.ada, id); err != nil {
		t.Fatal(err)
	}
	if info, err := n.ledger().Get(n.ada, id); err != nil || info.State != queue.Cancelled {
		t.Errorf("%+v, %v", info, err)
	}
	if err := n.ledger().Cancel(n.ada, id); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second cancellation: %v", err)
	}
	if err := n.ledger().Cancel(n.ada, uuid.New()); !fault.Is(err, fault.NotFound) {
		t.Errorf("a job that is not there: %v", err)
	}
}

func TestARunningJobReportsItsProgressAndEndsWhenItIsCancelled(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	halfway, goOn := make(chan struct{}), make(chan struct{})
	queue.Register(n.registry, func(ctx context.Context, _ queue.Job[greet]) error {
		if err := queue.Report(ctx, n.tenants, queue.Progress{Done: 5, Total: 10, Note: "halfway"}); err != nil {
			return err
		}
		close(halfway)
		<-goOn
		n.clock.Advance(time.Second)
		return queue.Report(ctx, n.tenants, queue.Progress{Done: 6, Total: 10})
	})
	id := n.enqueue(n.ada, "Bob", queue.Keep())
	go func() {
		<-halfway
		info, err := n.ledger().Get(n.ada, id)
		want := &queue.Progress{Done: 5, Total: 10, Note: "halfway"}
		if diff := cmp.Diff(want, info.Progress); diff != "" || info.State != queue.Running || err != nil {
			t.Error(info.State, err, diff)
		}
		if err := n.ledger().Cancel(n.ada, id); err != nil {
			t.Error(err)
		}
		close(goOn)
	}()
	n.work(n.stateIs(n.ada, id, "cancelled"))
}

func TestAKeptJobStaysWhenItIsDone(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	queue.Register(n.registry, func(context.Context, queue.Job[greet]) error { return nil })
	var ids []uuid.UUID
	for i := range 5 {
		ids = append(ids, n.enqueue(n.ada, fmt.Sprint(i), queue.Keep()))
	}
	waiting, err := n.ledger().List(n.ada, queue.ListInput{})
	if err != nil || len(waiting.Items) != 5 || waiting.Items[0].State != queue.Due {
		t.Fatalf("waiting: %d, %v", len(waiting.Items), err)
	}
	n.work(func() bool {
		done, err := n.ledger().List(n.ada, queue.ListInput{State: queue.Completed})
		return err == nil && len(done.Items) == len(ids)
	})
	seen := map[uuid.UUID]bool{}
	in := queue.ListInput{State: queue.Completed, Limit: 2}
	for pages := 1; ; pages++ {
		page, err := n.ledger().List(n.ada, in)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range page.Items {
			seen[i.ID] = true
		}
		if in.Cursor = page.Next; in.Cursor == "" {
			if pages != 3 {
				t.Errorf("%d pages of two for five jobs", pages)
			}
			break
		}
	}
	if len(seen) != len(ids) {
		t.Errorf("the pages show %d of %d", len(seen), len(ids))
	}
}

func TestAListOfJobsRefusesWhatItCantMean(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	_, err := n.ledger().List(n.ada, queue.ListInput{State: "asleep", Limit: 1000, Cursor: "%"})
	f, _ := fault.As(err)
	if f == nil || len(f.Fields) != 3 {
		t.Errorf("%v", err)
	}
}
