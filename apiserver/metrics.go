package apiserver

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics counts requests by route. nil counts nothing.
type metrics struct{ took *prometheus.HistogramVec }

func newMetrics(r prometheus.Registerer, streams *streamCap) *metrics {
	if r == nil {
		return nil
	}
	m := &metrics{took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "omnicrm_http_request_seconds",
		Help:    "How long requests took, by route. Streams count when they end.",
		Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20},
	}, []string{"method", "route", "status"})}
	r.MustRegister(m.took, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "omnicrm_event_streams", Help: "Event streams that are open.",
	}, func() float64 { return float64(streams.open()) }))
	return m
}

func (m *metrics) observe(method, route string, status int, took time.Duration) {
	if m != nil {
		m.took.WithLabelValues(knownMethod(method), route, strconv.Itoa(status)).Observe(took.Seconds())
	}
}

// knownMethod keeps a sender from inventing label values.
func knownMethod(method string) string {
	switch method {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return method
	}
	return "other"
}
