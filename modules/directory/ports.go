package directory

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Resources are the custom resources that an agency's console lists and
// changes. platform/kube implements it. Its errors are faults: NotFound,
// Conflict (the name is taken, or a lost race), Invalid with the fields that
// admission refused, Unavailable.
type Resources interface {
	// ListSubAccounts of a namespace, in any order.
	ListSubAccounts(ctx context.Context, namespace string) ([]v1alpha1.SubAccount, error)
	GetSubAccount(ctx context.Context, namespace, name string) (*v1alpha1.SubAccount, error)
	// CreateSubAccount uses the namespace, name and spec, and gives what the API server stored.
	CreateSubAccount(ctx context.Context, sub *v1alpha1.SubAccount) (*v1alpha1.SubAccount, error)
	// PatchSubAccount reads the resource, applies change to it and writes it, again if it was changed meanwhile. What
	// change refuses with is the answer, and nothing is written.
	PatchSubAccount(ctx context.Context, namespace, name string, change func(*v1alpha1.SubAccount) error) (*v1alpha1.SubAccount, error)
	// DeleteSubAccount reads the resource, hands it to check and deletes it as it was read, again if it was changed
	// meanwhile. What check refuses with is the answer, and nothing is deleted.
	DeleteSubAccount(ctx context.Context, namespace, name string, check func(*v1alpha1.SubAccount) error) error
}

// Auditor records a change of the administration in the transaction that makes
// it. The actor comes from the context. modules/audit implements it.
type Auditor interface {
	// Record takes the agency and, where the change concerns one, the
	// sub-account; the action as "noun.verb"; the subject's id, or Nil; and what
	// is worth knowing, without secrets.
	Record(ctx context.Context, tx pgx.Tx, scope tenancy.Tenant, action string, subject uuid.UUID, detail map[string]any) error
}
