package access_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/auth"
)

// enrol sets an authenticator up and gives its secret and the recovery codes.
func (b *bench) enrol(p access.Principal) (secret string, recovery []string) {
	b.t.Helper()
	enrolled, err := b.EnrolTOTP(b.t.Context(), p)
	b.ok(err)
	recovery, err = b.ConfirmTOTP(b.t.Context(), p, b.code(enrolled.Secret))
	b.ok(err)
	return enrolled.Secret, recovery
}

func (b *bench) code(secret string) string {
	b.t.Helper()
	code, err := auth.TOTPCode(secret, b.clock.Now())
	b.ok(err)
	return code
}

func TestSignInWithAnAuthenticator(t *testing.T) {
	t.Parallel()
	control := open(t)
	tests := map[string]struct {
		code func(b *bench, secret string, recovery []string) string
		slug string
	}{
		"no code is asked for one":          {func(*bench, string, []string) string { return "" }, "session.code_required"},
		"a wrong code":                      {func(*bench, string, []string) string { return "000000" }, "session.invalid"},
		"the code that confirmed the setup": {func(b *bench, s string, _ []string) string { return b.code(s) }, "session.invalid"},
		"the next code": {func(b *bench, s string, _ []string) string {
			b.clock.Advance(30 * time.Second)
			return b.code(s)
		}, ""},
		"a code used already": {func(b *bench, s string, _ []string) string {
			b.clock.Advance(30 * time.Second)
			_, err := b.signIn(func(in *access.SignInInput) { in.Code = b.code(s) })
			b.ok(err)
			return b.code(s)
		}, "session.invalid"},
		"the code before one that was used": {func(b *bench, s string, _ []string) string {
			b.clock.Advance(30 * time.Second)
			old := b.code(s)
			b.clock.Advance(30 * time.Second)
			_, err := b.signIn(func(in *access.SignInInput) { in.Code = b.code(s) })
			b.ok(err)
			return old
		}, "session.invalid"},
		"a recovery code": {func(_ *bench, _ string, r []string) string { return r[3] }, ""},
		"a recovery code used already": {func(b *bench, _ string, r []string) string {
			_, err := b.signIn(func(in *access.SignInInput) { in.Code = r[3] })
			b.ok(err)
			return r[3]
		}, "session.invalid"},
		"a made-up recovery code": {func(*bench, string, []string) string { return "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA" }, "session.invalid"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := benchOn(t, control)
			secret, recovery := b.enrol(b.join(b.acme, b.one, email, access.AccountUser).Principal)
			code := tc.code(b, secret, recovery)
			got, err := b.signIn(func(in *access.SignInInput) { in.Code = code })
			if tc.slug != "" {
				b.refused(err, tc.slug)
				return
			}
			b.ok(err)
			if !b.authenticate(got.Token).Person.TOTPEnabled {
				t.Error("the session doesn't tell that an authenticator is set up")
			}
		})
	}
}

func TestAWrongPasswordIsNeverAskedForACode(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(b.join(b.acme, b.one, email, access.AccountUser).Principal)
	_, err := b.signIn(func(in *access.SignInInput) { in.Password = "wrong" })
	b.refused(err, "session.invalid")
}

func TestAnAuthenticatorIsSetUpInTwoSteps(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.join(b.acme, b.one, email, access.AccountUser).Principal
	_, err := b.ConfirmTOTP(t.Context(), p, "123456")
	b.refused(err, "totp.not_enrolled")
	abandoned, err := b.EnrolTOTP(t.Context(), p)
	b.ok(err)
	_, err = b.signIn(nil) // not confirmed: no code is asked for
	b.ok(err)
	current, err := b.EnrolTOTP(t.Context(), p)
	b.ok(err)
	_, err = b.ConfirmTOTP(t.Context(), p, b.code(abandoned.Secret))
	if f := b.refusal(err, "totp.code"); f.Fields[0].Path != "code" {
		t.Errorf("blames %v", f.Fields)
	}
	_, err = b.ConfirmTOTP(t.Context(), p, b.code(current.Secret))
	b.ok(err)
	_, err = b.EnrolTOTP(t.Context(), p)
	b.refused(err, "totp.enabled")
	_, err = b.ConfirmTOTP(t.Context(), p, b.code(current.Secret))
	b.refused(err, "totp.enabled")
}

func TestRemovingAnAuthenticatorTakesThePassword(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.join(b.acme, b.one, email, access.AccountUser).Principal
	_, recovery := b.enrol(p)
	b.refused(b.DisableTOTP(t.Context(), p, "wrong"), "password.wrong")
	b.ok(b.DisableTOTP(t.Context(), p, password))
	b.ok(b.DisableTOTP(t.Context(), p, password))
	_, err := b.signIn(nil)
	b.ok(err)
	_, again := b.enrol(p)
	if again[0] == recovery[0] {
		t.Error("the former recovery codes live on")
	}
}

func TestAKnownPersonJoinsWithTheirCodeToo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	secret, _ := b.enrol(b.join(b.acme, b.one, email, access.AccountUser).Principal)
	in := acceptInput(b.acme, b.invite(b.acme, b.two, email, access.AccountUser))
	_, err := b.Accept(t.Context(), in)
	b.refused(err, "session.code_required")
	b.clock.Advance(30 * time.Second)
	in.Code = b.code(secret)
	_, err = b.Accept(t.Context(), in)
	b.ok(err)
}

func TestAKeyHasNoPersonsAffairs(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.join(b.acme, uuid.Nil, email, access.AgencyOwner).Principal
	_, token, err := b.CreateAPIKey(t.Context(), owner, access.APIKeyInput{Name: "k", Scopes: []access.Permission{access.ContactsRead}})
	b.ok(err)
	key := b.authenticate(token)
	for name, call := range map[string]func() error{
		"view":                func() error { _, err := b.View(t.Context(), key); return err },
		"enrol":               func() error { _, err := b.EnrolTOTP(t.Context(), key); return err },
		"confirm":             func() error { _, err := b.ConfirmTOTP(t.Context(), key, "123456"); return err },
		"disable":             func() error { return b.DisableTOTP(t.Context(), key, password) },
		"sign out":            func() error { return b.SignOut(t.Context(), key) },
		"sign out everywhere": func() error { return b.SignOutEverywhere(t.Context(), key) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b.refused(call(), "permission.person_required")
		})
	}
}
