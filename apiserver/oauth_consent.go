package apiserver

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// OAuthRequest is what an app asks of a person.
type OAuthRequest struct {
	App          OAuthRequestApp `json:"app" doc:"Who asks."`
	Scopes       []OAuthScope    `json:"scopes" doc:"What it asks for."`
	SubAccounts  []OAuthPlace    `json:"sub_accounts" doc:"Where the person may let it in, by name; empty where it asks for the agency's alone."`
	NeedsAccount bool            `json:"needs_sub_account" doc:"Whether it asks for something of a sub-account, so that the answer names at least one." example:"true"`
	SentTo       string          `json:"sent_to" doc:"The host, or the scheme of an app on a device, that gets the answer." example:"bookings.example"`
}

// OAuthRequestApp is the app, as people are shown it.
type OAuthRequestApp struct {
	ID       uuid.UUID `json:"id" format:"uuid" doc:"The app's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120041"`
	Name     string    `json:"name" doc:"Its name." example:"Bookings for bakers"`
	Homepage string    `json:"homepage,omitempty" doc:"Where people learn more; absent if there is none." example:"https://bookings.example"`
}

// OAuthScope is a permission that the app asks for.
type OAuthScope struct {
	Scope   string `json:"scope" doc:"The permission." example:"contacts.read"`
	About   string `json:"about" doc:"What it allows, for people." example:"Read contacts, and what is kept with them."`
	Missing bool   `json:"missing" doc:"It is of the agency, and the person doesn't hold it: the app couldn't use it." example:"false"`
}

// OAuthPlace is a sub-account where the app could act.
type OAuthPlace struct {
	ID      uuid.UUID `json:"id" format:"uuid" doc:"The sub-account's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120002"`
	Name    string    `json:"name" doc:"What people read." example:"Bakery Rossi"`
	Missing []string  `json:"missing" doc:"What the person doesn't hold there, and so the app couldn't use." example:"[]"`
}

// AllowOAuth is a yes.
type AllowOAuth struct {
	SubAccountIDs []uuid.UUID `json:"sub_account_ids" maxItems:"500" format:"uuid" doc:"Where." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120002\"]"`
}

// OAuthAnswer is where the browser goes on.
type OAuthAnswer struct {
	RedirectTo string `json:"redirect_to" doc:"The app's address, with the answer in it." example:"https://bookings.example/callback?code=omac_…"`
}

// OAuthGrant is an app that the person let in.
type OAuthGrant struct {
	ID            uuid.UUID       `json:"id" format:"uuid" doc:"Of this consent." example:"01920e5c-7f3a-7c1e-9d59-0242ac120042"`
	App           OAuthRequestApp `json:"app" doc:"The app."`
	Scopes        []string        `json:"scopes" doc:"What it may do, as far as the person may." example:"[\"contacts.read\"]"`
	SubAccountIDs []uuid.UUID     `json:"sub_account_ids" format:"uuid" doc:"Where." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120002\"]"`
	CreatedAt     time.Time       `json:"created_at" doc:"When the person let it in." example:"2026-02-01T12:00:00Z"`
	LastUsedAt    *time.Time      `json:"last_used_at,omitempty" doc:"When it last called, within some minutes; absent when it never did." example:"2026-02-03T09:30:00Z"`
}

type RequestPath struct {
	Request uuid.UUID `path:"request" format:"uuid" doc:"The request's id, from the address of the consent page." example:"7f0a4f0e-6a0d-4b0a-9f0e-2f1d6c1b8a11"`
}

type GrantPath struct {
	Grant uuid.UUID `path:"grant" format:"uuid" doc:"The consent's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120042"`
}

type (
	requestOutput     struct{ Body OAuthRequest }
	answerOutput      struct{ Body OAuthAnswer }
	grantsOutput      struct{ Body List[OAuthGrant] }
	allowRequestInput struct {
		RequestPath
		Body AllowOAuth
	}
)

func (s *server) getOAuthRequest() operation {
	return op("get-oauth-request", "Read what an app asks for", "For the consent page, to which the app sent the browser. It is good for 15 minutes and one answer.",
		func(ctx context.Context, in *RequestPath) (*requestOutput, error) {
			consent, err := s.Access.OAuthConsentOf(ctx, callOf(ctx).principal, in.Request)
			return &requestOutput{Body: wireConsent(consent)}, err
		})
}

func (s *server) allowOAuthRequest() operation {
	return op("allow-oauth-request", "Let an app in", "The app may do what it asked for, in the sub-accounts named, as far as the person may at each moment.",
		func(ctx context.Context, in *allowRequestInput) (*answerOutput, error) {
			c := callOf(ctx)
			address, err := s.Access.AllowOAuth(ctx, c.principal, in.Request, in.Body.SubAccountIDs, c.origin)
			return &answerOutput{Body: OAuthAnswer{RedirectTo: address}}, err
		})
}

func (s *server) refuseOAuthRequest() operation {
	return op("refuse-oauth-request", "Don't let an app in", "The app hears access_denied.",
		func(ctx context.Context, in *RequestPath) (*answerOutput, error) {
			c := callOf(ctx)
			address, err := s.Access.RefuseOAuth(ctx, c.principal, in.Request, c.origin)
			return &answerOutput{Body: OAuthAnswer{RedirectTo: address}}, err
		})
}

func (s *server) listOAuthGrants() operation {
	return op("list-oauth-grants", "List the apps that you let in", "The newest first.",
		func(ctx context.Context, _ *struct{}) (*grantsOutput, error) {
			grants, err := s.Access.OAuthGrants(ctx, callOf(ctx).principal)
			return &grantsOutput{Body: listOf(grants, "", wireGrant)}, err
		})
}

func (s *server) endOAuthGrant() operation {
	return op("end-oauth-grant", "Take back what you let an app do", "Its tokens stop working at once.",
		func(ctx context.Context, in *GrantPath) (*struct{}, error) {
			return nil, s.Access.EndOAuthGrant(ctx, callOf(ctx).principal, in.Grant)
		})
}

func wireConsent(c access.OAuthConsent) OAuthRequest {
	out := OAuthRequest{
		App:    OAuthRequestApp{ID: c.App.ID, Name: c.App.Name, Homepage: c.App.Homepage},
		Scopes: make([]OAuthScope, 0, len(c.Scopes)), SubAccounts: make([]OAuthPlace, 0, len(c.Places)), SentTo: c.SentTo(),
	}
	missing := map[access.Permission]bool{}
	for _, p := range c.Missing {
		missing[p] = true
	}
	for _, p := range c.Scopes {
		out.Scopes = append(out.Scopes, OAuthScope{Scope: string(p.Permission), About: p.About, Missing: missing[p.Permission]})
		out.NeedsAccount = out.NeedsAccount || !p.Permission.OfAgency()
	}
	for _, p := range c.Places {
		out.SubAccounts = append(out.SubAccounts, OAuthPlace{ID: p.ID, Name: p.Name, Missing: texts(p.Missing)})
	}
	return out
}

func wireGrant(g access.OAuthGrant) OAuthGrant {
	return OAuthGrant{
		ID: g.ID, App: OAuthRequestApp{ID: g.App, Name: g.AppName, Homepage: g.Homepage}, Scopes: texts(g.Scopes),
		SubAccountIDs: append([]uuid.UUID{}, g.SubAccounts...), CreatedAt: g.CreatedAt, LastUsedAt: g.LastUsedAt,
	}
}
