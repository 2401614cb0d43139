package apiserver

import (
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/modules/compliance"
	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/modules/webhook"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/idempotency"
	"github.com/omnicrm/omnicrm/platform/limit"
	"github.com/omnicrm/omnicrm/platform/queue"
)

// Options are what the server stands on. All are needed but those that say
// otherwise.
type Options struct {
	Directory     *directory.Service // with Resources: the agency's console changes them
	Access        *access.Service
	Audit         *audit.Service // with Tenants
	Contacts      *contact.Service
	Conversations *conversation.Service
	Compliance    *compliance.Service
	SMS           *sms.Service
	Webhooks      *webhook.Service

	Control     *db.Control         // where agencies' idempotency keys are kept
	Tenants     *db.Tenants         // where sub-accounts' are
	Idempotency *idempotency.Keeper // idempotency.New(box, clock)
	Limiter     *limit.Limiter
	Stream      *events.Stream
	Jobs        *queue.Ledger
	Events      *events.Consumer // never run here: it lists and replays what was parked
	Kinds       events.Kinds     // all that may be published
	Clock       clock.Clock
	Log         *slog.Logger
	Metrics     prometheus.Registerer // nil: none

	// Web is the built application, web.FS(). Without an index.html in it, the
	// server says that the application was not built.
	Web fs.FS
	// WebhookURL is the origin by which the carrier calls: signatures cover it.
	WebhookURL string
	// TrustedProxies are the networks whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// Stopping is closed when the process begins to stop: open event streams end,
	// so that http.Server.Shutdown need not wait for them. nil: never.
	Stopping <-chan struct{}
	// Rates; zero values are DefaultRates.
	Rates Rates
	// Streams; zero values are DefaultStreamLimits.
	Streams StreamLimits
}

// Rates say how much a caller may ask.
type Rates struct {
	Anonymous limit.Rate // of one address, on routes that need no sign-in
	Caller    limit.Rate // of one person or key in one sub-account, or in the agency
}

// DefaultRates let a busy person work and a program sync, and slow a flood.
func DefaultRates() Rates {
	return Rates{
		Anonymous: limit.Rate{Burst: 120, Per: time.Minute},
		Caller:    limit.Rate{Burst: 1200, Per: time.Minute},
	}
}

type server struct {
	Options
	crossOrigin *http.CrossOriginProtection
	document    []byte
	web         *site
	themes      themes
	metrics     *metrics
	streams     *streamCap
}

// New makes the handler of everything that the process serves on its public
// address: the API, the webhooks and the web application. The http.Server
// around it needs ReadHeaderTimeout, IdleTimeout and MaxHeaderBytes; the
// deadlines of bodies and answers are set here, for each kind of route.
func New(o Options) (http.Handler, error) {
	if o.Rates == (Rates{}) {
		o.Rates = DefaultRates()
	}
	if o.Streams == (StreamLimits{}) {
		o.Streams = DefaultStreamLimits()
	}
	web, err := newSite(o.Web)
	if err != nil {
		return nil, err
	}
	document, err := Document()
	if err != nil {
		return nil, err
	}
	streams := newStreamCap(o.Streams)
	s := &server{
		Options: o, crossOrigin: http.NewCrossOriginProtection(), document: document, web: web,
		metrics: newMetrics(o.Metrics, streams), streams: streams,
	}
	return otelhttp.NewHandler(s.handler(), "apiserver"), nil
}

// handler puts the middleware in order, from the outside in: what is learnt of a
// request, then what protects the process, then the routes. What a route needs
// beyond is in guard.go.
func (s *server) handler() http.Handler {
	r := chi.NewRouter()
	r.Use(s.identify, s.observe, s.recover, s.secureHeaders, s.deadlines, middleware.GetHead)
	s.api(r)
	s.mountWebhooks(r)
	s.mountDocs(r)
	s.mountOAuth(r)
	s.mountSSO(r)
	r.NotFound(s.unrouted)
	r.MethodNotAllowed(wrongMethod(r))
	return r
}
