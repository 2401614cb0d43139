package access

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

const (
	ceremonyLife = 5 * time.Minute
	maxPasskeys  = 20 // of a person
)

// Passkey signs a person in by itself, at the host where it was made.
type Passkey struct {
	ID         uuid.UUID
	Name       string
	Host       string
	Version    int64
	CreatedAt  time.Time
	LastUsedAt *time.Time
}

// Site is where a browser is: passkeys belong to a host.
type Site struct {
	Agency uuid.UUID
	Host   string // without the port
	Origin string // with the scheme and the port
}

// Ceremony is a challenge for a browser's authenticator. Options are what
// navigator.credentials takes, as PublicKeyCredential.parse…OptionsFromJSON reads
// it.
type Ceremony struct {
	ID        uuid.UUID
	Options   json.RawMessage
	ExpiresAt time.Time
}

// passkeyUser is a person with their passkeys of a host.
type passkeyUser struct {
	Person
	credentials []webauthn.Credential
}

// WebAuthnID is the handle that an authenticator gives back when somebody signs
// in without saying who they are.
func (u passkeyUser) WebAuthnID() []byte { return u.ID[:] }

// WebAuthnName is what the authenticator lists.
func (u passkeyUser) WebAuthnName() string { return u.Email }

// WebAuthnDisplayName is what the authenticator shows.
func (u passkeyUser) WebAuthnDisplayName() string { return u.Name }

// WebAuthnCredentials are the person's.
func (u passkeyUser) WebAuthnCredentials() []webauthn.Credential { return u.credentials }

// relyingParty asks for a key that the authenticator finds by itself and that it
// uses for whoever has proved to it who they are: two factors in one
// (https://www.w3.org/TR/webauthn-3/#user-verification).
func relyingParty(agency string, site Site) (*webauthn.WebAuthn, error) {
	if site.Host == "" {
		return nil, errPasskeyHost
	}
	party, err := webauthn.New(&webauthn.Config{
		RPID: site.Host, RPDisplayName: agency, RPOrigins: []string{site.Origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, errPasskeyHost.Wrap(err)
	}
	return party, nil
}

func checkPasskeyName(name string) error {
	var c fault.Checks
	length := utf8.RuneCountInString(strings.TrimSpace(name))
	c.Check(length >= 1 && length <= maxNameLength && storableText(name), "name", "must have 1 to 120 characters that can be shown")
	return c.Err("passkey.invalid")
}
