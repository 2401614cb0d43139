package db

import (
	"github.com/prometheus/client_golang/prometheus"
)

var (
	descConns = prometheus.NewDesc("omnicrm_db_connections",
		"Connections to databases, by what they do: in_use, idle, or changing (being opened or closed).", []string{"state"}, nil)
	descMost = prometheus.NewDesc("omnicrm_db_connections_max",
		"Connections that the process may hold at once, those at rest included.", nil, nil)
	descWaiting = prometheus.NewDesc("omnicrm_db_waiting",
		"Transactions that wait for a connection.", nil, nil)
	descOpened = prometheus.NewDesc("omnicrm_db_connections_opened_total",
		"Connections opened.", nil, nil)
	descEvicted = prometheus.NewDesc("omnicrm_db_connections_evicted_total",
		"Connections closed for another database's sake: when it grows steadily, the cap is too small.", nil, nil)
)

// Register shows the connections to the control database as metrics, with the label databases="control".
func (c *Control) Register(r prometheus.Registerer) error { return c.conns.register(r, "control") }

// Register shows the connections to tenant databases as metrics, with the label databases="tenants".
func (t *Tenants) Register(r prometheus.Registerer) error { return t.conns.register(r, "tenants") }

func (s *conns) register(r prometheus.Registerer, databases string) error {
	return prometheus.WrapRegistererWith(prometheus.Labels{"databases": databases}, r).Register(collector{s})
}

type collector struct{ *conns }

func (collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descConns, descMost, descWaiting, descOpened, descEvicted} {
		ch <- d
	}
}

func (c collector) Collect(ch chan<- prometheus.Metric) {
	c.mu.Lock()
	defer c.mu.Unlock()
	idle, inUse := c.resting.byAge.Len(), c.busy-c.opening
	gauge := func(d *prometheus.Desc, n int, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n), labels...)
	}
	gauge(descConns, inUse, "in_use")
	gauge(descConns, idle, "idle")
	gauge(descConns, c.held-idle-inUse, "changing")
	gauge(descMost, c.most)
	gauge(descWaiting, c.waiting.length+c.nested.length)
	ch <- prometheus.MustNewConstMetric(descOpened, prometheus.CounterValue, float64(c.opened))
	ch <- prometheus.MustNewConstMetric(descEvicted, prometheus.CounterValue, float64(c.evicted))
}
