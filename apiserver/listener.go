package apiserver

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const (
	// watchEvery is how often a reader's right to listen is looked at: a short
	// transaction of the control database each time.
	watchEvery = 5 * time.Second
	// heartbeat, in watches, keeps proxies from closing a quiet stream.
	heartbeat = 3
	// maxUnsure is how many watches in a row may go without an answer: a database
	// that is away for half a minute ends the stream, and who comes back is asked
	// for their right like anybody.
	maxUnsure = 6
	// Readers come back after two to five seconds, not all at once.
	retryLeast, retrySpread = 2 * time.Second, 3 * time.Second
)

// listener is one open stream.
type listener struct {
	*server
	call *call
	feed *events.Feed
	w    *eventWriter
	// resumed: the reader was here before, and may hold what it reached then, which
	// held is the mark of.
	resumed bool
	held    string
}

// reach is whose records the reader reaches, as far as was looked at last.
func (l listener) reach() tenancy.Reach { return l.call.principal.Reach(l.call.tenant.SubAccount) }

// follow writes what happens until the stream is over.
func (l listener) follow(ctx context.Context) {
	seen := l.feed.Start
	l.w.mark = reachMark(l.reach())
	if l.w.begin(retry(), seen) != nil || l.feed.Reset != "" && l.w.reset(seen, l.feed.Reset) != nil {
		return
	}
	if l.resumed && l.held != l.w.mark && l.tellReach(seen) != nil {
		return
	}
	unsure, watches, watch := 0, 0, l.Clock.After(watchEvery)
	for {
		batch, err := l.feed.Take(ctx)
		if err != nil || l.pass(ctx, batch) != nil {
			return
		}
		more := l.feed.More()
		if n := len(batch); n > 0 {
			seen, more = batch[n-1].Seq, atOnce
		}
		select {
		case <-ctx.Done():
			return
		case <-l.Stopping:
			_ = l.w.goodbye(retry())
			return
		case <-more:
		case <-watch:
			// Nobody listens on after signing out, losing their role or a suspension.
			may, sure := l.stillMay(ctx)
			if mark := reachMark(l.reach()); may && mark != l.w.mark {
				if l.w.mark = mark; l.tellReach(seen) != nil {
					return
				}
			}
			if unsure++; sure {
				unsure = 0
			}
			if !may || unsure == maxUnsure {
				return
			}
			if watches++; watches%heartbeat == 0 && l.w.beat(seen) != nil {
				return
			}
			watch = l.Clock.After(watchEvery)
		}
	}
}

// reachMark stands in the ids of a stream for the reach of its reader, so that one
// who comes back after a break is told whether it changed meanwhile: "" for
// everything.
func reachMark(r tenancy.Reach) string {
	if r.All {
		return ""
	}
	people := slices.Clone(r.People)
	slices.SortFunc(people, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	sum := sha256.New()
	for _, id := range people {
		_, _ = sum.Write(id[:]) // a hash takes everything
	}
	return "-" + hex.EncodeToString(sum.Sum(nil)[:6])
}

// tellReach says that the reader reaches other records than it may hold, in one
// event for however many.
func (l listener) tellReach(seq int64) error {
	err := l.w.event(&events.Event{
		Seq: seq, Kind: reachChanged, SubjectKind: "sub_account", SubjectID: l.call.tenant.SubAccount, OccurredAt: l.Clock.Now(),
	})
	if err != nil {
		return err
	}
	return l.w.flush()
}

// atOnce is closed.
var atOnce = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// stillMay asks again what was asked when the stream began. It is not sure while
// the database that could answer is away.
func (l listener) stillMay(ctx context.Context) (may, sure bool) {
	ctx, cancel := context.WithTimeout(ctx, watchEvery)
	defer cancel()
	p, err := l.principal(ctx, l.call)
	if err == nil {
		l.call.principal = p // what it may read may have changed
		_, err = l.Access.Authorize(ctx, p, access.ConversationsRead, l.call.tenant.SubAccount)
	}
	unsure := err != nil && (fault.Is(err, fault.Unavailable) || ctx.Err() != nil)
	return err == nil || unsure, !unsure
}

func retry() time.Duration { return retryLeast + rand.N(retrySpread) }
