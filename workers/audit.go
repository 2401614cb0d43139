package workers

import (
	"context"

	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/platform/queue"
)

func keepAudit(s *audit.Service) func(context.Context, queue.Job[audit.KeepJob]) error {
	return func(ctx context.Context, _ queue.Job[audit.KeepJob]) error { return s.Keep(ctx) }
}
