package plug_test

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/compliance"
	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

// post calls a webhook and answers its status code.
func (s *street) post(address string, form url.Values, signature string) int {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Twilio-Signature", signature)
	res, err := s.door.Client().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// takeBack takes an opt-out back on our side alone.
func (s *street) takeBack() error {
	return s.tenants.InTenant(s.ctx, func(tx pgx.Tx) error {
		_, err := s.compliance.OptIn(s.ctx, tx, compliance.Wish{Channel: "sms", Address: handset, Source: "person", Words: "on paper"})
		return err
	})
}

// lookups is how often the carrier was asked about a message's attempt.
func (s *street) lookups(id uuid.UUID) (n int) {
	s.t.Helper()
	err := s.tenants.InTenant(s.ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(s.ctx, `select lookups from sms_attempt where message_id = $1 order by number desc limit 1`, id).Scan(&n)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// awaitRetry waits until the one job of a kind failed and waits for its next turn.
func (s *street) awaitRetry(kind string) {
	s.t.Helper()
	s.await("another turn of "+kind, func() (waits bool) {
		err := s.tenants.InTenant(s.ctx, func(tx pgx.Tx) error {
			return tx.QueryRow(s.ctx, `
				select finished_at is null and lease_until is null and last_error is not null from job where kind = $1`,
				kind).Scan(&waits)
		})
		if err != nil {
			s.t.Fatal(err)
		}
		return waits
	}, func() any { return s.jobs(kind) })
}

// awaitLookups lets the time pass in which the carrier is asked, from look to look.
func (s *street) awaitLookups(id uuid.UUID, want int) {
	s.t.Helper()
	for s.skip("sms.reconcile") {
	}
	if n := s.lookups(id); n != want {
		s.t.Fatalf("the carrier was asked %d times, not %d", n, want)
	}
}

// thread is what Maria's thread holds, the oldest first.
func (s *street) thread() []string {
	s.t.Helper()
	inbox, err := s.conversations.List(s.ctx, conversation.ListInput{Status: "all"})
	if err != nil {
		s.t.Fatal(err)
	}
	if len(inbox.Items) == 0 {
		return nil
	}
	list, err := s.conversations.Messages(s.ctx, conversation.MessagesInput{ConversationID: inbox.Items[0].ID})
	if fault.Is(err, fault.NotFound) {
		return nil // it has left the inbox since
	}
	if err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for i := len(list.Items) - 1; i >= 0; i-- {
		m := list.Items[i]
		out = append(out, m.Direction+" "+m.Body)
	}
	return out
}

// phone is what Maria's phone got.
func (s *street) phone() []string {
	var out []string
	for _, m := range s.carrier.Ledger() {
		if m.To == handset && m.Status != carrier.StatusFailed {
			out = append(out, m.Body)
		}
	}
	return out
}

func (s *street) fault(f carrier.Fault) {
	s.t.Helper()
	f.Path, f.Method = "/Messages", http.MethodPost
	if _, err := s.carrier.Fault(f); err != nil {
		s.t.Fatal(err)
	}
}
