package webhook

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const (
	pumpFor  = 45 * time.Second // then the job makes room for others
	leaseFor = 45 * time.Second // of a delivery: longer than any call
	bucket   = 5 * time.Second  // retries of a subscription are due together
)

// enqueue writes deliveries and wakes the pumps. The caller holds the
// subscriptions' locks, taken in a statement before.
func (s *Service) enqueue(ctx context.Context, tx pgx.Tx, subscriptions []uuid.UUID, d Delivery) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	ids := make([]uuid.UUID, len(subscriptions))
	for i := range ids {
		ids[i] = uuid.Must(uuid.NewV7())
	}
	if err := insertDeliveries(ctx, tx, tenant.SubAccount, ids, subscriptions, d, s.now()); err != nil {
		return err
	}
	for _, id := range subscriptions {
		if err := s.wake(ctx, tx, id, 0); err != nil {
			return err
		}
	}
	return nil
}

// wake starts a pump unless it runs. Under the subscription's lock a pump that
// runs still sees what was written.
func (s *Service) wake(ctx context.Context, tx pgx.Tx, subscription uuid.UUID, slot int) error {
	j := PumpJob{SubscriptionID: subscription, Slot: slot}
	_, err := s.Jobs.Enqueue(ctx, tx, j, queue.Unique(j.key()), queue.On(queue.Automation))
	return err
}

// wakeAt has a pump started later; retries that are due within seconds of each
// other share one job.
func (s *Service) wakeAt(ctx context.Context, tx pgx.Tx, subscription uuid.UUID, at time.Time) error {
	at = at.Add(bucket - 1).Truncate(bucket)
	_, err := s.Jobs.Enqueue(ctx, tx, RetryJob{SubscriptionID: subscription},
		queue.At(at), queue.Unique(subscription.String()+"/"+at.UTC().Format(time.RFC3339)), queue.On(queue.Automation))
	return err
}

// Retry starts a subscription's first pump: the handler of RetryJob.
func (s *Service) Retry(ctx context.Context, j RetryJob) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		_, ok, err := lockTarget(ctx, tx, tenant.SubAccount, j.SubscriptionID, s.now())
		if err == nil && ok {
			err = s.wake(ctx, tx, j.SubscriptionID, 0)
		}
		if err != nil {
			return err
		}
		return queue.Complete(ctx, tx)
	})
}

// Pump sends what is due for a subscription, one call after the other, until
// nothing is: the handler of PumpJob.
func (s *Service) Pump(ctx context.Context, j PumpJob) error {
	until := s.Clock.Now().Add(pumpFor)
	for {
		c, err := s.claim(ctx, j)
		if err != nil || c == nil {
			return err
		}
		a := s.send(ctx, *c)
		if ctx.Err() != nil {
			// The call was ended from here: it says nothing of the target. The lease
			// runs out, and the same message goes out again.
			return context.Cause(ctx)
		}
		if err := s.record(ctx, *c, a); err != nil {
			return err
		}
		if s.Clock.Now().After(until) {
			return queue.Snooze(0)
		}
	}
}

// call is a delivery that is about to be made.
type call struct {
	delivery Delivery
	url      string
	headers  headers
	since    *time.Time // failing
}

// claim takes the next delivery and writes its attempt before the call. Without
// one it ends the job; nil.
func (s *Service) claim(ctx context.Context, j PumpJob) (out *call, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		out = nil
		now := s.now()
		t, ok, err := lockTarget(ctx, tx, tenant.SubAccount, j.SubscriptionID, now)
		if err != nil {
			return err
		}
		if !ok {
			return queue.Complete(ctx, tx)
		}
		if j.Slot > 0 && t.FailingSince != nil {
			// One call at a time will do for a target that fails.
			return s.endTo(ctx, tx, t, 0)
		}
		d, more, found, err := due(ctx, tx, tenant.SubAccount, t, now, now.Add(leaseFor))
		if err != nil {
			return err
		}
		if !found {
			return s.end(ctx, tx, tenant.SubAccount, t)
		}
		if more > 0 && j.Slot+1 < Slots && t.FailingSince == nil {
			if err := s.wake(ctx, tx, t.ID, j.Slot+1); err != nil {
				return err
			}
		}
		out, err = s.prepare(tenant.SubAccount, t, d, now)
		if err != nil {
			return err
		}
		insertAttempt(tx, tenant.SubAccount, d, out.headers.String(), now)
		return nil
	})
	return out, err
}

// end completes a pump that found nothing to send. What waits for its time, or is
// in the hands of a worker that may be dead, is looked at again then.
func (s *Service) end(ctx context.Context, tx pgx.Tx, sub uuid.UUID, t target) error {
	at, err := earliest(ctx, tx, sub, t)
	if err != nil {
		return err
	}
	if at != nil {
		if err := s.wakeAt(ctx, tx, t.ID, *at); err != nil {
			return err
		}
	}
	return queue.Complete(ctx, tx)
}

func (s *Service) endTo(ctx context.Context, tx pgx.Tx, t target, slot int) error {
	if err := s.wake(ctx, tx, t.ID, slot); err != nil {
		return err
	}
	return queue.Complete(ctx, tx)
}

// record writes what came of a call, and what follows from it.
func (s *Service) record(ctx context.Context, c call, a answer) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	sub, d := tenant.SubAccount, c.delivery
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		now := s.now()
		t, ok, err := lockTarget(ctx, tx, sub, d.SubscriptionID, now)
		if err != nil || !ok {
			return err
		}
		finishAttempt(tx, sub, d, a, now)
		v := judge(a, d, now)
		if d.Kind == KindPing && v.state == Pending {
			v.state = Failed // a person waits for the answer
		}
		mine, err := conclude(ctx, tx, sub, d, a, v, now)
		if err != nil || !mine {
			return err
		}
		switch v.state {
		case Pending:
			err = s.wakeAt(ctx, tx, t.ID, v.next)
		case Succeeded, Failed:
			promote(tx, sub, t.ID, []uuid.UUID{d.SubjectID}, now)
		}
		if err != nil || d.Kind == KindPing {
			return err
		}
		return s.health(ctx, tx, t, d, v, now)
	})
}

// health keeps how the subscription is, and switches it off once it has failed
// for too long.
func (s *Service) health(ctx context.Context, tx pgx.Tx, t target, d Delivery, v verdict, now time.Time) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	if v.state == Succeeded {
		succeeded(tx, tenant.SubAccount, t.ID, now)
		return nil
	}
	if t.FailingSince == nil {
		failing(tx, tenant.SubAccount, t.ID, *d.LastAttemptAt)
		return nil
	}
	if !t.Enabled || now.Sub(*t.FailingSince) < DisableAfter {
		return nil
	}
	before, err := one(ctx, tx, tenant.SubAccount, t.ID, now, ``)
	if err != nil {
		return err
	}
	after := before
	after.Enabled, after.DisabledAt, after.DisabledReason = false, &now, ByFailing
	after.Version, after.UpdatedAt = before.Version+1, now
	update(tx, tenant.SubAccount, after)
	failOpen(tx, tenant.SubAccount, t.ID, now)
	ctx = tenancy.WithActor(ctx, tenancy.Actor{Kind: tenancy.System, Name: "webhooks"})
	return s.publish(ctx, tx, EventDisabled, t.ID, Changed{Before: snapshot(before), After: snapshot(after)})
}
