package main

import (
	"context"
	"log/slog"
	"strings"

	"github.com/go-logr/logr"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/omnicrm/omnicrm/controllers/agency"
	"github.com/omnicrm/omnicrm/controllers/databaseserver"
	"github.com/omnicrm/omnicrm/controllers/invitation"
	"github.com/omnicrm/omnicrm/controllers/subaccount"
	"github.com/omnicrm/omnicrm/controllers/tenantdatabase"
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
	p.metrics = prometheus.Gatherers{p.registry, metrics.Registry}
	return p.run(ctx, "operator", health, mgr.Start)
}

// setupControllers gives each controller its parts.
func (p *process) setupControllers(mgr ctrl.Manager, a administration) error {
	carrier, err := sms.NewTwilio(sms.TwilioOptions{Origin: p.cfg.CarrierURL})
	if err != nil {
		return err
	}
	client, recorder := mgr.GetClient(), mgr.GetEventRecorder(operatorName)
	postgres := &db.Provisioner{}
	invitations := &invitation.Keeper{Client: client, Access: a.access, Clock: p.clock, Link: invitationLink(p.cfg)}
	for _, c := range []interface{ SetupWithManager(ctrl.Manager) error }{
		&databaseserver.Reconciler{
			Client: client, Recorder: recorder, Clock: p.clock, Postgres: postgres, Namespace: p.cfg.Namespace,
		},
		&tenantdatabase.Reconciler{
			Client: client, Recorder: recorder, Clock: p.clock, Postgres: postgres, Directory: a.directory,
			Migrate: db.MigrateTenant, Namespace: p.cfg.Namespace,
		},
		&agency.Reconciler{
			Client: client, Recorder: recorder, Clock: p.clock, Directory: a.directory, Invitations: invitations,
		},
		&subaccount.Reconciler{
			Client: client, Recorder: recorder, Clock: p.clock, Directory: a.directory, Invitations: invitations,
			Carrier: carrier, Postgres: postgres, Namespace: p.cfg.Namespace,
			WebhookURL: func(sub uuid.UUID) string {
				return p.cfg.WebhookURL + "/webhooks/twilio/" + sub.String() + "/messages"
			},
		},
	} {
		if err := c.SetupWithManager(mgr); err != nil {
			return err
		}
	}
	p.log.Info("controllers are set up", slog.String("namespace", p.cfg.Namespace)) //nolint:sloglint // no context before the manager's
	return nil
}

// invitationLink is where a browser opens an invitation.
func invitationLink(cfg config.Config) func(host, token string) string {
	return func(host, token string) string {
		return strings.ReplaceAll(cfg.PublicURLTemplate, "{host}", host) + "/invitation/" + token
	}
}
