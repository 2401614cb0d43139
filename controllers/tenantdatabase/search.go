package tenantdatabase

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/platform/db"
)

// Reasons of the condition Search.
const (
	ReasonLeakproof        = "Leakproof"
	ReasonDefinerFunctions = "DefinerFunctions"
)

var leakproof = phase.Outcome{Reason: ReasonLeakproof, Message: "Indexes serve searches under row-level security."}

// search marks the functions behind our indexed operators LEAKPROOF, again if somebody took the mark away (an upgrade
// of the server or of an extension does).
func (r *Reconciler) search(ctx context.Context, t *v1alpha1.TenantDatabase) (phase.Outcome, error) {
	if db.HasLeakproof(r.copyOf(t)) {
		t.Status.Search = v1alpha1.SearchLeakproof
		return leakproof, nil
	}
	s, server, err := r.connect(ctx, t)
	if err != nil {
		return phase.Outcome{}, err
	}
	found, err := r.Postgres.EnsureLeakproof(ctx, server, PhysicalName(t))
	if errors.Is(err, db.ErrNotSuperuser) {
		t.Status.Search = v1alpha1.SearchDefinerFunctions
		return phase.Done(ReasonDefinerFunctions, fmt.Sprintf("The user %s is no superuser, so searches go through the slower "+
			"definer functions. Give the DatabaseServer %s a superuser's credentials for indexed searches.", server.User, s.Name))
	}
	if err != nil {
		return phase.Outcome{}, trouble(err, s, server)
	}
	out := leakproof
	if t.Status.Search == v1alpha1.SearchLeakproof && phase.Settled(t) && len(found.Mended) > 0 {
		out.Mended = strings.Join(found.Mended, ", ") + " had lost LEAKPROOF and have it again."
	}
	t.Status.Search = v1alpha1.SearchLeakproof
	return out, nil
}
