package tenantdatabase

import (
	"context"
	"strings"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
)

// ReasonGranted is the reason of the condition Grants.
const ReasonGranted = "Granted"

func (r *Reconciler) grants(ctx context.Context, t *v1alpha1.TenantDatabase) (phase.Outcome, error) {
	out := phase.Outcome{Reason: ReasonGranted, Message: "The four roles have their rights; nobody else may connect."}
	if r.copyOf(t) != "" {
		return out, nil
	}
	s, server, err := r.connect(ctx, t)
	if err != nil {
		return phase.Outcome{}, err
	}
	mended, err := r.Postgres.EnsureGrants(ctx, server, PhysicalName(t))
	if err != nil {
		return phase.Outcome{}, trouble(err, s, server)
	}
	if phase.Settled(t) && len(mended) > 0 {
		out.Mended = "Somebody had changed the " + strings.Join(mended, ", the ") + "; all is as it should be again."
	}
	return out, nil
}
