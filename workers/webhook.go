package workers

import (
	"context"

	"github.com/omnicrm/omnicrm/modules/webhook"
	"github.com/omnicrm/omnicrm/platform/queue"
)

func pumpWebhook(s *webhook.Service) func(context.Context, queue.Job[webhook.PumpJob]) error {
	return func(ctx context.Context, j queue.Job[webhook.PumpJob]) error { return s.Pump(ctx, j.Args) }
}

func retryWebhook(s *webhook.Service) func(context.Context, queue.Job[webhook.RetryJob]) error {
	return func(ctx context.Context, j queue.Job[webhook.RetryJob]) error { return s.Retry(ctx, j.Args) }
}
