package agency

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// Reasons of the conditions Directory and Hosts.
const (
	ReasonListed    = "Listed"
	ReasonHostsSet  = "HostsSet"
	ReasonHostTaken = "HostTaken"
)

// directory enters the agency with its branding.
func (r *Reconciler) directory(ctx context.Context, a *v1alpha1.Agency) (phase.Outcome, error) {
	adopt, err := phase.AdoptID(a, "agency")
	if err != nil {
		return phase.Outcome{}, err
	}
	before, err := r.entry(ctx, a)
	if err != nil {
		return phase.Outcome{}, err
	}
	database, err := r.databaseID(ctx, a)
	if err != nil {
		return phase.Outcome{}, err
	}
	entry, err := r.Directory.UpsertAgency(ctx, desiredEntry(a, database, adopt))
	if err != nil {
		return phase.Outcome{}, err
	}
	a.Status.ID = entry.ID.String()
	out := phase.Outcome{Reason: ReasonListed, Message: fmt.Sprintf("The directory lists the agency as %s.", entry.ID)}
	if phase.Settled(a) && !entry.UpdatedAt.Equal(before.UpdatedAt) {
		out.Mended = "The directory's entry had been changed or removed and is as it should be again."
	}
	return out, nil
}

func (r *Reconciler) databaseID(ctx context.Context, a *v1alpha1.Agency) (uuid.UUID, error) {
	if a.Status.TenantDatabase == "" {
		return uuid.Nil, nil
	}
	var t v1alpha1.TenantDatabase
	if err := r.Client.Get(ctx, client.ObjectKey{Name: a.Status.TenantDatabase}, &t); err != nil {
		return uuid.Nil, err
	}
	return uuid.Parse(t.Status.ID)
}

func desiredEntry(a *v1alpha1.Agency, database, adopt uuid.UUID) directory.AgencyInput {
	b := a.Spec.Branding
	return directory.AgencyInput{
		Name: a.Name, Namespace: NamespaceOf(a), UID: string(a.UID), DisplayName: a.Spec.DisplayName,
		Branding: directory.Branding{
			LogoURL: b.LogoURL, PrimaryColor: b.PrimaryColor, AccentColor: b.AccentColor, SupportEmail: b.SupportEmail,
		},
		Isolation: directory.Isolation(a.Spec.Isolation), Tier: a.Spec.Tier, Database: database,
		Adopt: adopt, Lost: phase.FormerID(a.Status.ID),
	}
}

// hosts leads the hosts to the agency. A host that another agency has stays there.
func (r *Reconciler) hosts(ctx context.Context, a *v1alpha1.Agency) (phase.Outcome, error) {
	before, err := r.Directory.AgencyOf(ctx, a.Name, string(a.UID))
	if err != nil {
		return phase.Outcome{}, err
	}
	err = r.Directory.SetHosts(ctx, before.ID, a.Spec.Hosts)
	if f, ok := fault.As(err); ok && f.Code == fault.Conflict {
		return phase.Outcome{}, phase.Stalled(ReasonHostTaken, "The host %v leads to another agency already, and stays there: "+
			"remove it from spec.hosts, or from the other agency first.", f.Meta["host"])
	}
	if err != nil {
		return phase.Outcome{}, err
	}
	out := phase.Outcome{Reason: ReasonHostsSet, Message: "People sign in at " + strings.Join(a.Spec.Hosts, ", ") + "."}
	if phase.Settled(a) && !directory.SameHosts(before.Hosts, a.Spec.Hosts) {
		out.Mended = "The directory's hosts had been changed and are as they should be again."
	}
	return out, nil
}
