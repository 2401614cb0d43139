package directory

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// State is what the console says of a sub-account in one word, from its
// resource's conditions.
type State string

// The states; the first that applies, in this order.
const (
	StateDeleting     State = "deleting"
	StateStalled      State = "stalled"   // it won't get further until someone mends what Message says
	StateSuspended    State = "suspended" // switched off, and it is
	StateReady        State = "ready"
	StateProvisioning State = "provisioning"
)

// Resource is a sub-account as its custom resource describes it: what is wanted
// and how far the operator has come.
type Resource struct {
	Name        string
	ID          uuid.UUID // Nil until the operator has entered it in the directory
	DisplayName string
	OwnerEmail  string
	Timezone    string
	Country     string
	Currency    string
	Isolation   Isolation // in force; empty until it is decided
	Suspended   bool      // wanted
	PhoneNumber string
	State       State
	Reason      string // of the condition that decided the state
	Message     string
	Conditions  []Condition
	CreatedAt   time.Time

	// Version names what people want of it: it changes with each change of the
	// spec and with the deletion, not with what the operator reports, which would
	// make a stranger's edit out of every step that it takes. A resource made
	// anew under the same name has another.
	Version string
}

// Condition is one of a resource's conditions.
type Condition struct {
	Type, Status, Reason, Message string
	LastTransition                time.Time
}

// ResourceInput is what a person gives for a new sub-account. Isolation may be
// empty: the agency's.
type ResourceInput struct {
	Name        string
	DisplayName string
	OwnerEmail  string
	Timezone    string
	Country     string
	Currency    string
	Isolation   Isolation
}

// ResourceChange holds what a person changes; nil leaves it as it is.
type ResourceChange struct {
	Version     string // that the person saw; empty: whatever is there
	Suspended   *bool
	DisplayName *string
	Timezone    *string
}

// Validate names every field that won't do, with the bounds of the custom
// resource, so that the console tells before the API server has to.
func (in ResourceInput) Validate() error {
	var c fault.Checks
	c.Check(len(in.Name) <= 40 && resourceName.MatchString(in.Name), "name",
		"must hold small letters, digits and - alone, begin and end with a letter or digit, and have at most 40 characters")
	checkDisplayName(&c, in.DisplayName)
	checkLocale(&c, in.Timezone, in.Country, in.Currency)
	c.Check(mailLike(in.OwnerEmail), "owner_email", "must be an e-mail address, such as ada@acme.example")
	c.Check(in.Isolation == "" || in.Isolation.known(), "isolation", "must be Shared, Agency or Dedicated")
	return c.Err("sub_account.invalid")
}

// Validate names every field that won't do.
func (in ResourceChange) Validate() error {
	var c fault.Checks
	if in.DisplayName != nil {
		checkDisplayName(&c, *in.DisplayName)
	}
	if in.Timezone != nil {
		c.Check(knownZone(*in.Timezone), "timezone", "must be an IANA name, such as America/New_York")
	}
	return c.Err("sub_account.invalid")
}

func checkDisplayName(c *fault.Checks, name string) {
	length := len([]rune(strings.TrimSpace(name)))
	c.Check(length >= 1 && length <= 80, "display_name", "must have 1 to 80 characters")
}

// ListResources gives an agency's sub-accounts as their resources describe
// them, by display name.
func (s *Service) ListResources(ctx context.Context, agency uuid.UUID) ([]Resource, error) {
	a, err := s.Agency(ctx, agency)
	if err != nil {
		return nil, err
	}
	subs, err := s.resources.ListSubAccounts(ctx, a.Namespace)
	if err != nil {
		return nil, err
	}
	out := make([]Resource, 0, len(subs))
	for i := range subs {
		out = append(out, toResource(&subs[i]))
	}
	sortResources(out)
	return out, nil
}

// GetResource gives one of an agency's sub-accounts by its resource's name.
func (s *Service) GetResource(ctx context.Context, agency uuid.UUID, name string) (Resource, error) {
	a, err := s.resourceScope(ctx, agency, name)
	if err != nil {
		return Resource{}, err
	}
	sub, err := s.resources.GetSubAccount(ctx, a.Namespace, name)
	if err != nil {
		return Resource{}, err
	}
	return toResource(sub), nil
}

// CreateResource makes a SubAccount resource in the agency's namespace; the
// operator does the rest.
func (s *Service) CreateResource(ctx context.Context, agency uuid.UUID, in ResourceInput) (Resource, error) {
	if err := in.Validate(); err != nil {
		return Resource{}, err
	}
	a, err := s.Agency(ctx, agency)
	if err != nil {
		return Resource{}, err
	}
	if err := db.Rehearsed(ctx); err != nil {
		return Resource{}, err
	}
	sub, err := s.resources.CreateSubAccount(ctx, desiredSubAccount(a.Namespace, in))
	if err != nil {
		return Resource{}, err
	}
	return s.recorded(ctx, a, sub, "sub_account.requested", map[string]any{"name": in.Name, "display_name": in.DisplayName})
}

// PatchResource changes a SubAccount resource: the suspension, the display name
// or the timezone. Stale "sub_account.stale" if it is not the version that the
// person saw.
func (s *Service) PatchResource(ctx context.Context, agency uuid.UUID, name string, in ResourceChange) (Resource, error) {
	if err := in.Validate(); err != nil {
		return Resource{}, err
	}
	a, err := s.resourceScope(ctx, agency, name)
	if err != nil {
		return Resource{}, err
	}
	if err := db.Rehearsed(ctx); err != nil {
		return Resource{}, err
	}
	sub, err := s.resources.PatchSubAccount(ctx, a.Namespace, name, func(sub *v1alpha1.SubAccount) error {
		if err := unchanged(sub, in.Version); err != nil {
			return err
		}
		in.apply(sub)
		return nil
	})
	if err != nil {
		return Resource{}, err
	}
	return s.recorded(ctx, a, sub, "sub_account.change_requested",
		map[string]any{"name": name, "suspended": in.Suspended, "display_name": in.DisplayName, "timezone": in.Timezone})
}

// DeleteResource deletes a SubAccount resource; its deletion policy says what
// becomes of the data. Stale "sub_account.stale" if it is not the version that
// the person saw; the empty version is whatever is there.
func (s *Service) DeleteResource(ctx context.Context, agency uuid.UUID, name, version string) error {
	a, err := s.resourceScope(ctx, agency, name)
	if err != nil {
		return err
	}
	var sub *v1alpha1.SubAccount
	err = s.resources.DeleteSubAccount(ctx, a.Namespace, name, func(found *v1alpha1.SubAccount) error {
		sub = found
		return unchanged(found, version)
	})
	if err != nil {
		return err
	}
	_, err = s.recorded(ctx, a, sub, "sub_account.deletion_requested", map[string]any{"name": name, "policy": sub.Spec.DeletionPolicy})
	return err
}

// resourceScope refuses a name that no resource can have before it reaches the
// Kubernetes API as a part of a path.
func (s *Service) resourceScope(ctx context.Context, agency uuid.UUID, name string) (Agency, error) {
	if !resourceName.MatchString(name) {
		return Agency{}, errSubAccountUnknown
	}
	return s.Agency(ctx, agency)
}

func (s *Service) recorded(ctx context.Context, a Agency, sub *v1alpha1.SubAccount, action string, detail map[string]any) (Resource, error) {
	r := toResource(sub)
	err := s.control.InTx(ctx, func(tx pgx.Tx) error {
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: a.ID, SubAccount: r.ID}, action, r.ID, detail)
	})
	return r, err
}

func desiredSubAccount(namespace string, in ResourceInput) *v1alpha1.SubAccount {
	return &v1alpha1.SubAccount{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: in.Name},
		Spec: v1alpha1.SubAccountSpec{
			DisplayName: strings.TrimSpace(in.DisplayName),
			Timezone:    in.Timezone,
			Country:     in.Country,
			Currency:    in.Currency,
			Owner:       v1alpha1.Owner{Email: strings.TrimSpace(in.OwnerEmail)},
			Isolation:   v1alpha1.Isolation(in.Isolation),
		},
	}
}

// unchanged refuses a resource that is not what the person saw.
func unchanged(sub *v1alpha1.SubAccount, version string) error {
	if version != "" && version != versionOf(sub) {
		return errSubAccountStale
	}
	return nil
}

func (in ResourceChange) apply(sub *v1alpha1.SubAccount) {
	if in.Suspended != nil {
		sub.Spec.Suspended = *in.Suspended
	}
	if in.DisplayName != nil {
		sub.Spec.DisplayName = strings.TrimSpace(*in.DisplayName)
	}
	if in.Timezone != nil {
		sub.Spec.Timezone = *in.Timezone
	}
}
