package placement

import (
	"cmp"
	"context"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
)

// Shared finds a Shared database with room for one more agency, the fullest first so that few are needed, or makes
// another. An agency that is in one already stays there. The bound is soft: two agencies that come at the same moment
// may both take the last place.
func Shared(ctx context.Context, c client.Client, a *v1alpha1.Agency) (*v1alpha1.TenantDatabase, error) {
	var databases v1alpha1.TenantDatabaseList
	if err := c.List(ctx, &databases); err != nil {
		return nil, err
	}
	var agencies v1alpha1.AgencyList
	if err := c.List(ctx, &agencies); err != nil {
		return nil, err
	}
	servers, err := allowedServers(ctx, c, a)
	if err != nil {
		return nil, err
	}
	if t := pickShared(a, databases.Items, agencies.Items, servers); t != nil {
		return t, nil
	}
	server, err := chooseServer(ctx, c, a)
	if err != nil {
		return nil, err
	}
	return createShared(ctx, c, server, databases.Items)
}

// createShared makes the next free name on the server. Another agency that does the same meets the same name: the
// second one's AlreadyExists is a lost race, and its next pass finds the first one's.
func createShared(ctx context.Context, c client.Client, server string, have []v1alpha1.TenantDatabase) (*v1alpha1.TenantDatabase, error) {
	for n := 1; ; n++ {
		name := sharedName(server, n)
		if slices.ContainsFunc(have, func(t v1alpha1.TenantDatabase) bool { return t.Name == name }) {
			continue
		}
		made := desired(name, server, v1alpha1.IsolationShared, nil)
		return made, c.Create(ctx, made, client.FieldOwner(v1alpha1.FieldOwner))
	}
}

// pickShared is the pure part: nil when no database has room.
func pickShared(a *v1alpha1.Agency, databases []v1alpha1.TenantDatabase, agencies []v1alpha1.Agency, server func(name string) bool) *v1alpha1.TenantDatabase {
	used := map[string]int{}
	for i := range agencies {
		if agencies[i].Name != a.Name {
			used[agencies[i].Status.TenantDatabase]++
		}
	}
	fits := slices.DeleteFunc(slices.Clone(databases), func(t v1alpha1.TenantDatabase) bool {
		return t.Spec.Isolation != v1alpha1.IsolationShared || !t.DeletionTimestamp.IsZero() ||
			(t.Name != a.Status.TenantDatabase && (!server(t.Spec.ServerRef.Name) || used[t.Name] >= agencyLimit(&t)))
	})
	slices.SortFunc(fits, func(x, y v1alpha1.TenantDatabase) int {
		return cmp.Or(
			-cmp.Compare(rank(x.Name == a.Status.TenantDatabase), rank(y.Name == a.Status.TenantDatabase)),
			-cmp.Compare(rank(phase.IsReady(&x)), rank(phase.IsReady(&y))),
			-cmp.Compare(used[x.Name], used[y.Name]), cmp.Compare(x.Name, y.Name))
	})
	if len(fits) == 0 {
		return nil
	}
	return &fits[0]
}

func rank(first bool) int {
	if first {
		return 1
	}
	return 0
}

func agencyLimit(t *v1alpha1.TenantDatabase) int {
	if t.Spec.Capacity != nil && t.Spec.Capacity.Agencies != nil {
		return int(*t.Spec.Capacity.Agencies)
	}
	return defaultAgencies
}

// allowedServers tells which servers the agency's spec lets its data be on.
func allowedServers(ctx context.Context, c client.Client, a *v1alpha1.Agency) (func(string) bool, error) {
	if ref := a.Spec.DatabaseServerRef; ref != nil {
		return func(name string) bool { return name == ref.Name }, nil
	}
	if a.Spec.DatabaseServerSelector == nil {
		return func(string) bool { return true }, nil
	}
	selector, err := metav1.LabelSelectorAsSelector(a.Spec.DatabaseServerSelector)
	if err != nil {
		return nil, phase.Stalled(ReasonNoServer, "databaseServerSelector can't be read: %v", err)
	}
	var all v1alpha1.DatabaseServerList
	if err := c.List(ctx, &all); err != nil {
		return nil, err
	}
	fits := map[string]bool{}
	for i := range all.Items {
		fits[all.Items[i].Name] = selector.Matches(labels.Set(all.Items[i].Labels))
	}
	return func(name string) bool { return fits[name] }, nil
}
