package sms

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// The carrier tries a webhook for 15 s and then forgets it, so a text, or a STOP,
// that came while we were away would be lost. So each sub-account's list of
// received texts is looked through, in units of Patience: every five minutes while
// it writes or is written to, every hour after a day without.
const (
	collectBusy  = 20
	collectQuiet = 240
	quietAfter   = 5760
	// collectOverlap is how far a look goes back behind the one before: the carrier
	// lists a text some time after it dates it.
	collectOverlap = 10 * time.Minute
)

// collector is what a process remembers of having seen to.
type collector struct {
	subAccount uuid.UUID
	number     string
}

// keepCollecting makes sure that what a number receives from now on is looked
// through: each CollectJob plans the next, so a process asks once.
func (s *Service) keepCollecting(ctx context.Context, tx pgx.Tx, number string) error {
	t, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	c := collector{t.SubAccount, number}
	if _, known := s.collecting.Load(c); known {
		return nil
	}
	if _, err := collectedUntil(ctx, tx, number, s.now()); err != nil {
		return err
	}
	if err := s.planCollect(ctx, tx, collectBusy); err != nil {
		return err
	}
	db.AfterCommit(tx, func(context.Context) { s.collecting.Store(c, true) })
	return nil
}

// planCollect plans the next look, unless one is planned.
func (s *Service) planCollect(ctx context.Context, tx pgx.Tx, after time.Duration) error {
	j := CollectJob{}
	_, err := s.Jobs.Enqueue(ctx, tx, j, queue.On(queue.Maintenance), queue.At(s.now().Add(after*s.Patience)), queue.Unique(j.key()))
	return err
}

// CollectGivenUp plans the next look in the transaction that parks a CollectJob.
func (s *Service) CollectGivenUp(ctx context.Context, tx pgx.Tx, _ CollectJob, _ error) error {
	return s.planCollect(ctx, tx, collectQuiet)
}

// again completes the look at hand and plans the next, so that each begins with
// all its attempts.
func (s *Service) again(ctx context.Context, tx pgx.Tx, after time.Duration) error {
	if err := queue.Complete(ctx, tx); err != nil {
		return err
	}
	return s.planCollect(ctx, tx, after)
}

// Collect takes in the texts that the carrier holds for the sub-account and did
// not manage to tell of: the handler of CollectJob.
func (s *Service) Collect(ctx context.Context, _ CollectJob) error {
	creds, err := s.account(ctx)
	if errors.Is(err, errNotReady) {
		return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error { return s.again(ctx, tx, collectQuiet) })
	}
	if err != nil {
		return err
	}
	var since time.Time
	begun := s.now()
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) (err error) {
		since, err = collectedUntil(ctx, tx, creds.From, begun)
		return err
	})
	if err != nil {
		return err
	}
	texts, err := s.Carrier.Received(ctx, creds, since.Add(-collectOverlap))
	if err != nil {
		return err
	}
	name, err := s.Accounts.BusinessName(ctx)
	if err != nil {
		return err
	}
	carrier := tenancy.WithActor(ctx, tenancy.Actor{Kind: tenancy.Carrier, Name: "Twilio"})
	for _, in := range slices.Backward(texts) { // the oldest first
		if err := s.take(carrier, in, url.Values{"Body": {in.Body}}, name); err != nil {
			return err
		}
	}
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		quiet, err := silentSince(ctx, tx, begun.Add(-quietAfter*s.Patience))
		if err != nil {
			return err
		}
		if err := collected(ctx, tx, creds.From, begun); err != nil {
			return err
		}
		if quiet && len(texts) == 0 {
			return s.again(ctx, tx, collectQuiet)
		}
		return s.again(ctx, tx, collectBusy)
	})
}
