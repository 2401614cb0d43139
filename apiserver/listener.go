package apiserver

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
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
}

// follow writes what happens until the stream is over.
func (l listener) follow(ctx context.Context) {
	seen := l.feed.Start
	if l.w.begin(retry(), seen) != nil || l.feed.Reset != "" && l.w.reset(seen, l.feed.Reset) != nil {
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
