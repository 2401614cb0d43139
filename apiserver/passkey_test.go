package apiserver_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/descope/virtualwebauthn"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// atAcme is what a browser at acme's host calls the site.
var atAcme = virtualwebauthn.RelyingParty{Name: "acme", ID: acmeHost, Origin: "http://" + acmeHost}

// challenge gives the ceremony and the options, as the browser reads them.
func challenge(a answer) (ceremony, options string) {
	raw, _ := json.Marshal(a.json["options"])
	return a.str("ceremony"), string(raw)
}

// passkey registers the key for who holds the session.
func (b *bench) passkey(token string, key virtualwebauthn.Credential) answer {
	b.t.Helper()
	ceremony, raw := challenge(b.must(200, ask{method: "POST", path: "/api/v1/me/passkeys/begin", token: token}))
	options, err := virtualwebauthn.ParseAttestationOptions(raw)
	b.ok(err)
	response := virtualwebauthn.CreateAttestationResponse(atAcme, virtualwebauthn.NewAuthenticator(), key, *options)
	return b.must(201, ask{
		method: "POST", path: "/api/v1/me/passkeys", token: token, body: `{"ceremony":"` + ceremony + `","name":"Laptop","credential":` + response + `}`,
	})
}

func TestAPasskeySignsInOverHTTP(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	who := uuid.MustParse(b.person(token))
	key := parts.Passkey()
	made := b.passkey(token, key)
	if list := b.must(200, ask{path: "/api/v1/me/passkeys", token: token}); len(list.items()) != 1 || made.str("host") != acmeHost {
		t.Errorf("got %s, listed %s", made.text, list.text)
	}
	ceremony, raw := challenge(b.must(200, ask{method: "POST", path: "/api/v1/session/passkey/begin"}))
	options, err := virtualwebauthn.ParseAssertionOptions(raw)
	b.ok(err)
	authenticator := virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: who[:]})
	response := virtualwebauthn.CreateAssertionResponse(atAcme, authenticator, key, *options)
	enter := ask{method: "POST", path: "/api/v1/session/passkey", body: `{"ceremony":"` + ceremony + `","credential":` + response + `}`}
	in := b.must(200, enter)
	if got := b.must(200, ask{path: "/api/v1/session", token: cookieOf(t, in)}); !strings.Contains(got.text, who.String()) {
		t.Errorf("got %s", got.text)
	}
	if again := b.must(404, enter); again.code() != "passkey.ceremony_unknown" {
		t.Errorf("an answer counts twice: %s", again.text)
	}
	b.must(204, ask{method: "DELETE", path: "/api/v1/me/passkeys/" + made.str("id"), token: token, body: `{"password":"` + password + `"}`})
}
