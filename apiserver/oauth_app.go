package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// OAuthApp is an app of others that people may let act for them.
type OAuthApp struct {
	ID           uuid.UUID `json:"id" format:"uuid" doc:"The app's id, which is its client_id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120041"`
	Name         string    `json:"name" doc:"What people read when they are asked." example:"Bookings for bakers"`
	Homepage     string    `json:"homepage,omitempty" doc:"Where people learn more; absent if there is none." example:"https://bookings.example"`
	RedirectURIs []string  `json:"redirect_uris" doc:"Where answers may be sent: each to the letter." example:"[\"https://bookings.example/callback\"]"`
	Scopes       []string  `json:"scopes" doc:"The most that it may ask for." example:"[\"contacts.read\"]"`
	Confidential bool      `json:"confidential" doc:"It runs where it can keep a secret." example:"true"`
	SecretHint   string    `json:"secret_hint,omitempty" doc:"What shows of the secret; absent if there is none." example:"omcs_…x7Qd"`
	Grants       *int      `json:"grants,omitempty" doc:"How many times people let it in and have not taken it back; in the list alone." example:"12"`
	CreatedBy    *Actor    `json:"created_by,omitempty" doc:"Who registered it, a person by the name of today; absent where that is not known any more."`
	CreatedAt    time.Time `json:"created_at" doc:"When it was registered." example:"2026-02-01T12:00:00Z"`
	UpdatedAt    time.Time `json:"updated_at" doc:"When it last changed." example:"2026-02-02T08:15:00Z"`
	Version      int64     `json:"version" doc:"One more with every change; the ETag holds it." example:"3"`
	ClientSecret string    `json:"client_secret,omitempty" doc:"The secret itself: only in the answer that makes it." example:"omcs_4Zr1…"`
}

// CreateOAuthApp registers one.
type CreateOAuthApp struct {
	Name         string   `json:"name" minLength:"1" maxLength:"120" doc:"What people read when they are asked." example:"Bookings for bakers"`
	Homepage     string   `json:"homepage,omitempty" maxLength:"2000" doc:"Where people learn more; it begins with https://." example:"https://bookings.example"`
	RedirectURIs []string `json:"redirect_uris" minItems:"1" maxItems:"20" doc:"Where answers may be sent: https, http on this machine's own address, or, for apps without a secret, a scheme like com.example.app." example:"[\"https://bookings.example/callback\"]"`
	Scopes       []string `json:"scopes" minItems:"1" maxItems:"50" doc:"The most that it may ask for: permissions." example:"[\"contacts.read\"]"`
	Confidential bool     `json:"confidential,omitempty" doc:"It runs where it can keep a secret, and gets one. It never changes." example:"true"`
}

// PatchOAuthApp changes what is present.
type PatchOAuthApp struct {
	Name         *string   `json:"name,omitempty" maxLength:"120" doc:"What people read when they are asked." example:"Bookings for bakers"`
	Homepage     *string   `json:"homepage,omitempty" maxLength:"2000" doc:"Where people learn more; empty for nowhere." example:"https://bookings.example"`
	RedirectURIs *[]string `json:"redirect_uris,omitempty" maxItems:"20" doc:"All of them." example:"[\"https://bookings.example/callback\"]"`
	Scopes       *[]string `json:"scopes,omitempty" maxItems:"50" doc:"All of them. What is taken away counts at once for whoever let it in before." example:"[\"contacts.read\"]"`
}

type AppPath struct {
	App uuid.UUID `path:"app" format:"uuid" doc:"The app's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120041"`
}

type (
	appOutput struct {
		ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
		Body OAuthApp
	}
	appsOutput     struct{ Body List[OAuthApp] }
	createAppInput struct{ Body CreateOAuthApp }
	patchAppInput  struct {
		AppPath
		Precondition
		Body PatchOAuthApp
	}
	deleteAppInput struct {
		AppPath
		Precondition
	}
)

func (s *server) listOAuthApps() operation {
	return op("list-oauth-apps", "List apps", "All apps that the agency registered; never their secrets.",
		func(ctx context.Context, _ *struct{}) (*appsOutput, error) {
			apps, err := s.Access.OAuthApps(ctx, callOf(ctx).principal)
			return &appsOutput{Body: listOf(apps, "", func(a access.OAuthApp) OAuthApp {
				out := wireApp(a)
				out.Grants = &a.Grants
				return out
			})}, err
		})
}

func (s *server) createOAuthApp() operation {
	return op("create-oauth-app", "Register an app", "The answer holds the secret of a confidential one, this once.",
		func(ctx context.Context, in *createAppInput) (*appOutput, error) {
			b := in.Body
			scopes := named[access.Permission](b.Scopes)
			return appWithSecret(s.Access.CreateOAuthApp(ctx, callOf(ctx).principal, access.OAuthAppInput{
				Name: &b.Name, Homepage: &b.Homepage, RedirectURIs: &b.RedirectURIs, Scopes: &scopes, Confidential: b.Confidential,
			}))
		}, created, once(inControl), fails(http.StatusConflict), rehearsed)
}

func (s *server) getOAuthApp() operation {
	return op("get-oauth-app", "Read an app", "What is registered; never the secret.",
		func(ctx context.Context, in *AppPath) (*appOutput, error) {
			app, err := s.Access.OAuthAppOf(ctx, callOf(ctx).agency.ID, in.App)
			return appWithSecret(app, "", err)
		})
}

func (s *server) patchOAuthApp() operation {
	return op("patch-oauth-app", "Change an app", "Changes what is present; null leaves as it is.",
		func(ctx context.Context, in *patchAppInput) (*appOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			change := access.OAuthAppInput{Name: in.Body.Name, Homepage: in.Body.Homepage, RedirectURIs: in.Body.RedirectURIs, Version: version}
			if in.Body.Scopes != nil {
				scopes := named[access.Permission](*in.Body.Scopes)
				change.Scopes = &scopes
			}
			app, err := s.Access.UpdateOAuthApp(ctx, callOf(ctx).principal, in.App, change)
			return appWithSecret(app, "", err)
		}, fails(http.StatusPreconditionFailed), rehearsed)
}

func (s *server) rotateOAuthSecret() operation {
	return op("rotate-oauth-app-secret", "Give an app another secret", "The answer holds it, this once; the one before is refused at once. Tokens stay good.",
		func(ctx context.Context, in *AppPath) (*appOutput, error) {
			return appWithSecret(s.Access.RotateOAuthSecret(ctx, callOf(ctx).principal, in.App))
		}, once(inControl), fails(http.StatusConflict))
}

func (s *server) deleteOAuthApp() operation {
	return op("delete-oauth-app", "Delete an app", "With all that people let it do: its tokens stop working at once.",
		func(ctx context.Context, in *deleteAppInput) (*struct{}, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			return nil, s.Access.DeleteOAuthApp(ctx, callOf(ctx).principal, in.App, version)
		}, fails(http.StatusPreconditionFailed))
}

func appWithSecret(a access.OAuthApp, secret string, err error) (*appOutput, error) {
	if err != nil {
		return nil, err
	}
	out := wireApp(a)
	out.ClientSecret = secret
	return &appOutput{ETag: etag(a.Version), Body: out}, nil
}

func wireApp(a access.OAuthApp) OAuthApp {
	return OAuthApp{
		CreatedBy: wireCreator(a.CreatedBy),
		ID:        a.ID, Name: a.Name, Homepage: a.Homepage, RedirectURIs: append([]string{}, a.RedirectURIs...), Scopes: texts(a.Scopes),
		Confidential: a.Confidential, SecretHint: a.SecretHint, CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt, Version: a.Version,
	}
}
