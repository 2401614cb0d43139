package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/omnicrm/omnicrm/apiserver"
	"github.com/omnicrm/omnicrm/cmd/omnicrm/plug"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/idempotency"
	"github.com/omnicrm/omnicrm/platform/kube"
	"github.com/omnicrm/omnicrm/platform/limit"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/web"
	"github.com/omnicrm/omnicrm/workers"
)

func apiserverCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "apiserver",
		Short: "Serve the API, the web application and the carrier's webhooks",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := newProcess("apiserver", "CONTROL_DSN", "REDIS_URL", "KEYSET", "WEBHOOK_URL")
			if err != nil {
				return err
			}
			return p.serveAPI(cmd.Context())
		},
	}
}

func (p *process) serveAPI(ctx context.Context) error {
	cluster, err := kube.Config(p.cfg.Kubeconfig)
	if err != nil {
		return err
	}
	client, err := kube.NewClient(cluster)
	if err != nil {
		return err
	}
	proxies, err := p.cfg.Proxies()
	if err != nil {
		return err
	}
	h, err := p.openHouse(ctx, kube.NewResources(client), func(c cellar) queue.Bell {
		return queue.NewRedisBell(c.redis, p.log)
	})
	if err != nil {
		return err
	}
	defer h.close()
	handler, err := apiserver.New(apiserver.Options{
		Directory: h.directory, Access: h.access, Audit: h.audit, Contacts: h.contacts,
		Conversations: h.conversations, Compliance: h.compliance, SMS: h.sms, Webhooks: h.webhooks,
		Control: h.control, Tenants: h.tenants, Idempotency: idempotency.New(h.box, p.clock), Limiter: h.limiter,
		Kinds:  plug.Kinds(),
		Stream: events.NewStream(h.tenants, h.redis, p.clock, p.log),
		Jobs:   queue.NewLedger(h.tenants, queue.NewRedisBell(h.redis, p.log), p.clock),
		Events: events.NewConsumer(events.ConsumerOptions{
			Tenants: h.tenants, Locator: h.directory, Subscribers: workers.Subscribers(h.night()), Clock: p.clock, Log: p.log,
		}),
		Rates: apiserver.Rates{
			Anonymous: limit.Rate{Burst: p.cfg.AnonymousRate, Per: time.Minute},
			Caller:    limit.Rate{Burst: p.cfg.CallerRate, Per: time.Minute},
		},
		Clock: p.clock, Log: p.log, Metrics: p.registry,
		Web: web.FS(), WebhookURL: p.cfg.WebhookURL, TrustedProxies: proxies, Stopping: ctx.Done(),
		Streams: apiserver.StreamLimits{PerCaller: p.cfg.StreamsPerCaller, PerSubAccount: p.cfg.StreamsPerSubAccount},
	})
	if err != nil {
		return err
	}
	return p.run(ctx, "apiserver", h.health(), func(ctx context.Context) error {
		return p.serve(ctx, p.cfg.Listen, handler)
	})
}
