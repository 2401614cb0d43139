package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/directory"
)

// SubAccount is a sub-account as its custom resource describes it.
type SubAccount struct {
	Name        string      `json:"name" doc:"The resource's name." example:"bakery"`
	ID          *uuid.UUID  `json:"id,omitempty" format:"uuid" doc:"The id in paths; absent until it is in the directory." example:"01920e5c-7f3a-7c1e-9d59-0242ac120002"`
	DisplayName string      `json:"display_name" doc:"What people read." example:"Bakery Rossi"`
	OwnerEmail  string      `json:"owner_email" doc:"Who is invited as its first admin." example:"maria@bakery.example"`
	Timezone    string      `json:"timezone" doc:"IANA name." example:"America/New_York"`
	Country     string      `json:"country" doc:"ISO 3166-1 alpha-2." example:"US"`
	Currency    string      `json:"currency" doc:"ISO 4217." example:"USD"`
	Isolation   string      `json:"isolation" doc:"Which database holds it: one for many agencies, the agency's, or its own. Empty until decided." enum:"Shared,Agency,Dedicated," example:"Agency"`
	Suspended   bool        `json:"suspended" doc:"Whether it is meant to be suspended: sign-in and sends stop, data stays." example:"false"`
	State       string      `json:"state" doc:"What the conditions come to, in a word." enum:"ready,provisioning,suspended,stalled,deleting" example:"ready"`
	Reason      string      `json:"reason" doc:"Why, for programs." example:"Ready"`
	Message     string      `json:"message" doc:"Why, for people, with what to do about it." example:"Everything is set up."`
	Conditions  []Condition `json:"conditions" doc:"How far each part has come."`
	PhoneNumber string      `json:"phone_number,omitempty" doc:"The number it texts from, in E.164; absent when there is none yet." example:"+14155550100"`
	CreatedAt   time.Time   `json:"created_at" doc:"When the resource was made." example:"2026-02-01T12:00:00Z"`
	Version     string      `json:"version" doc:"Changes with what is wanted of it, not with how far the operator has come; the ETag holds it." example:"0b9f7c1e-5d0e-4a35-9d59-0242ac120002.3"`
}

// Condition is one condition of a custom resource.
type Condition struct {
	Type       string    `json:"type" doc:"What it is about." example:"Placement"`
	Status     string    `json:"status" doc:"Whether it holds." enum:"True,False,Unknown" example:"True"`
	Reason     string    `json:"reason" doc:"Why, for programs." example:"Placed"`
	Message    string    `json:"message" doc:"Why, for people." example:"The data is in the TenantDatabase agency-acme."`
	LastChange time.Time `json:"last_transition_time" doc:"When the status last changed." example:"2026-02-01T12:00:10Z"`
}

// CreateSubAccount is a new sub-account.
type CreateSubAccount struct {
	Name        string `json:"name" doc:"Small letters, digits and hyphens; it never changes." maxLength:"40" example:"bakery"`
	DisplayName string `json:"display_name" doc:"What people read." maxLength:"80" example:"Bakery Rossi"`
	OwnerEmail  string `json:"owner_email" doc:"Who is invited as its first admin." maxLength:"254" example:"maria@bakery.example"`
	Timezone    string `json:"timezone" doc:"IANA name." maxLength:"64" example:"America/New_York"`
	Country     string `json:"country" doc:"ISO 3166-1 alpha-2." maxLength:"2" example:"US"`
	Currency    string `json:"currency" doc:"ISO 4217." maxLength:"3" example:"USD"`
	Isolation   string `json:"isolation,omitempty" doc:"Which database holds it; the agency's choice when absent." enum:"Shared,Agency,Dedicated" example:"Agency"`
}

// PatchSubAccount changes what is present.
type PatchSubAccount struct {
	Suspended   *bool   `json:"suspended,omitempty" doc:"Stops or resumes sign-in and sends." example:"true"`
	DisplayName *string `json:"display_name,omitempty" doc:"What people read." maxLength:"80" example:"Bakery Rossi & Sons"`
	Timezone    *string `json:"timezone,omitempty" doc:"IANA name." maxLength:"64" example:"Europe/Rome"`
}

type SubAccountName struct {
	Name string `path:"name" maxLength:"40" doc:"The sub-account's name as a resource." example:"bakery"`
}

type subAccountOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"0b9f7c1e-5d0e-4a35-9d59-0242ac120002.3\""`
	Body SubAccount
}

type subAccountsOutput struct{ Body List[SubAccount] }

type createSubAccountInput struct{ Body CreateSubAccount }

type patchSubAccountInput struct {
	SubAccountName
	Precondition
	Body PatchSubAccount
}

type deleteSubAccountInput struct {
	SubAccountName
	Precondition
}

func (s *server) listSubAccounts() operation {
	return op("list-sub-accounts", "List the agency's sub-accounts", "All of them, by display name, with the state that their conditions tell.",
		func(ctx context.Context, _ *struct{}) (*subAccountsOutput, error) {
			all, err := s.Directory.ListResources(ctx, callOf(ctx).agency.ID)
			if err != nil {
				return nil, err
			}
			out := listOf(all, "", wireSubAccount)
			total := len(all)
			out.Total = &total
			return &subAccountsOutput{Body: out}, nil
		})
}

func (s *server) createSubAccount() operation {
	return op("create-sub-account", "Create a sub-account",
		"Makes the custom resource; the operator does the rest, and the state tells how far it has come. A taken name answers 409.",
		func(ctx context.Context, in *createSubAccountInput) (*subAccountOutput, error) {
			b := in.Body
			r, err := s.Directory.CreateResource(ctx, callOf(ctx).agency.ID, directory.ResourceInput{
				Name: b.Name, DisplayName: b.DisplayName, OwnerEmail: b.OwnerEmail, Timezone: b.Timezone,
				Country: b.Country, Currency: b.Currency, Isolation: directory.Isolation(b.Isolation),
			})
			return subAccountAnswer(r, err)
		}, created, once(inControl), rehearsed)
}

func (s *server) getSubAccount() operation {
	return op("get-sub-account", "Read a sub-account", "The sub-account, as its custom resource describes it.",
		func(ctx context.Context, in *SubAccountName) (*subAccountOutput, error) {
			r, err := s.Directory.GetResource(ctx, callOf(ctx).agency.ID, in.Name)
			return subAccountAnswer(r, err)
		})
}

func (s *server) patchSubAccount() operation {
	return op("patch-sub-account", "Change a sub-account", "Changes what is present, in the custom resource; null leaves as it is. Suspending stops sign-in and sends; data stays.",
		func(ctx context.Context, in *patchSubAccountInput) (*subAccountOutput, error) {
			version, err := in.opaque()
			if err != nil {
				return nil, err
			}
			r, err := s.Directory.PatchResource(ctx, callOf(ctx).agency.ID, in.Name, directory.ResourceChange{
				Version: version, Suspended: in.Body.Suspended, DisplayName: in.Body.DisplayName, Timezone: in.Body.Timezone,
			})
			return subAccountAnswer(r, err)
		}, fails(http.StatusConflict, http.StatusPreconditionFailed), rehearsed)
}

func (s *server) deleteSubAccount() operation {
	return op("delete-sub-account", "Delete a sub-account",
		"Deletes the custom resource. Its deletion policy decides what becomes of the data: Retain keeps everything for adoption, Delete removes it after the grace period.",
		func(ctx context.Context, in *deleteSubAccountInput) (*struct{}, error) {
			version, err := in.opaque()
			if err != nil {
				return nil, err
			}
			return nil, s.Directory.DeleteResource(ctx, callOf(ctx).agency.ID, in.Name, version)
		}, fails(http.StatusConflict, http.StatusPreconditionFailed))
}

func subAccountAnswer(r directory.Resource, err error) (*subAccountOutput, error) {
	if err != nil {
		return nil, err
	}
	return &subAccountOutput{ETag: opaqueETag(r.Version), Body: wireSubAccount(r)}, nil
}

func wireSubAccount(r directory.Resource) SubAccount {
	out := SubAccount{
		Name: r.Name, DisplayName: r.DisplayName, OwnerEmail: r.OwnerEmail, Timezone: r.Timezone, Country: r.Country,
		Currency: r.Currency, Isolation: string(r.Isolation), Suspended: r.Suspended, State: string(r.State),
		Reason: r.Reason, Message: r.Message, Conditions: make([]Condition, 0, len(r.Conditions)),
		PhoneNumber: r.PhoneNumber, CreatedAt: r.CreatedAt, Version: r.Version,
	}
	if r.ID != uuid.Nil {
		out.ID = &r.ID
	}
	for _, c := range r.Conditions {
		out.Conditions = append(out.Conditions, Condition{
			Type: c.Type, Status: c.Status, Reason: c.Reason, Message: c.Message, LastChange: c.LastTransition,
		})
	}
	return out
}
