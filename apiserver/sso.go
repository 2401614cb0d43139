package apiserver

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/fault"
)

const (
	ssoStart    = "/sso/start"
	ssoCallback = "/sso/callback"
	signInPage  = "/sign-in" // of the web application

	// ssoCookie binds what a provider answers to the browser that asked it.
	ssoCookie     = "__Host-omnicrm-sso"
	ssoCookieLife = 20 * time.Minute // longer than what it binds
)

// mountSSO adds what a browser walks through to sign in at an identity provider:
// pages lead here, and here leads to pages, so these stand outside of the API.
func (s *server) mountSSO(r chi.Router) {
	door := r.With(s.atHost, noStore, legible, s.rated, timed)
	door.Get(ssoStart, s.startSSO)
	door.Get(ssoCallback, s.finishSSO)
}

// startSSO sends the browser to the provider: that of the parameter provider, or
// the one that answers for the address email. return_to is where to go after.
func (s *server) startSSO(w http.ResponseWriter, r *http.Request) {
	c, query := callOf(r.Context()), r.URL.Query()
	in := access.SSOBegin{
		Agency: c.agency.ID, Email: query.Get("email"), RedirectURI: c.origin + ssoCallback,
		ReturnTo: query.Get("return_to"), Browser: ssoBrowser(r),
	}
	if text := query.Get("provider"); text != "" {
		id, err := uuid.Parse(text)
		if err != nil {
			id = uuid.New() // no provider's
		}
		in.Provider = id
	}
	start, err := s.Access.BeginSSO(r.Context(), in)
	if err != nil {
		s.ssoFailed(w, r, err)
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: ssoCookie, Value: start.Browser, Path: "/", MaxAge: int(ssoCookieLife.Seconds()),
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	http.Redirect(w, r, start.Address, http.StatusFound)
}

// finishSSO is where the provider sends the browser back to.
func (s *server) finishSSO(w http.ResponseWriter, r *http.Request) {
	c, query := callOf(r.Context()), r.URL.Query()
	result, err := s.Access.FinishSSO(r.Context(), access.SSOAnswer{
		Agency: c.agency.ID, Browser: ssoBrowser(r), State: query.Get("state"), Code: query.Get("code"), Error: query.Get("error"),
		Issuer: query.Get("iss"), IP: c.ip.String(), UserAgent: c.userAgent,
	})
	switch {
	case err != nil:
		s.ssoFailed(w, r, err)
	case result.Waiting:
		http.Redirect(w, r, signInPage+"?"+url.Values{"sso": {"code"}, "next": {result.ReturnTo}}.Encode(), http.StatusFound)
	default:
		session := sessionCookie(result.Token, result.ExpiresAt)
		http.SetCookie(w, &session)
		http.Redirect(w, r, result.ReturnTo, http.StatusFound)
	}
}

// ssoFailed goes back to where people sign in, which says why in words.
func (s *server) ssoFailed(w http.ResponseWriter, r *http.Request, err error) {
	code, c := "internal", callOf(r.Context())
	level := slog.LevelError
	if f, ok := fault.As(err); ok {
		code, level = f.Slug, slog.LevelInfo
	}
	c.log.LogAttrs(r.Context(), level, "sso", slog.String("request_id", c.id), slog.Any("error", err))
	http.Redirect(w, r, signInPage+"?"+url.Values{"sso_error": {code}}.Encode(), http.StatusFound)
}

func ssoBrowser(r *http.Request) string {
	cookie, err := r.Cookie(ssoCookie)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// SignInProvider is a way to sign in at this host.
type SignInProvider struct {
	ID   uuid.UUID `json:"id" format:"uuid" doc:"The provider's id, for /sso/start." example:"01920e5c-7f3a-7c1e-9d59-0242ac120051"`
	Name string    `json:"name" doc:"What people read." example:"Acme Google Workspace"`
}

// ConfirmSSO is the person's own second factor.
type ConfirmSSO struct {
	Code string `json:"code" minLength:"1" maxLength:"64" doc:"The six digits of the authenticator, or a recovery code." example:"492039"`
}

type (
	signInProvidersOutput struct{ Body List[SignInProvider] }
	confirmSSOInput       struct {
		Browser string `cookie:"__Host-omnicrm-sso" doc:"What the browser got when it was sent to the provider." example:"omsb_4Zr1…"`
		Body    ConfirmSSO
	}
)

func (s *server) listSignInProviders() operation {
	return op("list-sign-in-providers", "List the identity providers of this host",
		"Those by which people can sign in here, for the sign-in page; a browser goes to /sso/start?provider=… for one.",
		func(ctx context.Context, _ *struct{}) (*signInProvidersOutput, error) {
			list, err := s.Access.Providers(ctx, callOf(ctx).agency.ID)
			open := make([]access.IdentityProvider, 0, len(list))
			for _, p := range list {
				if p.Enabled {
					open = append(open, p)
				}
			}
			return &signInProvidersOutput{Body: listOf(open, "", func(p access.IdentityProvider) SignInProvider {
				return SignInProvider{ID: p.ID, Name: p.Name}
			})}, err
		})
}

func (s *server) confirmSSO() operation {
	return op("confirm-sso", "Sign in after a provider with a code",
		"For whom an identity provider let in, where it doesn't count as two factors and the person has an authenticator: the page of sign-in got sso=code. "+
			"401 session.invalid for a wrong code, which can be tried again; 401 sso.state when it took too long.",
		func(ctx context.Context, in *confirmSSOInput) (*enteredOutput, error) {
			c := callOf(ctx)
			signed, err := s.Access.ConfirmSSO(ctx, access.SSOAnswer{
				Agency: c.agency.ID, Browser: in.Browser, Code: in.Body.Code, IP: c.ip.String(), UserAgent: c.userAgent,
			})
			if err != nil {
				return nil, err
			}
			return s.entered(ctx, signed)
		}, fails(http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound))
}
