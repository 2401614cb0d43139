package workers

import (
	"context"

	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/platform/queue"
)

func deliverSMS(s *sms.Service) func(context.Context, queue.Job[sms.DeliverJob]) error {
	return func(ctx context.Context, j queue.Job[sms.DeliverJob]) error { return s.Deliver(ctx, j.Args) }
}

func reconcileSMS(s *sms.Service) func(context.Context, queue.Job[sms.ReconcileJob]) error {
	return func(ctx context.Context, j queue.Job[sms.ReconcileJob]) error { return s.Reconcile(ctx, j.Args) }
}

func followSMS(s *sms.Service) func(context.Context, queue.Job[sms.FollowJob]) error {
	return func(ctx context.Context, j queue.Job[sms.FollowJob]) error { return s.Follow(ctx, j.Args) }
}

func collectSMS(s *sms.Service) func(context.Context, queue.Job[sms.CollectJob]) error {
	return func(ctx context.Context, j queue.Job[sms.CollectJob]) error { return s.Collect(ctx, j.Args) }
}
