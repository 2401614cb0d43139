package tenantdatabase

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/databaseserver"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/platform/db"
)

// Reasons of the condition Server.
const (
	ReasonServerReady    = "ServerReady"
	ReasonServerMissing  = "ServerMissing"
	ReasonServerNotReady = "ServerNotReady"
)

const retry = 20 * time.Second

func (r *Reconciler) server(ctx context.Context, t *v1alpha1.TenantDatabase) (phase.Outcome, error) {
	r.copied.Delete(t.UID)
	s, _, err := r.connect(ctx, t)
	if err != nil {
		return phase.Outcome{}, err
	}
	if !phase.IsReady(s) {
		return phase.Outcome{}, notReady(s)
	}
	return phase.Done(ReasonServerReady, fmt.Sprintf("The DatabaseServer %s at %s is ready.", s.Name, s.Status.Address))
}

func notReady(s *v1alpha1.DatabaseServer) error {
	why := "The operator is still looking at it."
	if c := meta.FindStatusCondition(s.Status.Conditions, phase.Ready); c != nil {
		why = c.Message
	}
	return phase.Waiting(retry, ReasonServerNotReady, "The DatabaseServer %s is not ready. %s", s.Name, why)
}

// connect finds the server of the database and how to reach it.
func (r *Reconciler) connect(ctx context.Context, t *v1alpha1.TenantDatabase) (*v1alpha1.DatabaseServer, db.Server, error) {
	var s v1alpha1.DatabaseServer
	err := r.Client.Get(ctx, client.ObjectKey{Name: t.Spec.ServerRef.Name}, &s)
	if apierrors.IsNotFound(err) {
		return nil, db.Server{}, phase.Waiting(retry, ReasonServerMissing, "There is no DatabaseServer %s: create it, or create "+
			"another TenantDatabase on a server that exists.", t.Spec.ServerRef.Name)
	}
	if err != nil {
		return nil, db.Server{}, err
	}
	server, err := databaseserver.Connect(ctx, r.Client, &s, r.Namespace)
	return &s, server, err
}

// trouble turns what stood in the way on the server into a condition that says what to do.
func trouble(err error, s *v1alpha1.DatabaseServer, server db.Server) error {
	return databaseserver.Trouble(err, s.Name, s.Status.Address, server.User)
}
