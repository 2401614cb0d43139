package apiserver

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"go.opentelemetry.io/otel/trace"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/fault"
)

var (
	errRoute  = fault.New(fault.NotFound, "route.unknown", "There is no such address in the API. /api/docs shows those that there are.")
	errMethod = fault.New(fault.NotFound, "route.method", "This address does not take this method.")
)

// identify begins the request's call: its id and where it comes from. The id is
// ours, never the sender's: logs are to be trusted.
func (s *server) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{
			id: uuid.Must(uuid.NewV7()).String(), ip: clientIP(r, s.TrustedProxies), userAgent: r.UserAgent(), origin: originOf(r, s.TrustedProxies), log: s.Log,
		}
		w.Header().Set("X-Request-Id", c.id)
		next.ServeHTTP(w, r.WithContext(withCall(r.Context(), c)))
	})
}

// observe logs and counts each request when it is done. It names the route's
// pattern, not the path, which may hold an invitation's token.
func (s *server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, c := s.Clock.Now(), callOf(r.Context())
		watched := &watchedWriter{ResponseWriter: w}
		defer func() { //nolint:contextcheck // r carries it
			level := slog.LevelInfo
			if c.pattern = chi.RouteContext(r.Context()).RoutePattern(); c.pattern == "" {
				c.pattern = "/*"
				if watched.code() < http.StatusInternalServerError {
					level = slog.LevelDebug // the web application's own files
				}
			}
			took := s.Clock.Now().Sub(began)
			trace.SpanFromContext(r.Context()).SetName(knownMethod(r.Method) + " " + c.pattern)
			s.metrics.observe(r.Method, c.pattern, watched.code(), took)
			s.Log.LogAttrs(r.Context(), level, "request",
				slog.String("request_id", c.id), slog.String("method", r.Method), slog.String("route", c.pattern),
				slog.Int("status", watched.code()), slog.Int64("bytes", watched.bytes), slog.Duration("took", took),
				slog.String("ip", c.ip.String()), slog.String("host", r.Host), slog.String("agency", c.agency.Name),
				slog.String("sub_account", c.subAccount()), slog.String("actor", c.principal.Actor.ID))
		}()
		next.ServeHTTP(watched, r)
	})
}

// recover answers a panic like any other mistake of ours, and logs where it was.
func (s *server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { //nolint:contextcheck // r carries it
			caught := recover()
			if caught == nil {
				return
			}
			if caught == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
				panic(caught)
			}
			c := callOf(r.Context())
			s.Log.LogAttrs(r.Context(), slog.LevelError, "panic", slog.String("request_id", c.id),
				slog.Any("panic", caught), slog.String("stack", string(debug.Stack())))
			if watched, ok := w.(*watchedWriter); ok && watched.status != 0 {
				panic(http.ErrAbortHandler) // half an answer is out: cut it off visibly
			}
			writeProblem(w, r, newProblem(http.StatusInternalServerError, "internal", internalMessage))
		}()
		next.ServeHTTP(w, r)
	})
}

// deadlines bound how long a body may take to come in and an answer to go out.
// They are of the machine's network, whatever clock the business runs on. A
// stream replaces them.
func (s *server) deadlines(next http.Handler) http.Handler {
	network := clock.System()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control, now := http.NewResponseController(w), network.Now()
		// A writer without deadlines, such as a test's, has none to set.
		_ = control.SetReadDeadline(now.Add(handlerTimeout + readGrace))
		_ = control.SetWriteDeadline(now.Add(writeTimeout))
		next.ServeHTTP(w, r)
	})
}

// unrouted is every path that is no route: the web application's, but for what
// belongs to programs.
func (s *server) unrouted(w http.ResponseWriter, r *http.Request) {
	for _, prefix := range []string{"/api", "/webhooks"} {
		if r.URL.Path == prefix || strings.HasPrefix(r.URL.Path, prefix+"/") {
			writeProblem(w, r, errRoute)
			return
		}
	}
	s.serveWeb(w, r)
}

// wrongMethod answers 405 with the methods that the address takes (RFC 9110,
// section 15.5.6).
func wrongMethod(routes chi.Routes) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete} {
			if routes.Match(chi.NewRouteContext(), method, r.URL.Path) {
				w.Header().Add("Allow", method)
			}
		}
		p := fromFault(errMethod)
		p.Status, p.Title = http.StatusMethodNotAllowed, http.StatusText(http.StatusMethodNotAllowed)
		writeProblem(w, r, p)
	}
}

// watchedWriter remembers what was answered.
type watchedWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader notes the status.
func (w *watchedWriter) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watchedWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watchedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *watchedWriter) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}
