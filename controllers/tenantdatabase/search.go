package tenantdatabase

import (
	"context"
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/platform/db"
)

// Reasons of the condition Search.
const (
	ReasonLeakproof        = "Leakproof"
	ReasonDefinerFunctions = "DefinerFunctions"
	ReasonDriftMended      = "DriftMended" // of an event alone
)

// search marks the functions behind our indexed operators LEAKPROOF, again if somebody took the mark away (an upgrade
// of the server or of an extension does).
func (r *Reconciler) search(ctx context.Context, t *v1alpha1.TenantDatabase) (phase.Outcome, error) {
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
	if t.Status.Search == v1alpha1.SearchLeakproof && len(found.Mended) > 0 && r.Recorder != nil {
		r.Recorder.Eventf(t, nil, corev1.EventTypeNormal, ReasonDriftMended, v1alpha1.ConditionSearch,
			"%s had lost LEAKPROOF and have it again.", strings.Join(found.Mended, ", "))
	}
	t.Status.Search = v1alpha1.SearchLeakproof
	return phase.Done(ReasonLeakproof, "Indexes serve searches under row-level security.")
}
