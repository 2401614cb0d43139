package controllers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// places answers access from the directory, as the product's wiring does.
type places struct{ *directory.Service }

func (p places) Agency(ctx context.Context, id uuid.UUID) (access.AgencyInfo, error) {
	a, err := p.Service.Agency(ctx, id)
	return access.AgencyInfo{ID: a.ID, Name: a.DisplayName, Status: a.Status}, err
}

func (p places) Account(ctx context.Context, id uuid.UUID) (access.Account, error) {
	s, err := p.SubAccount(ctx, id)
	return access.Account{ID: s.ID, Agency: s.Agency, Name: s.DisplayName, Status: s.Status}, err
}

func (p places) Accounts(context.Context, uuid.UUID) ([]access.Account, error) { return nil, nil }

// shifted is the machine's clock, put forward: the API server stamps deletions by the machine's own.
type shifted struct {
	clock.Clock
	by atomic.Int64
}

func (s *shifted) Now() time.Time          { return s.Clock.Now().Add(time.Duration(s.by.Load())) }
func (s *shifted) Advance(d time.Duration) { s.by.Add(int64(d)) }

// grace is a grace period that ends d from now, however far the clock was put forward before.
func (s *shifted) grace(d time.Duration) time.Duration {
	return (time.Duration(s.by.Load()) + d).Round(time.Second)
}

// syncBuffer is a log that many write to at once.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// flaky loses the answers of the carrier when it is told to.
type flaky struct {
	*sms.Twilio
	mu   sync.Mutex
	left int // answers to lose
	lost string
	gone bool // nothing is answered
	no   int  // how often that was
}

// away makes the carrier answer nothing, or again.
func (f *flaky) away(yes bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gone, f.no = yes, 0
}

// refused counts the calls that got no answer since it went away.
func (f *flaky) refused() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.no
}

// lose makes the next answer to the creation of an account get lost.
func (f *flaky) lose() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left = 1
}

// lastLost is the name of the account whose answer got lost.
func (f *flaky) lastLost() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lost
}

func (f *flaky) FetchAccount(ctx context.Context, p sms.Parent, sid string) (sms.Account, error) {
	f.mu.Lock()
	gone := f.gone
	if gone {
		f.no++
	}
	f.mu.Unlock()
	if gone {
		return sms.Account{}, fault.New(fault.Unavailable, "carrier.unavailable", "The carrier does not answer just now.")
	}
	return f.Twilio.FetchAccount(ctx, p, sid)
}

func (f *flaky) EnsureAccount(ctx context.Context, p sms.Parent, friendlyName string) (sms.Account, error) {
	a, err := f.Twilio.EnsureAccount(ctx, p, friendlyName)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil && f.left > 0 {
		f.left--
		f.lost = friendlyName
		return sms.Account{}, context.DeadlineExceeded
	}
	return a, err
}

// accountsNamed counts the carrier's open accounts of a name.
func (w *world) accountsNamed(ctx context.Context, name string) (int, error) {
	root := w.carrier.Account()
	address := w.carrier.URL + "/2010-04-01/Accounts.json?" + url.Values{"FriendlyName": {name}, "Status": {"active"}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	req.SetBasicAuth(root.SID, root.Token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = res.Body.Close() }()
	var list struct{ Accounts []json.RawMessage }
	err = json.NewDecoder(res.Body).Decode(&list)
	return len(list.Accounts), err
}
