package workers

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/modules/webhook"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/idempotency"
	"github.com/omnicrm/omnicrm/platform/queue"
)

// TidyJob clears away a sub-account's rows that nobody looks at any more.
type TidyJob struct{}

// Kind of the job.
func (TidyJob) Kind() string { return "queue.tidy" }

func tidy(tenants *db.Tenants, c clock.Clock) func(context.Context, queue.Job[TidyJob]) error {
	return func(ctx context.Context, _ queue.Job[TidyJob]) error {
		for _, tidy := range []func(context.Context) (int, error){
			func(ctx context.Context) (int, error) { return queue.Tidy(ctx, tenants, c.Now()) },
			func(ctx context.Context) (int, error) { return events.Tidy(ctx, tenants, c.Now()) },
			func(ctx context.Context) (int, error) { return idempotency.Tidy(ctx, tenants, c.Now()) },
			func(ctx context.Context) (int, error) { return webhook.Tidy(ctx, tenants, c.Now()) },
			func(ctx context.Context) (int, error) { return contact.TidyImports(ctx, tenants, c.Now()) },
		} {
			if _, err := tidy(ctx); err != nil {
				return err
			}
		}
		return nil
	}
}

// atNight is a time between three and four o'clock, a sub-account's own minute
// of it, so that they don't all come at once.
func atNight(subAccount uuid.UUID) string {
	return fmt.Sprintf("%d 3 * * *", subAccount[len(subAccount)-1]%60)
}
