package controllers

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/controllers/subaccount"
	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// Calls to the carrier over all agencies: whatever is going on among the resources, it sees no more than this.
const (
	providerPerSecond = 20
	providerBurst     = 40
)

// provider is the carrier behind one token bucket, with its calls counted.
type provider struct {
	carrier subaccount.Carrier
	clock   phase.Clock
	limit   *rate.Limiter
	calls   *prometheus.HistogramVec // seconds, by operation and outcome
}

func newProvider(c subaccount.Carrier, clock phase.Clock, metrics prometheus.Registerer) (*provider, error) {
	p := &provider{carrier: c, clock: clock, limit: rate.NewLimiter(providerPerSecond, providerBurst), calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "omnicrm_provider_call_seconds", Help: "Time of the operator's calls to outer providers, the wait for a turn not counted.",
		Buckets: []float64{.01, .05, .1, .5, 1, 5, 15}, ConstLabels: prometheus.Labels{"provider": "carrier"},
	}, []string{"operation", "outcome"})}
	return p, metrics.Register(p.calls)
}

// call waits for a turn and counts what comes of it.
func call[T any](ctx context.Context, p *provider, operation string, fn func() (T, error)) (out T, err error) {
	if err := p.limit.Wait(ctx); err != nil {
		return out, err
	}
	begun := p.clock.Now()
	out, err = fn()
	outcome := "ok"
	if err != nil {
		outcome = "failed"
		if f, ok := fault.As(err); ok {
			outcome = f.Slug
		}
	}
	p.calls.WithLabelValues(operation, outcome).Observe(p.clock.Now().Sub(begun).Seconds())
	return out, err
}

func do(ctx context.Context, p *provider, operation string, fn func() error) error {
	_, err := call(ctx, p, operation, func() (struct{}, error) { return struct{}{}, fn() })
	return err
}

// EnsureAccount is the carrier's.
func (p *provider) EnsureAccount(ctx context.Context, parent sms.Parent, friendlyName string) (sms.Account, error) {
	return call(ctx, p, "ensure_account", func() (sms.Account, error) { return p.carrier.EnsureAccount(ctx, parent, friendlyName) })
}

// FindAccount is the carrier's.
func (p *provider) FindAccount(ctx context.Context, parent sms.Parent, friendlyName string) (sms.Account, error) {
	return call(ctx, p, "find_account", func() (sms.Account, error) { return p.carrier.FindAccount(ctx, parent, friendlyName) })
}

// FetchAccount is the carrier's.
func (p *provider) FetchAccount(ctx context.Context, parent sms.Parent, sid string) (sms.Account, error) {
	return call(ctx, p, "fetch_account", func() (sms.Account, error) { return p.carrier.FetchAccount(ctx, parent, sid) })
}

// SetAccountStatus is the carrier's.
func (p *provider) SetAccountStatus(ctx context.Context, parent sms.Parent, sid, status string) (sms.Account, error) {
	return call(ctx, p, "set_account_status", func() (sms.Account, error) { return p.carrier.SetAccountStatus(ctx, parent, sid, status) })
}

// RenameAccount is the carrier's.
func (p *provider) RenameAccount(ctx context.Context, parent sms.Parent, sid, friendlyName string) (sms.Account, error) {
	return call(ctx, p, "rename_account", func() (sms.Account, error) { return p.carrier.RenameAccount(ctx, parent, sid, friendlyName) })
}

// EnsureNumber is the carrier's.
func (p *provider) EnsureNumber(ctx context.Context, parent sms.Parent, accountSID, e164, smsURL string) (sms.Number, error) {
	return call(ctx, p, "ensure_number", func() (sms.Number, error) { return p.carrier.EnsureNumber(ctx, parent, accountSID, e164, smsURL) })
}

// ReturnNumber is the carrier's.
func (p *provider) ReturnNumber(ctx context.Context, parent sms.Parent, accountSID, e164 string) error {
	return do(ctx, p, "return_number", func() error { return p.carrier.ReturnNumber(ctx, parent, accountSID, e164) })
}

// ReturnNumbers is the carrier's.
func (p *provider) ReturnNumbers(ctx context.Context, parent sms.Parent, accountSID string) error {
	return do(ctx, p, "return_numbers", func() error { return p.carrier.ReturnNumbers(ctx, parent, accountSID) })
}
