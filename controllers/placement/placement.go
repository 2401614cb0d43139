// Package placement decides which TenantDatabase holds an agency's and a sub-account's data, and makes the resource
// where there is none. What has a place keeps it.
package placement

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/databaseserver"
	"github.com/omnicrm/omnicrm/controllers/phase"
)

// Reasons of the conditions TenantDatabase and Placement.
const (
	ReasonPlaced           = "Placed"
	ReasonNotNeeded        = "NotNeeded"
	ReasonNoServer         = "NoServer"
	ReasonServerFull       = "ServerFull"
	ReasonNameTaken        = "NameTaken"
	ReasonRetained         = "Retained"
	ReasonDatabaseNotReady = "DatabaseNotReady"
	ReasonDatabaseMissing  = "DatabaseMissing"
	ReasonDatabaseDeleting = "DatabaseDeleting"
	ReasonPlacementChanged = "PlacementChanged"
)

const (
	retry = 20 * time.Second
	// soon is for what is being made just now; a watch usually comes before it.
	soon = 5 * time.Second
	// defaultAgencies is how many agencies a Shared database holds that states no capacity.
	defaultAgencies = 100
)

// LabelUID tells which SubAccount, among those that had a name one after another, a Dedicated database was made for.
const LabelUID = "omnicrm.io/sub-account-uid"

// OfAgency makes or finds the agency's own database.
func OfAgency(ctx context.Context, c client.Client, a *v1alpha1.Agency) (*v1alpha1.TenantDatabase, error) {
	return ensure(ctx, c, a, AgencyName(a.Name), func(server string) *v1alpha1.TenantDatabase {
		return desired(AgencyName(a.Name), server, v1alpha1.IsolationAgency, map[string]string{v1alpha1.LabelAgency: a.Name})
	})
}

// OfSubAccount makes or finds the database that a sub-account has for itself.
func OfSubAccount(ctx context.Context, c client.Client, a *v1alpha1.Agency, sub *v1alpha1.SubAccount) (*v1alpha1.TenantDatabase, error) {
	name := DedicatedName(a.Name, sub.Name)
	return ensure(ctx, c, a, name, func(server string) *v1alpha1.TenantDatabase {
		return desired(name, server, v1alpha1.IsolationDedicated, map[string]string{
			v1alpha1.LabelAgency: a.Name, v1alpha1.LabelSubAccount: sub.Name, LabelUID: string(sub.UID),
		})
	})
}

// AgencyName is the name of an agency's own TenantDatabase.
func AgencyName(agency string) string { return "agency-" + agency }

// DedicatedName is the name of a sub-account's own TenantDatabase. A dot is in no agency's name.
func DedicatedName(agency, sub string) string { return agency + "." + sub }

func desired(name, server string, isolation v1alpha1.Isolation, own map[string]string) *v1alpha1.TenantDatabase {
	l := map[string]string{v1alpha1.LabelManagedBy: v1alpha1.FieldOwner}
	for k, v := range own {
		l[k] = v
	}
	return &v1alpha1.TenantDatabase{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: l},
		Spec:       v1alpha1.TenantDatabaseSpec{ServerRef: v1alpha1.ServerRef{Name: server}, Isolation: isolation},
	}
}

// ensure finds the TenantDatabase of the name, which must be labelled as desired says, or makes it on a server that the
// agency's spec chooses.
func ensure(ctx context.Context, c client.Client, a *v1alpha1.Agency, name string, desired func(server string) *v1alpha1.TenantDatabase) (*v1alpha1.TenantDatabase, error) {
	var t v1alpha1.TenantDatabase
	err := c.Get(ctx, client.ObjectKey{Name: name}, &t)
	if err == nil {
		return &t, belongs(&t, desired("").Labels)
	}
	if !apierrors.IsNotFound(err) {
		return nil, err
	}
	server, err := chooseServer(ctx, c, a)
	if err != nil {
		return nil, err
	}
	made := desired(server)
	return made, c.Create(ctx, made, client.FieldOwner(v1alpha1.FieldOwner))
}

// belongs refuses a database that was made for somebody else, or for a former resource of the same name.
func belongs(t *v1alpha1.TenantDatabase, want map[string]string) error {
	for _, key := range []string{v1alpha1.LabelAgency, v1alpha1.LabelSubAccount, LabelUID} {
		switch {
		case t.Labels[key] == want[key]:
		case key == LabelUID && t.Annotations[AnnotationRetained] != "":
			return phase.Stalled(ReasonRetained, "The data of a former sub-account of this name was retained: take it over with the "+
				"annotation %s: %q, or choose another name.", v1alpha1.AnnotationAdopt, t.Annotations[AnnotationRetained])
		default:
			return phase.Stalled(ReasonNameTaken, "There is a TenantDatabase %s that was made for something else; it was left alone. "+
				"Rename this resource, or delete that TenantDatabase if nobody needs it.", t.Name)
		}
	}
	return nil
}

// AnnotationRetained names the sub-account whose data a Dedicated database keeps.
const AnnotationRetained = "omnicrm.io/retained"

// Unmoved refuses to follow a directory that says otherwise than the resource's status where its data is: rows are never
// taken for moved because an entry was edited. Whoever moved them says so by the annotation for adoption.
func Unmoved(obj client.Object, entry uuid.UUID, id, was, is string) error {
	if id != entry.String() || was == "" || was == is || obj.GetAnnotations()[v1alpha1.AnnotationAdopt] == id {
		return nil
	}
	return phase.Stalled(ReasonPlacementChanged, "The directory says that the data is in %s; it was placed in %s, and nobody moved it here. "+
		"Put the directory's entry %s right. If the data was really moved, set the annotation %s: %q.", is, was, id, v1alpha1.AnnotationAdopt, id)
}

// Ready waits for a database that is being made, with its own words.
func Ready(t *v1alpha1.TenantDatabase) error {
	if phase.IsReady(t) {
		return nil
	}
	why := "It is being made."
	if c := meta.FindStatusCondition(t.Status.Conditions, phase.Ready); c != nil {
		why = c.Message
	}
	return phase.Waiting(soon, ReasonDatabaseNotReady, "The TenantDatabase %s is not ready. %s", t.Name, why)
}

// chooseServer takes the server that the spec names, or the ready one with the most room among those that it selects.
func chooseServer(ctx context.Context, c client.Client, a *v1alpha1.Agency) (string, error) {
	if ref := a.Spec.DatabaseServerRef; ref != nil {
		return ref.Name, nil
	}
	var all v1alpha1.DatabaseServerList
	if err := c.List(ctx, &all); err != nil {
		return "", err
	}
	selector, err := metav1.LabelSelectorAsSelector(a.Spec.DatabaseServerSelector)
	if err != nil {
		return "", phase.Stalled(ReasonNoServer, "databaseServerSelector can't be read: %v", err)
	}
	if a.Spec.DatabaseServerSelector == nil {
		selector = labels.Everything()
	}
	return pick(all.Items, selector)
}

// pick is the pure part of chooseServer.
func pick(all []v1alpha1.DatabaseServer, selector labels.Selector) (string, error) {
	fits := slices.DeleteFunc(slices.Clone(all), func(s v1alpha1.DatabaseServer) bool {
		return !selector.Matches(labels.Set(s.Labels)) || !s.DeletionTimestamp.IsZero()
	})
	ready := slices.DeleteFunc(slices.Clone(fits), func(s v1alpha1.DatabaseServer) bool { return !phase.IsReady(&s) })
	slices.SortFunc(ready, func(a, b v1alpha1.DatabaseServer) int {
		return cmp.Or(cmp.Compare(databaseserver.Room(&b), databaseserver.Room(&a)), cmp.Compare(a.Name, b.Name))
	})
	switch {
	case len(fits) == 0:
		return "", phase.Waiting(retry, ReasonNoServer, "No DatabaseServer fits: create one, or mend databaseServerRef or "+
			"databaseServerSelector of the Agency.")
	case len(ready) == 0:
		return "", phase.Waiting(retry, ReasonNoServer, "None of the %d DatabaseServers that fit is ready: kubectl get dbs tells why.", len(fits))
	case databaseserver.Room(&ready[0]) == 0:
		return "", phase.Waiting(retry, ReasonServerFull, "Every DatabaseServer that fits is full: raise the capacity of one, or add another.")
	}
	return ready[0].Name, nil
}

func sharedName(server string, n int) string {
	if n == 1 {
		return "shared-" + server
	}
	return fmt.Sprintf("shared-%s-%d", server, n)
}

// Destroy deletes a TenantDatabase with its data and waits until both are gone.
func Destroy(ctx context.Context, c client.Client, t *v1alpha1.TenantDatabase) error {
	if t.Spec.DeletionPolicy != v1alpha1.DeletionDelete {
		before := t.DeepCopy()
		t.Spec.DeletionPolicy = v1alpha1.DeletionDelete
		patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
		if err := c.Patch(ctx, t, patch, client.FieldOwner(v1alpha1.FieldOwner)); err != nil {
			return err
		}
	}
	if t.DeletionTimestamp.IsZero() {
		if err := c.Delete(ctx, t, client.Preconditions{UID: &t.UID}); err != nil && !apierrors.IsNotFound(err) {
			return err
		}
	}
	why := "It is being dropped."
	if cleanup := meta.FindStatusCondition(t.Status.Conditions, v1alpha1.ConditionCleanup); cleanup != nil {
		why = cleanup.Message
	}
	return phase.Waiting(soon, ReasonDatabaseDeleting, "The TenantDatabase %s is not gone yet. %s", t.Name, why)
}
