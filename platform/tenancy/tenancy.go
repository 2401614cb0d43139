// Package tenancy carries who acts, and on whose data, through a context. It
// holds no store: modules/directory answers where a tenant lives.
package tenancy

import (
	"context"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// Tenant is the sub-account whose data the context may touch, and its agency.
type Tenant struct {
	SubAccount uuid.UUID
	Agency     uuid.UUID
}

// ActorKind is what sort of actor made a change.
type ActorKind string

// The kinds of actors.
const (
	Person   ActorKind = "person"
	Key      ActorKind = "key"
	Operator ActorKind = "operator"
	Workflow ActorKind = "workflow"
	Carrier  ActorKind = "carrier"
	System   ActorKind = "system"
)

// Actor is who makes a change; it is recorded with it.
type Actor struct {
	Kind ActorKind `json:"kind"`
	ID   string    `json:"id,omitempty"`
	Name string    `json:"name,omitempty"`
	IP   string    `json:"ip,omitempty"`

	UserAgent string `json:"user_agent,omitempty"` // of the request, 200 bytes at most
	RequestID string `json:"request_id,omitempty"` // of the request

	// Who really acts, where one of the agency's people is taken for the actor.
	ImpersonatorID   string `json:"impersonator_id,omitempty"`
	ImpersonatorName string `json:"impersonator_name,omitempty"`

	// The app that acts for the actor, where it isn't they themselves.
	AppID   string `json:"app_id,omitempty"`
	AppName string `json:"app_name,omitempty"`
}

// Status is the state of a sub-account in the directory.
type Status string

// The states of a sub-account. Only an active one may send.
const (
	Active    Status = "active"
	Suspended Status = "suspended"
	Deleting  Status = "deleting"
	Retained  Status = "retained" // its resource is gone, its data is kept for adoption
)

// Database is a physical database that holds tenants.
type Database struct {
	ID  uuid.UUID
	DSN string // as the role omnicrm_app
}

// Placement says where a sub-account's data lives.
type Placement struct {
	Tenant
	Database Database
	Status   Status
	Timezone string // of the sub-account, an IANA name
	Tier     string // of the agency: which share of the workers its sub-accounts have
}

// Resident is a sub-account as its database's upkeep sees it.
type Resident struct {
	Tenant
	Timezone string // an IANA name
	Status   Status
}

// Locator answers where data lives. modules/directory implements it.
type Locator interface {
	// Locate finds a sub-account; fault.NotFound if there is none.
	Locate(ctx context.Context, subAccount uuid.UUID) (Placement, error)
	// Databases lists every database that holds tenants.
	Databases(ctx context.Context) ([]Database, error)
}

type (
	tenantKey struct{}
	actorKey  struct{}
)

var errMissing = fault.New(fault.Denied, "tenancy.missing", "No sub-account was chosen for this request.")

// WithTenant opens a tenant's data to what runs under the context.
func WithTenant(ctx context.Context, t Tenant) context.Context {
	return context.WithValue(ctx, tenantKey{}, t)
}

// From gives the context's tenant, or a Denied fault: no tenant, no query.
func From(ctx context.Context) (Tenant, error) {
	t, ok := ctx.Value(tenantKey{}).(Tenant)
	if !ok || t.SubAccount == uuid.Nil {
		return Tenant{}, errMissing
	}
	return t, nil
}

// WithActor says who acts under the context.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorFrom gives who acts; false if nobody was named.
func ActorFrom(ctx context.Context) (Actor, bool) {
	a, ok := ctx.Value(actorKey{}).(Actor)
	return a, ok
}
