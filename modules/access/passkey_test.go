package access_test

import (
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// laptop is a browser with an authenticator at a host.
type laptop struct {
	b             *bench
	site          access.Site
	authenticator virtualwebauthn.Authenticator
	key           virtualwebauthn.Credential
}

func (b *bench) laptop(p access.Principal) *laptop {
	return &laptop{
		b: b, site: access.Site{Agency: p.Agency, Host: "app.acme.example", Origin: "https://app.acme.example"},
		authenticator: virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: p.Person.ID[:]}),
		key:           parts.Passkey(),
	}
}

func (l *laptop) party() virtualwebauthn.RelyingParty {
	return virtualwebauthn.RelyingParty{Name: "acme", ID: l.site.Host, Origin: l.site.Origin}
}

// make answers the challenge for a new passkey.
func (l *laptop) make(c access.Ceremony) []byte {
	l.b.t.Helper()
	options, err := virtualwebauthn.ParseAttestationOptions(string(c.Options))
	l.b.ok(err)
	return []byte(virtualwebauthn.CreateAttestationResponse(l.party(), l.authenticator, l.key, *options))
}

func (l *laptop) register(p access.Principal) access.Passkey {
	l.b.t.Helper()
	c, err := l.b.BeginPasskey(l.b.t.Context(), p, l.site)
	l.b.ok(err)
	k, err := l.b.FinishPasskey(l.b.t.Context(), p, c.ID, "Laptop", l.make(c))
	l.b.ok(err)
	return k
}

// answer signs the challenge to sign in.
func (l *laptop) answer(c access.Ceremony) []byte {
	l.b.t.Helper()
	options, err := virtualwebauthn.ParseAssertionOptions(string(c.Options))
	l.b.ok(err)
	l.key.Counter++
	return []byte(virtualwebauthn.CreateAssertionResponse(l.party(), l.authenticator, l.key, *options))
}

func (l *laptop) challenge() access.Ceremony {
	l.b.t.Helper()
	c, err := l.b.BeginPasskeySignIn(l.b.t.Context(), l.site)
	l.b.ok(err)
	return c
}

func (l *laptop) enter(c access.Ceremony, response []byte) (access.SignedIn, error) {
	return l.b.SignInByPasskey(l.b.t.Context(), access.PasskeySignIn{
		Agency: l.site.Agency, Ceremony: c.ID, Response: response, IP: home, UserAgent: "test",
	})
}

func TestAPasskeySignsInByItself(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.join(b.acme, uuid.Nil, "o@x.example", access.AgencyOwner).Principal
	_, err := b.SetPolicy(t.Context(), owner, access.MFAEveryone, 0)
	b.ok(err)
	ann := b.join(b.acme, b.one, email, access.AccountUser)
	l := b.laptop(ann.Principal)
	made := l.register(b.authenticate(ann.Token))
	if b.authenticate(ann.Token).MustEnrol {
		t.Error("the session in which it was made lacks a second factor")
	}
	b.clock.Advance(time.Minute)
	c := l.challenge()
	in, err := l.enter(c, l.answer(c))
	b.ok(err)
	if p := b.authenticate(in.Token); p.Person.ID != ann.Principal.Person.ID || p.MustEnrol || !p.Can(access.ContactsRead, b.one) {
		t.Errorf("got %+v", p)
	}
	list, err := b.Passkeys(t.Context(), ann.Principal)
	b.ok(err)
	if len(list) != 1 || list[0].ID != made.ID || list[0].Host != "app.acme.example" || list[0].LastUsedAt == nil || !list[0].LastUsedAt.Equal(b.clock.Now()) {
		t.Errorf("got %+v", list)
	}
	// A password alone is not enough, and must not make a passkey of its own.
	weak, err := b.signIn(nil)
	b.ok(err)
	p := b.authenticate(weak.Token)
	if !p.MustEnrol {
		t.Error("a password alone is taken for a second factor")
	}
	_, err = b.BeginPasskey(t.Context(), p, l.site)
	b.refused(err, "session.step_up")
	_, err = b.EnrolTOTP(t.Context(), p)
	b.refused(err, "session.step_up")
}

func TestAPasskeyIsRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		do   func(l *laptop, c access.Ceremony) (access.SignedIn, error)
		slug string
	}{
		"a challenge answered twice": {func(l *laptop, c access.Ceremony) (access.SignedIn, error) {
			response := l.answer(c)
			_, err := l.enter(c, response)
			l.b.ok(err)
			return l.enter(c, response)
		}, "passkey.ceremony_unknown"},
		"too late": {func(l *laptop, c access.Ceremony) (access.SignedIn, error) {
			l.b.clock.Advance(5 * time.Minute)
			return l.enter(c, l.answer(c))
		}, "passkey.ceremony_unknown"},
		"the answer to another challenge": {func(l *laptop, c access.Ceremony) (access.SignedIn, error) {
			return l.enter(l.challenge(), l.answer(c))
		}, "passkey.refused"},
		"an answer from another site": {func(l *laptop, c access.Ceremony) (access.SignedIn, error) {
			l.site.Origin = "https://evil.example"
			return l.enter(c, l.answer(c))
		}, "passkey.refused"},
		"a person whom the authenticator didn't verify": {func(l *laptop, c access.Ceremony) (access.SignedIn, error) {
			l.authenticator.Options.UserNotVerified = true
			return l.enter(c, l.answer(c))
		}, "passkey.refused"},
		"a key that was never registered": {func(l *laptop, c access.Ceremony) (access.SignedIn, error) {
			l.key = parts.Passkey()
			return l.enter(c, l.answer(c))
		}, "passkey.refused"},
		"a copy whose counter is behind": {func(l *laptop, c access.Ceremony) (access.SignedIn, error) {
			l.key.Counter = 7
			_, err := l.enter(c, l.answer(c))
			l.b.ok(err)
			l.key.Counter = 2
			c = l.challenge()
			return l.enter(c, l.answer(c))
		}, "passkey.refused"},
		"at another agency": {func(l *laptop, c access.Ceremony) (access.SignedIn, error) {
			l.site.Agency = l.b.beta
			return l.enter(c, l.answer(c))
		}, "passkey.ceremony_unknown"},
		"nonsense": {func(l *laptop, c access.Ceremony) (access.SignedIn, error) {
			return l.enter(c, []byte(`{"id":"x"}`))
		}, "passkey.invalid"},
		"one that was taken away": {func(l *laptop, c access.Ceremony) (access.SignedIn, error) {
			p, err := l.b.signIn(nil)
			l.b.ok(err)
			list, err := l.b.Passkeys(l.b.t.Context(), p.Principal)
			l.b.ok(err)
			l.b.refused(l.b.DeletePasskey(l.b.t.Context(), p.Principal, list[0].ID, "wrong password"), "password.wrong")
			l.b.ok(l.b.DeletePasskey(l.b.t.Context(), p.Principal, list[0].ID, password))
			return l.enter(c, l.answer(c))
		}, "passkey.refused"},
		"of somebody who was removed": {func(l *laptop, c access.Ceremony) (access.SignedIn, error) {
			l.b.exec(`delete from membership`)
			return l.enter(c, l.answer(c))
		}, "session.no_place"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			p := b.join(b.acme, b.one, email, access.AccountUser).Principal
			l := b.laptop(p)
			l.register(p)
			_, err := tc.do(l, l.challenge())
			b.refused(err, tc.slug)
		})
	}
}

func TestAPasskeyIsItsPersonsAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ann, bob := b.join(b.acme, b.one, email, access.AccountUser).Principal, b.join(b.acme, b.one, "bob@x.example", access.AccountUser).Principal
	l := b.laptop(ann)
	made := l.register(ann)
	_, err := b.RenamePasskey(t.Context(), bob, made.ID, "Mine", 0)
	b.refused(err, "passkey.unknown")
	b.refused(b.DeletePasskey(t.Context(), bob, made.ID, password), "passkey.unknown")
	c, err := b.BeginPasskey(t.Context(), bob, l.site)
	b.ok(err)
	_, err = b.FinishPasskey(t.Context(), ann, c.ID, "Mine", l.make(c))
	b.refused(err, "passkey.ceremony_unknown")
	_, err = b.FinishPasskey(t.Context(), bob, c.ID, "Mine", l.make(c)) // a key that is registered already
	b.refused(err, "passkey.invalid")
	_, err = b.RenamePasskey(t.Context(), ann, made.ID, " ", 0)
	b.refused(err, "passkey.invalid")
	_, err = b.RenamePasskey(t.Context(), ann, made.ID, "Old laptop", 7)
	b.refused(err, "access.stale")
	renamed, err := b.RenamePasskey(t.Context(), ann, made.ID, "Old laptop", 1)
	b.ok(err)
	if renamed.Name != "Old laptop" || renamed.Version != 2 {
		t.Errorf("got %+v", renamed)
	}
	_, err = b.BeginPasskey(t.Context(), bob, access.Site{Agency: b.acme, Host: "", Origin: "http://127.0.0.1"})
	b.refused(err, "passkey.host")
}
