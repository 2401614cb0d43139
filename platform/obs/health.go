package obs

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Check asks a dependency whether it can be relied on just now.
type Check func(ctx context.Context) error

// Health answers for a process. Vital checks decide readiness; the others are
// shown, for what the process can do without (Redis).
type Health struct {
	Vital map[string]Check
	Other map[string]Check
}

const checkTimeout = 2 * time.Second

type answer struct {
	Ready  bool              `json:"ready"`
	Checks map[string]string `json:"checks"` // "ok", or what is wrong
}

// answer runs every check at once, so the slowest sets the pace.
func (h Health) answer(ctx context.Context) answer {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	a := answer{Ready: true, Checks: map[string]string{}}
	var mu sync.Mutex
	var asking sync.WaitGroup
	ask := func(name string, check Check, vital bool) {
		asking.Go(func() {
			err := check(ctx)
			mu.Lock()
			defer mu.Unlock()
			a.Checks[name] = "ok"
			if err != nil {
				a.Checks[name] = err.Error()
				a.Ready = a.Ready && !vital
			}
		})
	}
	for name, check := range h.Vital {
		ask(name, check, true)
	}
	for name, check := range h.Other {
		ask(name, check, false)
	}
	asking.Wait()
	return a
}

// Handler serves /healthz (the process runs), /readyz (it can do its work; 503
// and the reasons if not) and /metrics.
func (h Health) Handler(metrics prometheus.Gatherer) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		a := h.answer(r.Context())
		w.Header().Set("Content-Type", "application/json")
		if !a.Ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(a)
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
	return mux
}

// NewRegistry makes a registry with the metrics of the process and of Go.
func NewRegistry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}
