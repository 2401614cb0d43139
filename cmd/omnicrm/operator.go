package main

import (
	"context"
	"strings"

	"github.com/go-logr/logr"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/spf13/cobra"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/omnicrm/omnicrm/controllers"
	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/platform/config"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/kube"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const operatorName = "omnicrm-operator"

func operatorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "operator",
		Short: "Reconcile the custom resources: databases, agencies, sub-accounts",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := newProcess("operator", "CONTROL_DSN", "REDIS_URL", "KEYSET", "WEBHOOK_URL")
			if err != nil {
				return err
			}
			return p.operate(cmd.Context())
		},
	}
}

func (p *process) operate(ctx context.Context) error {
	ctrl.SetLogger(logr.FromSlogHandler(p.log.Handler()))
	cluster, err := kube.Config(p.cfg.Kubeconfig)
	if err != nil {
		return err
	}
	a, err := p.openAdministration(ctx, nil)
	if err != nil {
		return err
	}
	defer a.close()
	options := kube.ManagerOptions()
	options.Metrics = metricsserver.Options{BindAddress: "0"} // served with ours
	options.LeaderElection, options.LeaderElectionID, options.LeaderElectionNamespace = true, operatorName, p.cfg.Namespace
	options.LeaderElectionReleaseOnCancel = true
	options.BaseContext = func() context.Context {
		return tenancy.WithActor(ctx, tenancy.Actor{Kind: tenancy.Operator, Name: operatorName})
	}
	mgr, err := ctrl.NewManager(cluster, options)
	if err != nil {
		return err
	}
	if err := p.setupControllers(mgr, a); err != nil {
		return err
	}
	health := a.health()
	if health.Vital["kubernetes"], err = kube.Ready(cluster); err != nil {
		return err
	}
	p.metrics = beside(p.registry, metrics.Registry)
	return p.run(ctx, "operator", health, mgr.Start)
}

// beside shows our metrics and controller-runtime's, which has those of the process and of Go too: twice would be an
// error of the whole answer.
func beside(ours *prometheus.Registry, theirs prometheus.Gatherer) prometheus.Gatherer {
	ours.Unregister(collectors.NewGoCollector())
	ours.Unregister(collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return prometheus.Gatherers{ours, theirs}
}

// setupControllers gives the controllers their parts.
func (p *process) setupControllers(mgr ctrl.Manager, a administration) error {
	carrier, err := sms.NewTwilio(sms.TwilioOptions{Origin: p.cfg.CarrierURL})
	if err != nil {
		return err
	}
	newest, err := db.NewestTenantVersion()
	if err != nil {
		return err
	}
	return controllers.SetupWithManager(mgr, controllers.Options{
		Clock: p.clock, Namespace: p.cfg.Namespace, Postgres: &db.Provisioner{}, Migrate: db.MigrateTenant, NewestSchema: newest,
		Directory: a.directory, Access: a.access, Carrier: carrier, Metrics: p.registry, InvitationLink: invitationLink(p.cfg),
		WebhookURL: func(sub uuid.UUID) string {
			return p.cfg.WebhookURL + "/webhooks/twilio/" + sub.String() + "/messages"
		},
	})
}

// invitationLink is where a browser opens an invitation.
func invitationLink(cfg config.Config) func(host, token string) string {
	return func(host, token string) string {
		return strings.ReplaceAll(cfg.PublicURLTemplate, "{host}", host) + "/invitation/" + token
	}
}
