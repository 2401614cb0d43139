// Package controllers puts the operator together: one controller per kind, each in a folder of its own.
package controllers

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/omnicrm/omnicrm/controllers/agency"
	"github.com/omnicrm/omnicrm/controllers/databaseserver"
	"github.com/omnicrm/omnicrm/controllers/invitation"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/controllers/subaccount"
	"github.com/omnicrm/omnicrm/controllers/tenantdatabase"
	"github.com/omnicrm/omnicrm/platform/db"
)

// Directory is what the controllers tell the data plane; modules/directory does it.
type Directory interface {
	tenantdatabase.Directory
	agency.Directory
	subaccount.Directory
}

// Options are what the controllers stand on; all are needed.
type Options struct {
	Clock     phase.Clock
	Namespace string // the operator's own: credentials and role passwords lie there
	Postgres  *db.Provisioner
	// Migrate brings a tenant database to the newest version; db.MigrateTenant.
	Migrate func(ctx context.Context, dsn string) (version int64, err error)
	// NewestSchema is the version that Migrate ends at; db.NewestTenantVersion.
	NewestSchema int64
	Directory    Directory
	Access       invitation.Access
	Carrier      subaccount.Carrier
	// Metrics takes the metrics of provider calls and of tenants by state; a registry takes one operator's.
	Metrics prometheus.Registerer
	// InvitationLink makes the address that opens an invitation at a host of an agency.
	InvitationLink func(host, token string) string
	// WebhookURL is where the carrier delivers a sub-account's texts.
	WebhookURL func(subAccount uuid.UUID) string
}

// SetupWithManager registers all controllers.
func SetupWithManager(mgr ctrl.Manager, o Options) error {
	c := mgr.GetClient()
	carrier, err := newProvider(o.Carrier, o.Clock, o.Metrics)
	if err != nil {
		return err
	}
	if err := o.Metrics.Register(newCensus(c)); err != nil {
		return err
	}
	keeper := &invitation.Keeper{Client: c, Access: o.Access, Clock: o.Clock, Link: o.InvitationLink}
	for name, setup := range map[string]func(ctrl.Manager) error{
		"DatabaseServer": (&databaseserver.Reconciler{
			Client: c, Recorder: mgr.GetEventRecorder("databaseserver"), Clock: o.Clock, Postgres: o.Postgres, Namespace: o.Namespace,
		}).SetupWithManager,
		"TenantDatabase": (&tenantdatabase.Reconciler{
			Client: c, Recorder: mgr.GetEventRecorder("tenantdatabase"), Clock: o.Clock, Postgres: o.Postgres, Directory: o.Directory,
			Migrate: o.Migrate, Newest: o.NewestSchema, Namespace: o.Namespace,
		}).SetupWithManager,
		"Agency": (&agency.Reconciler{
			Client: c, Recorder: mgr.GetEventRecorder("agency"), Clock: o.Clock, Directory: o.Directory, Invitations: keeper,
		}).SetupWithManager,
		"SubAccount": (&subaccount.Reconciler{
			Client: c, Recorder: mgr.GetEventRecorder("subaccount"), Clock: o.Clock, Directory: o.Directory, Invitations: keeper,
			Carrier: carrier, Postgres: o.Postgres, WebhookURL: o.WebhookURL, Namespace: o.Namespace,
		}).SetupWithManager,
	} {
		if err := setup(mgr); err != nil {
			return fmt.Errorf("controller of %s: %w", name, err)
		}
	}
	return nil
}
