package queue

import (
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/omnicrm/omnicrm/platform/clock"
)

// Metrics is what a worker tells Prometheus of its queues. The depths are those
// of the whole installation, the same from every worker, since each reads what
// one of them has measured: take max() of them. The rest is the process's own:
// sum() it.
type Metrics struct {
	clock   clock.Clock
	running *prometheus.GaugeVec
	ended   *prometheus.CounterVec
	seconds *prometheus.HistogramVec

	mu     sync.Mutex
	depths map[uuid.UUID][]depth // by database
}

// depth is how much waits in a queue of one database.
type depth struct {
	Queue     Name
	Due       int64 // their time has come; those at work are among them
	Scheduled int64
	Parked    int64
	OldestDue *time.Time // of those that nobody holds
}

var (
	depthDesc = prometheus.NewDesc("omnicrm_queue_depth",
		"Jobs of all tenants in a queue: due (those at work included), scheduled or parked. The same from every worker.",
		[]string{"queue", "state"}, nil)
	oldestDesc = prometheus.NewDesc("omnicrm_queue_oldest_due_seconds",
		"For how long the longest waiting job that nobody holds has been due; 0 for none. The same from every worker.",
		[]string{"queue"}, nil)
)

// NewMetrics makes the metrics and registers them.
func NewMetrics(r prometheus.Registerer, c clock.Clock) *Metrics {
	m := newMetrics(c)
	r.MustRegister(m, m.running, m.ended, m.seconds)
	return m
}

func newMetrics(c clock.Clock) *Metrics {
	return &Metrics{
		clock: c, depths: map[uuid.UUID][]depth{},
		running: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "omnicrm_queue_running", Help: "Jobs that this worker has in hand.",
		}, []string{"queue"}),
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "omnicrm_queue_jobs_total", Help: "Attempts at jobs, by how they ended.",
		}, []string{"queue", "kind", "outcome"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "omnicrm_queue_job_duration_seconds", Help: "How long an attempt took, whatever its end.",
			Buckets: []float64{.005, .02, .1, .5, 2, 10, 30, 120},
		}, []string{"kind"}),
	}
}

// began counts a job at work; the func that it gives counts its end.
func (m *Metrics) began(j held) (ended func(outcome string)) {
	queue, start := string(j.share.name), m.clock.Now()
	m.running.WithLabelValues(queue).Inc()
	return func(outcome string) {
		m.running.WithLabelValues(queue).Dec()
		m.ended.WithLabelValues(queue, j.Kind, outcome).Inc()
		m.seconds.WithLabelValues(j.Kind).Observe(m.clock.Now().Sub(start).Seconds())
	}
}

// measured keeps the depths of a database until it is measured again.
func (m *Metrics) measured(database uuid.UUID, d []depth) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.depths[database] = d
}

// keepOnly forgets databases that the directory no longer lists.
func (m *Metrics) keepOnly(databases map[uuid.UUID]bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id := range m.depths {
		if !databases[id] {
			delete(m.depths, id)
		}
	}
}

// Describe is part of prometheus.Collector.
func (m *Metrics) Describe(ch chan<- *prometheus.Desc) { ch <- depthDesc; ch <- oldestDesc }

// Collect sums the depths over the databases. A process that has measured
// nothing yet shows none, so that a start looks to nobody like an empty queue.
func (m *Metrics) Collect(ch chan<- prometheus.Metric) {
	m.mu.Lock()
	defer m.mu.Unlock()
	sums, now := map[Name]depth{}, m.clock.Now()
	for _, database := range m.depths {
		for _, d := range database {
			s := sums[d.Queue]
			s.Due, s.Scheduled, s.Parked = s.Due+d.Due, s.Scheduled+d.Scheduled, s.Parked+d.Parked
			if d.OldestDue != nil && (s.OldestDue == nil || d.OldestDue.Before(*s.OldestDue)) {
				s.OldestDue = d.OldestDue
			}
			sums[d.Queue] = s
		}
	}
	for name, s := range sums {
		for state, n := range map[State]int64{Due: s.Due, Scheduled: s.Scheduled, Parked: s.Parked} {
			ch <- prometheus.MustNewConstMetric(depthDesc, prometheus.GaugeValue, float64(n), string(name), string(state))
		}
		age := 0.0
		if s.OldestDue != nil {
			age = max(now.Sub(*s.OldestDue).Seconds(), 0)
		}
		ch <- prometheus.MustNewConstMetric(oldestDesc, prometheus.GaugeValue, age, string(name))
	}
}
