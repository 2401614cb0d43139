package databaseserver

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
)

// Reasons of the condition Capacity, and of a deletion that waits.
const (
	ReasonRoom  = "Room"
	ReasonFull  = "Full"
	ReasonInUse = "InUse"
)

// DefaultDatabases is how many databases a server holds that states no capacity.
const DefaultDatabases = 200

// capacity tells whether there is room. A full server stays ready: what it holds goes on.
func (r *Reconciler) capacity(_ context.Context, s *v1alpha1.DatabaseServer) (phase.Outcome, error) {
	if full := Full(s); full != "" {
		return phase.Outcome{Reason: ReasonFull, Message: full, Fault: true}, nil
	}
	return phase.Done(ReasonRoom, fmt.Sprintf("%d of %d databases, %s.", s.Status.Databases, limit(s), s.Status.Size))
}

// Full says why the server takes no new database, or "" when it does.
func Full(s *v1alpha1.DatabaseServer) string {
	if int(s.Status.Databases) >= limit(s) {
		return fmt.Sprintf("The server holds %d of %d databases and takes no more: raise capacity.databases of the "+
			"DatabaseServer %s, or add another server.", s.Status.Databases, limit(s), s.Name)
	}
	if most := s.Spec.Capacity.Size; most != nil {
		if size, err := resource.ParseQuantity(s.Status.Size); err == nil && size.Cmp(*most) >= 0 {
			return fmt.Sprintf("The server's databases take %s of %s and it takes no more: raise capacity.size of the "+
				"DatabaseServer %s, or add another server.", s.Status.Size, most.String(), s.Name)
		}
	}
	return ""
}

func limit(s *v1alpha1.DatabaseServer) int {
	if n := s.Spec.Capacity.Databases; n != nil {
		return int(*n)
	}
	return DefaultDatabases
}

// Room is how many more databases the server takes.
func Room(s *v1alpha1.DatabaseServer) int {
	if Full(s) != "" {
		return 0
	}
	return limit(s) - int(s.Status.Databases)
}

// vacated holds a deletion while databases live on the server.
func (r *Reconciler) vacated(ctx context.Context, s *v1alpha1.DatabaseServer) error {
	var all v1alpha1.TenantDatabaseList
	if err := r.Client.List(ctx, &all); err != nil {
		return err
	}
	var names []string
	for i := range all.Items {
		if all.Items[i].Spec.ServerRef.Name == s.Name {
			names = append(names, all.Items[i].Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	return phase.Waiting(0, ReasonInUse, "%d TenantDatabases live on this server: delete or move them first (%s).",
		len(names), strings.Join(names[:min(len(names), 10)], ", "))
}
