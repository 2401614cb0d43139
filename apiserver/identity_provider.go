package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// IdentityProvider is where people of the agency prove who they are.
type IdentityProvider struct {
	ID            uuid.UUID   `json:"id" format:"uuid" doc:"The provider's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120051"`
	Name          string      `json:"name" doc:"What people read on the button." example:"Acme Google Workspace"`
	Issuer        string      `json:"issuer" doc:"What the provider calls itself by; its /.well-known/openid-configuration is below it." example:"https://accounts.google.com"`
	ClientID      string      `json:"client_id" doc:"What the provider calls the agency by." example:"8162.apps.googleusercontent.com"`
	RedirectURI   string      `json:"redirect_uri" doc:"What to register with the provider for this host; each host of the agency has its own." example:"https://app.acme.example/sso/callback"`
	Domains       []string    `json:"domains" doc:"Of the e-mail addresses that it answers for." example:"[\"acme.example\"]"`
	Enabled       bool        `json:"enabled" doc:"Whether people can sign in by it." example:"true"`
	Enforced      bool        `json:"enforced" doc:"Whether people with such an address have no other way in. Owners with an authenticator or a passkey do." example:"false"`
	Provisioning  string      `json:"provisioning" doc:"Whom it lets in: those whom the agency has or invited, or whoever has such an address." enum:"members,create" example:"create"`
	Role          string      `json:"role,omitempty" doc:"What it gives whom it creates; absent if it creates nobody." example:"account_user"`
	SubAccountIDs []uuid.UUID `json:"sub_account_ids" format:"uuid" doc:"Where it gives that; empty for a role in the agency." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120002\"]"`
	MFA           string      `json:"mfa" doc:"Whether it counts as two factors: never, where its token says so, or always." enum:"never,claimed,always" example:"claimed"`
	ACRValues     []string    `json:"acr_values" doc:"What counts as two factors in the token's acr, beside phr and phrh; an amr of mfa counts as well." example:"[\"urn:example:mfa\"]"`
	TrustEmail    bool        `json:"trust_email" doc:"Whether an address is believed where the token doesn't say if it was verified. One that is said not to be never is." example:"false"`
	SessionHours  int         `json:"session_hours" doc:"After how long somebody has to be let in anew." example:"24"`
	People        *int        `json:"people,omitempty" doc:"How many people are bound to it; in the list alone." example:"12"`
	CreatedAt     time.Time   `json:"created_at" doc:"When it was set up." example:"2026-02-01T12:00:00Z"`
	UpdatedAt     time.Time   `json:"updated_at" doc:"When it last changed." example:"2026-02-02T08:15:00Z"`
	Version       int64       `json:"version" doc:"One more with every change; the ETag holds it." example:"3"`
}

// CreateIdentityProvider sets one up.
type CreateIdentityProvider struct {
	Name          string      `json:"name" minLength:"1" maxLength:"120" doc:"What people read on the button." example:"Acme Google Workspace"`
	Issuer        string      `json:"issuer" maxLength:"2000" doc:"What the provider calls itself by, to the letter." example:"https://accounts.google.com"`
	ClientID      string      `json:"client_id" minLength:"1" maxLength:"500" doc:"What the provider calls the agency by." example:"8162.apps.googleusercontent.com"`
	ClientSecret  string      `json:"client_secret" minLength:"1" maxLength:"2000" doc:"The client's secret. It is never shown again." example:"GOCSPX-4Zr1"`
	Domains       []string    `json:"domains" minItems:"1" maxItems:"50" doc:"Of the e-mail addresses that it answers for. One where anybody can have an address is refused." example:"[\"acme.example\"]"`
	Enabled       *bool       `json:"enabled,omitempty" doc:"Whether people can sign in by it; yes by default." example:"true"`
	Enforced      *bool       `json:"enforced,omitempty" doc:"Whether people with such an address have no other way in. 409 identity_provider.no_recovery unless an owner has an authenticator or a passkey." example:"false"`
	Provisioning  *string     `json:"provisioning,omitempty" doc:"Whom it lets in; members by default." enum:"members,create" example:"create"`
	Role          *string     `json:"role,omitempty" maxLength:"64" doc:"What it gives whom it creates: a role's id, never the owner's." example:"account_user"`
	SubAccountIDs []uuid.UUID `json:"sub_account_ids,omitempty" maxItems:"100" format:"uuid" doc:"Where; none for a role in the agency." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120002\"]"`
	MFA           *string     `json:"mfa,omitempty" doc:"Whether it counts as two factors; never by default." enum:"never,claimed,always" example:"claimed"`
	ACRValues     []string    `json:"acr_values,omitempty" maxItems:"20" doc:"What counts as two factors in the token's acr, beside phr and phrh. The provider is asked for these." example:"[\"urn:example:mfa\"]"`
	TrustEmail    *bool       `json:"trust_email,omitempty" doc:"Whether an address is believed where the token doesn't say if it was verified, as Microsoft Entra's doesn't." example:"false"`
	SessionHours  *int        `json:"session_hours,omitempty" minimum:"1" maximum:"336" doc:"After how long somebody has to be let in anew; 24 by default." example:"24"`
}

// PatchIdentityProvider changes what is present.
type PatchIdentityProvider struct {
	Name          *string      `json:"name,omitempty" maxLength:"120" doc:"What people read on the button." example:"Acme Google Workspace"`
	Issuer        *string      `json:"issuer,omitempty" maxLength:"2000" doc:"Another one forgets who is bound to it." example:"https://accounts.google.com"`
	ClientID      *string      `json:"client_id,omitempty" maxLength:"500" doc:"Another one forgets who is bound to it." example:"8162.apps.googleusercontent.com"`
	ClientSecret  *string      `json:"client_secret,omitempty" maxLength:"2000" doc:"Another secret; absent to leave it." example:"GOCSPX-4Zr1"`
	Domains       *[]string    `json:"domains,omitempty" maxItems:"50" doc:"All of them." example:"[\"acme.example\"]"`
	Enabled       *bool        `json:"enabled,omitempty" doc:"Switched off, it is not enforced, and the sessions that it opened end." example:"true"`
	Enforced      *bool        `json:"enforced,omitempty" doc:"Enforced, the other sessions of its people end, but for owners'." example:"true"`
	Provisioning  *string      `json:"provisioning,omitempty" doc:"Whom it lets in." enum:"members,create" example:"create"`
	Role          *string      `json:"role,omitempty" maxLength:"64" doc:"What it gives whom it creates from now on." example:"account_user"`
	SubAccountIDs *[]uuid.UUID `json:"sub_account_ids,omitempty" maxItems:"100" format:"uuid" doc:"All of them." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120002\"]"`
	MFA           *string      `json:"mfa,omitempty" doc:"Whether it counts as two factors from now on." enum:"never,claimed,always" example:"claimed"`
	ACRValues     *[]string    `json:"acr_values,omitempty" maxItems:"20" doc:"All of them." example:"[\"urn:example:mfa\"]"`
	TrustEmail    *bool        `json:"trust_email,omitempty" doc:"Whether an address is believed where the token doesn't say if it was verified." example:"false"`
	SessionHours  *int         `json:"session_hours,omitempty" minimum:"1" maximum:"336" doc:"Of the sessions from now on." example:"24"`
}

// ProviderCheck is what a provider answered.
type ProviderCheck struct {
	OK            bool     `json:"ok" doc:"Whether people could sign in by it, as far as can be told from here: its secret is first tried when somebody does." example:"true"`
	Problem       string   `json:"problem,omitempty" doc:"What is wrong, and what to do; absent where nothing is." example:"The name could not be looked up: id.acme.example."`
	Authorization string   `json:"authorization_endpoint,omitempty" doc:"Where people will sign in; absent where it isn't known." example:"https://accounts.google.com/o/oauth2/v2/auth"`
	Algorithms    []string `json:"algorithms" doc:"By which it signs." example:"[\"RS256\"]"`
	Keys          int      `json:"keys" doc:"How many keys it publishes." example:"2"`
}

// ProviderPerson is who somebody is at a provider.
type ProviderPerson struct {
	PersonID   uuid.UUID `json:"person_id" format:"uuid" doc:"The person." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	Name       string    `json:"name" doc:"What colleagues read." example:"Ada Lovelace"`
	Email      string    `json:"email" doc:"The person's address here; that at the provider may have changed since." example:"ada@acme.example"`
	Subject    string    `json:"subject" doc:"What the provider calls them by." example:"110169484474386276334"`
	CreatedAt  time.Time `json:"created_at" doc:"When they first came by it." example:"2026-02-01T12:00:00Z"`
	LastUsedAt time.Time `json:"last_used_at" doc:"When they last did." example:"2026-02-03T09:30:00Z"`
}

type ProviderPath struct {
	Provider uuid.UUID `path:"provider" format:"uuid" doc:"The provider's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120051"`
}

type (
	providerOutput struct {
		ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
		Body IdentityProvider
	}
	providersOutput      struct{ Body List[IdentityProvider] }
	providerCheckOutput  struct{ Body ProviderCheck }
	providerPeopleOutput struct{ Body List[ProviderPerson] }
	createProviderInput  struct{ Body CreateIdentityProvider }
	patchProviderInput   struct {
		ProviderPath
		Precondition
		Body PatchIdentityProvider
	}
	deleteProviderInput struct {
		ProviderPath
		Precondition
	}
	unbindInput struct {
		ProviderPath
		Person uuid.UUID `path:"person" format:"uuid" doc:"The person's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	}
)

func (s *server) listProviders() operation {
	return op("list-identity-providers", "List identity providers", "All of the agency's; never their secrets.",
		func(ctx context.Context, _ *struct{}) (*providersOutput, error) {
			list, err := s.Access.Providers(ctx, callOf(ctx).agency.ID)
			return &providersOutput{Body: listOf(list, "", func(p access.IdentityProvider) IdentityProvider {
				out := wireProvider(ctx, p)
				out.People = &p.People
				return out
			})}, err
		})
}

func (s *server) createProvider() operation {
	return op("create-identity-provider", "Set an identity provider up",
		"By OpenID Connect's discovery. Nothing is asked of the provider yet: the check does.",
		func(ctx context.Context, in *createProviderInput) (*providerOutput, error) {
			b := in.Body
			change := access.ProviderInput{
				Name: &b.Name, Issuer: &b.Issuer, ClientID: &b.ClientID, ClientSecret: &b.ClientSecret, Domains: &b.Domains,
				Enabled: b.Enabled, Enforced: b.Enforced, TrustEmail: b.TrustEmail, SessionHours: b.SessionHours,
				Provisioning: (*access.Provisioning)(b.Provisioning), Role: (*access.Role)(b.Role), MFA: (*access.ProviderMFA)(b.MFA),
			}
			if b.SubAccountIDs != nil {
				change.SubAccounts = &b.SubAccountIDs
			}
			if b.ACRValues != nil {
				change.ACRValues = &b.ACRValues
			}
			return providerAnswer(ctx)(s.Access.CreateProvider(ctx, callOf(ctx).principal, change))
		}, created, once(inControl), fails(http.StatusConflict), rehearsed)
}

func (s *server) getProvider() operation {
	return op("get-identity-provider", "Read an identity provider", "How it is set up; never the secret.",
		func(ctx context.Context, in *ProviderPath) (*providerOutput, error) {
			return providerAnswer(ctx)(s.Access.ProviderOf(ctx, callOf(ctx).agency.ID, in.Provider))
		})
}

func (s *server) patchProvider() operation {
	return op("patch-identity-provider", "Change an identity provider", "Changes what is present; null leaves as it is.",
		func(ctx context.Context, in *patchProviderInput) (*providerOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			b := in.Body
			return providerAnswer(ctx)(s.Access.UpdateProvider(ctx, callOf(ctx).principal, in.Provider, access.ProviderInput{
				Name: b.Name, Issuer: b.Issuer, ClientID: b.ClientID, ClientSecret: b.ClientSecret, Domains: b.Domains,
				Enabled: b.Enabled, Enforced: b.Enforced, TrustEmail: b.TrustEmail, SessionHours: b.SessionHours,
				Provisioning: (*access.Provisioning)(b.Provisioning), Role: (*access.Role)(b.Role), MFA: (*access.ProviderMFA)(b.MFA),
				SubAccounts: b.SubAccountIDs, ACRValues: b.ACRValues, Version: version,
			}))
		}, fails(http.StatusConflict, http.StatusPreconditionFailed), rehearsed)
}

func (s *server) deleteProvider() operation {
	return op("delete-identity-provider", "Delete an identity provider", "With who is bound to it; the sessions that it opened end at once.",
		func(ctx context.Context, in *deleteProviderInput) (*struct{}, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			return nil, s.Access.DeleteProvider(ctx, callOf(ctx).principal, in.Provider, version)
		}, fails(http.StatusPreconditionFailed))
}

func (s *server) checkProvider() operation {
	return op("check-identity-provider", "Check an identity provider",
		"Asks it for its description and its keys, as signing in does. That it isn't well is no error: problem says so.",
		func(ctx context.Context, in *ProviderPath) (*providerCheckOutput, error) {
			found, err := s.Access.CheckProvider(ctx, callOf(ctx).principal, in.Provider)
			return &providerCheckOutput{Body: ProviderCheck{
				OK: found.Problem == "", Problem: found.Problem, Authorization: found.Authorization,
				Algorithms: append([]string{}, found.Algorithms...), Keys: found.Keys,
			}}, err
		}, reads)
}

func (s *server) listProviderPeople() operation {
	return op("list-identity-provider-people", "List who signs in by a provider", "By name, at most 1,000.",
		func(ctx context.Context, in *ProviderPath) (*providerPeopleOutput, error) {
			list, err := s.Access.Identities(ctx, callOf(ctx).principal, in.Provider)
			return &providerPeopleOutput{Body: listOf(list, "", func(i access.Identity) ProviderPerson {
				return ProviderPerson{PersonID: i.Person, Name: i.Name, Email: i.Email, Subject: i.Subject, CreatedAt: i.CreatedAt, LastUsedAt: i.LastUsedAt}
			})}, err
		})
}

func (s *server) unbindProviderPerson() operation {
	return op("unbind-identity-provider-person", "Forget who somebody is at a provider",
		"For somebody whom the provider names anew. Their sessions by it end; whoever comes next with their verified address is them.",
		func(ctx context.Context, in *unbindInput) (*struct{}, error) {
			return nil, s.Access.Unbind(ctx, callOf(ctx).principal, in.Provider, in.Person)
		})
}

func providerAnswer(ctx context.Context) func(access.IdentityProvider, error) (*providerOutput, error) {
	return func(p access.IdentityProvider, err error) (*providerOutput, error) {
		if err != nil {
			return nil, err
		}
		return &providerOutput{ETag: etag(p.Version), Body: wireProvider(ctx, p)}, nil
	}
}

func wireProvider(ctx context.Context, p access.IdentityProvider) IdentityProvider {
	return IdentityProvider{
		ID: p.ID, Name: p.Name, Issuer: p.Issuer, ClientID: p.ClientID, RedirectURI: callOf(ctx).origin + ssoCallback, Domains: p.Domains,
		Enabled: p.Enabled, Enforced: p.Enforced, Provisioning: string(p.Provisioning), Role: string(p.Role), SubAccountIDs: p.SubAccounts,
		MFA: string(p.MFA), ACRValues: p.ACRValues, TrustEmail: p.TrustEmail, SessionHours: p.SessionHours,
		CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, Version: p.Version,
	}
}
