package queue_test

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// WelcomeJob greets a new contact.
type WelcomeJob struct {
	ContactID uuid.UUID `json:"contact_id"`
}

func (WelcomeJob) Kind() string { return "example.welcome" }

// A module enqueues in the transaction of the fact, and a worker is told who
// handles the kind. (The transaction here keeps nothing; db.Tenants opens one.)
func Example() {
	ring, now := queue.NewLocalRing(), clock.System()
	jobs := queue.New(ring, now)
	onCreated := func(ctx context.Context, tx pgx.Tx, contact uuid.UUID) error {
		_, err := jobs.Enqueue(ctx, tx, WelcomeJob{contact},
			queue.On(queue.Interactive), queue.At(now.Now().Add(time.Minute)), queue.Unique(contact.String()))
		return err
	}
	_ = onCreated

	registry := queue.NewRegistry()
	queue.Register(registry, func(_ context.Context, job queue.Job[WelcomeJob]) error {
		if job.Args.ContactID == uuid.Nil {
			return queue.Discard("there is nobody to greet")
		}
		return nil // or: Complete in the transaction of the effect
	})
	worker := queue.NewWorker(queue.WorkerOptions{
		Locator: tenancy.Static{}, Ring: ring, Registry: registry, Clock: now,
		Tiers: queue.DefaultTiers(), Log: slog.New(slog.DiscardHandler),
	})
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer stop()
	worker.Run(ctx) // until ctx ends; then what is in hand is finished

	// Two weeks of a schedule, before anybody trusts it.
	runs, _ := queue.NextRuns("30 2 * * 0", "Europe/Berlin", time.Date(2026, 3, 23, 0, 0, 0, 0, time.UTC), 2)
	for _, at := range runs {
		fmt.Println(at.Format(time.RFC3339))
	}
	// Output:
	// 2026-03-29T01:00:00Z
	// 2026-04-05T00:30:00Z
}
