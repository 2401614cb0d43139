package apiserver

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// Passkey signs a person in by itself.
type Passkey struct {
	ID         uuid.UUID  `json:"id" format:"uuid" doc:"The passkey's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120015"`
	Name       string     `json:"name" doc:"What the person calls it." example:"Laptop"`
	Host       string     `json:"host" doc:"Where it was made, and where alone it works." example:"app.acme.example"`
	CreatedAt  time.Time  `json:"created_at" doc:"When it was made." example:"2026-02-01T12:00:00Z"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty" doc:"When it last signed in; absent when it never did." example:"2026-02-02T08:15:00Z"`
	Version    int64      `json:"version" doc:"One more with every change; the ETag holds it." example:"1"`
}

// PasskeyChallenge is for the browser's authenticator.
type PasskeyChallenge struct {
	Ceremony  uuid.UUID       `json:"ceremony" format:"uuid" doc:"Names the challenge in the answer to it; it is good once." example:"01920e5c-7f3a-7c1e-9d59-0242ac120016"`
	Options   json.RawMessage `json:"options" doc:"For PublicKeyCredential.parseCreationOptionsFromJSON or parseRequestOptionsFromJSON, as its publicKey." example:"{\"publicKey\":{\"challenge\":\"q83vEjRWeJA\"}}"`
	ExpiresAt time.Time       `json:"expires_at" doc:"Until when the answer counts." example:"2026-02-02T08:20:00Z"`
}

// CreatePasskey is what the authenticator made.
type CreatePasskey struct {
	Ceremony   uuid.UUID       `json:"ceremony" format:"uuid" doc:"That of the challenge." example:"01920e5c-7f3a-7c1e-9d59-0242ac120016"`
	Name       string          `json:"name" maxLength:"120" doc:"What to call it." example:"Laptop"`
	Credential json.RawMessage `json:"credential" doc:"The credential's toJSON()." example:"{\"id\":\"q83vEjRWeJA\",\"type\":\"public-key\"}"`
}

// PatchPasskey calls it otherwise.
type PatchPasskey struct {
	Name string `json:"name" maxLength:"120" doc:"What to call it." example:"Old laptop"`
}

// PasskeySignIn is what the authenticator answered.
type PasskeySignIn struct {
	Ceremony   uuid.UUID       `json:"ceremony" format:"uuid" doc:"That of the challenge." example:"01920e5c-7f3a-7c1e-9d59-0242ac120016"`
	Credential json.RawMessage `json:"credential" doc:"The credential's toJSON()." example:"{\"id\":\"q83vEjRWeJA\",\"type\":\"public-key\"}"`
}

type PasskeyID struct {
	Passkey uuid.UUID `path:"passkey" format:"uuid" doc:"The passkey's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120015"`
}

type (
	passkeyOutput struct {
		ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
		Body Passkey
	}
	passkeysOutput     struct{ Body List[Passkey] }
	challengeOutput    struct{ Body PasskeyChallenge }
	createPasskeyInput struct{ Body CreatePasskey }
	passkeySignInInput struct{ Body PasskeySignIn }
	renamePasskeyInput struct {
		PasskeyID
		Precondition
		Body PatchPasskey
	}
	deletePasskeyInput struct {
		PasskeyID
		Body PasswordCheck
	}
)

func (s *server) beginPasskey() operation {
	return op("begin-passkey", "Begin a passkey",
		"A challenge for navigator.credentials.create; nothing changes until its answer. Who has a passkey already and signed in by a password alone signs in with it first: 403 session.step_up.",
		func(ctx context.Context, _ *struct{}) (*challengeOutput, error) {
			return challengeAnswer(s.Access.BeginPasskey(ctx, callOf(ctx).principal, siteOf(ctx)))
		}, fails(http.StatusConflict))
}

func (s *server) createPasskey() operation {
	return op("create-passkey", "Keep a passkey", "What the authenticator made. It signs in by itself from now on, at this host.",
		func(ctx context.Context, in *createPasskeyInput) (*passkeyOutput, error) {
			return passkeyAnswer(s.Access.FinishPasskey(ctx, callOf(ctx).principal, in.Body.Ceremony, in.Body.Name, in.Body.Credential))
		}, created)
}

func (s *server) listPasskeys() operation {
	return op("list-passkeys", "List one's passkeys", "Of all hosts, the oldest first.",
		func(ctx context.Context, _ *struct{}) (*passkeysOutput, error) {
			list, err := s.Access.Passkeys(ctx, callOf(ctx).principal)
			return &passkeysOutput{Body: listOf(list, "", wirePasskey)}, err
		})
}

func (s *server) patchPasskey() operation {
	return op("patch-passkey", "Call a passkey otherwise", "Its name is for the person alone.",
		func(ctx context.Context, in *renamePasskeyInput) (*passkeyOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			return passkeyAnswer(s.Access.RenamePasskey(ctx, callOf(ctx).principal, in.Passkey, in.Body.Name, version))
		}, fails(http.StatusPreconditionFailed), rehearsed)
}

func (s *server) deletePasskey() operation {
	return op("delete-passkey", "Take a passkey away", "Given the password. It signs nobody in any more; sessions that it opened go on.",
		func(ctx context.Context, in *deletePasskeyInput) (*struct{}, error) {
			return nil, s.Access.DeletePasskey(ctx, callOf(ctx).principal, in.Passkey, in.Body.Password)
		})
}

func (s *server) beginPasskeySignIn() operation {
	return op("begin-passkey-sign-in", "Begin to sign in with a passkey", "A challenge for navigator.credentials.get; it tells nothing about who exists.",
		func(ctx context.Context, _ *struct{}) (*challengeOutput, error) {
			return challengeAnswer(s.Access.BeginPasskeySignIn(ctx, siteOf(ctx)))
		})
}

func (s *server) signInByPasskey() operation {
	return op("sign-in-by-passkey", "Sign in with a passkey",
		"What the authenticator answered to the challenge. No password and no code: the authenticator has made sure of the person. 401 passkey.refused tells nothing more.",
		func(ctx context.Context, in *passkeySignInInput) (*enteredOutput, error) {
			c := callOf(ctx)
			signed, err := s.Access.SignInByPasskey(ctx, access.PasskeySignIn{
				Agency: c.agency.ID, Ceremony: in.Body.Ceremony, Response: in.Body.Credential, IP: c.ip.String(), UserAgent: c.userAgent,
			})
			if err != nil {
				return nil, err
			}
			return s.entered(ctx, signed)
		}, fails(http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound))
}

// siteOf is where the browser is: the host of the request is the agency's.
func siteOf(ctx context.Context) access.Site {
	c := callOf(ctx)
	out := access.Site{Agency: c.agency.ID, Origin: c.origin}
	if u, err := url.Parse(c.origin); err == nil {
		out.Host = u.Hostname()
	}
	if net.ParseIP(out.Host) != nil {
		out.Host = "" // an address is nobody's name: the module says so
	}
	return out
}

func challengeAnswer(c access.Ceremony, err error) (*challengeOutput, error) {
	return &challengeOutput{Body: PasskeyChallenge{Ceremony: c.ID, Options: c.Options, ExpiresAt: c.ExpiresAt}}, err
}

func passkeyAnswer(k access.Passkey, err error) (*passkeyOutput, error) {
	return &passkeyOutput{ETag: etag(k.Version), Body: wirePasskey(k)}, err
}

func wirePasskey(k access.Passkey) Passkey {
	return Passkey{ID: k.ID, Name: k.Name, Host: k.Host, CreatedAt: k.CreatedAt, LastUsedAt: k.LastUsedAt, Version: k.Version}
}
