package plug_test

import (
	"context"

	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/workers"
)

// work runs a worker until the test ends.
func (s *street) work(ring *queue.LocalRing) {
	w := workers.New(workers.Parts{
		Modules: workers.Modules{Contacts: s.contacts, Conversations: s.conversations, SMS: s.sms},
		Tenants: s.tenants, Locator: tenancy.Static{s.place}, Ring: ring, Announcer: s, Clock: s.clock, Log: quiet(),
	})
	ctx, stop := context.WithCancel(s.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx)
	}()
	s.t.Cleanup(func() {
		stop()
		<-done
	})
}
