package queue_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/queue"
)

// What a job was a part of learns in the transaction that gives the job up; if it
// can't, the job is not given up either.
func TestWhatIsGivenUpTellsItsRecordInTheSameTransaction(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		failure error
		most    int
		state   string
	}{
		"a job that is parked":    {errors.New("no voice"), 1, "parked"},
		"a job that is discarded": {queue.Discard("nobody is there"), 9, "discarded"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newNight(t)
			queue.Register(n.registry, func(_ context.Context, j queue.Job[greet]) error {
				if j.Args.Name == "told" {
					return nil
				}
				return c.failure
			})
			var tried atomic.Int32
			queue.GivenUp(n.registry, func(ctx context.Context, tx pgx.Tx, args greet, why error) error {
				if args.Name != "Bob" || why == nil {
					t.Errorf("told of %+v: %v", args, why)
				}
				if _, err := n.queue.Enqueue(ctx, tx, greet{"told"}, queue.Keep()); err != nil {
					return err
				}
				if tried.Add(1) == 1 {
					return errors.New("the record is locked")
				}
				return nil
			})
			id := n.enqueue(n.ada, "Bob", queue.MaxAttempts(c.most))
			n.work(func() bool { return tried.Load() == 1 })
			if r := n.job(n.ada, id); r.State != "pending" {
				t.Fatalf("its record knows nothing, and the job is %s", r.State)
			}
			n.clock.Advance(time.Minute)
			n.sweep()
			n.work(n.stateIs(n.ada, id, c.state))
			var told int
			err := n.tenants.InTenant(n.ada, func(tx pgx.Tx) error {
				return tx.QueryRow(n.ada, `select count(*) from job where payload->>'name' = 'told'`).Scan(&told)
			})
			if err != nil || told != 1 {
				t.Fatalf("told %d times, %v", told, err)
			}
		})
	}
}
