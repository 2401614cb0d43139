package tenantdatabase

import (
	"context"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
)

// ReasonGranted is the reason of the condition Grants.
const ReasonGranted = "Granted"

func (r *Reconciler) grants(ctx context.Context, t *v1alpha1.TenantDatabase) (phase.Outcome, error) {
	s, server, err := r.connect(ctx, t)
	if err != nil {
		return phase.Outcome{}, err
	}
	if err := r.Postgres.EnsureGrants(ctx, server, PhysicalName(t)); err != nil {
		return phase.Outcome{}, trouble(err, s, server)
	}
	return phase.Done(ReasonGranted, "The four roles have their rights; nobody else may connect.")
}
