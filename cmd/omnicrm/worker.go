package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/workers"
)

func workerCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "worker",
		Short: "Run jobs and process events",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := newProcess("worker", "CONTROL_DSN", "REDIS_URL", "KEYSET", "WEBHOOK_URL")
			if err != nil {
				return err
			}
			return p.work(cmd.Context())
		},
	}
}

func (p *process) work(ctx context.Context) error {
	tiers, err := p.tiers()
	if err != nil {
		return err
	}
	var ring queue.Ring
	h, err := p.openHouse(ctx, nil, func(c cellar) queue.Bell {
		ring = queue.NewHybridRing(c.redis, p.log)
		return ring
	})
	if err != nil {
		return err
	}
	defer h.close()
	worker := workers.New(workers.Parts{
		Modules: h.night(),
		Tenants: h.tenants, Locator: h.directory, Ring: ring,
		Announcer: events.NewRedisAnnouncer(h.redis, p.log), Clock: p.clock, Log: p.log,
		Lease: p.cfg.JobLease, Tiers: tiers, Metrics: queue.NewMetrics(p.registry, p.clock),
	})
	p.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "omnicrm_audit_chains_failing",
		Help: "Audit chains of agencies, or of the platform, that could not be kept, as of the last hourly look.",
	}, func() float64 { return float64(h.audit.Failing()) }))
	defer sweepRarely(p.clock)()
	return p.run(ctx, "worker", h.health(), func(ctx context.Context) error {
		var watch sync.WaitGroup
		defer watch.Wait()
		watch.Go(func() { h.audit.Watch(ctx) })
		worker.Run(ctx)
		return nil
	})
}

func (p *process) tiers() (queue.Tiers, error) {
	if p.cfg.Tiers == "" {
		return queue.DefaultTiers(), nil
	}
	tiers, err := queue.ParseTiers(p.cfg.Tiers)
	if err != nil {
		return nil, fmt.Errorf("OMNICRM_TIERS: %w", err)
	}
	return tiers, nil
}
