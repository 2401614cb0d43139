package access_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func (b *bench) text(sql string, args ...any) (out string) {
	b.t.Helper()
	b.ok(b.control.InTx(b.t.Context(), func(tx pgx.Tx) error { return tx.QueryRow(b.t.Context(), sql, args...).Scan(&out) }))
	return out
}

func TestASessionEnds(t *testing.T) {
	t.Parallel()
	control := open(t)
	tests := map[string]struct {
		live func(b *bench, token string)
		slug string
	}{
		"not while it is used": {live: func(b *bench, token string) {
			for range 13 {
				b.clock.Advance(11 * time.Hour)
				b.authenticate(token)
			}
		}},
		"after twelve hours without use": {live: func(b *bench, _ string) { b.clock.Advance(access.SessionIdle) }, slug: "session.ended"},
		"after fourteen days of use": {live: func(b *bench, token string) {
			for range 30 {
				b.clock.Advance(11 * time.Hour)
				b.authenticate(token)
			}
			b.clock.Advance(6 * time.Hour)
		}, slug: "session.ended"},
		"by signing out": {live: func(b *bench, token string) {
			b.ok(b.SignOut(b.t.Context(), b.authenticate(token)))
		}, slug: "session.ended"},
		"by signing out everywhere": {live: func(b *bench, _ string) {
			other, err := b.signIn(nil)
			b.ok(err)
			b.ok(b.SignOutEverywhere(b.t.Context(), other.Principal))
		}, slug: "session.ended"},
		"not by signing out elsewhere": {live: func(b *bench, _ string) {
			other, err := b.signIn(nil)
			b.ok(err)
			b.ok(b.SignOut(b.t.Context(), other.Principal))
		}},
		"while its agency is suspended": {live: func(b *bench, _ string) { b.setAgency(b.acme, tenancy.Suspended) }, slug: "agency.suspended"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := benchOn(t, control)
			token := b.join(b.acme, b.one, email, access.AccountUser).Token
			tc.live(b, token)
			_, err := b.Authenticate(t.Context(), token)
			if tc.slug != "" {
				b.refused(err, tc.slug)
				return
			}
			b.ok(err)
		})
	}
}

func TestTheLastUseIsWrittenAtMostOnceAMinute(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.join(b.acme, b.one, email, access.AccountUser).Token
	seen := func() string { return b.text(`select last_seen_at::text from session`) }
	first := seen()
	b.clock.Advance(59 * time.Second)
	b.authenticate(token)
	if seen() != first {
		t.Error("written before a minute had passed")
	}
	b.clock.Advance(time.Second)
	b.authenticate(token)
	if seen() == first {
		t.Error("not written after a minute")
	}
}

func TestAuthenticateRefuses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	invitation := b.invite(b.acme, b.one, email, access.AccountUser)
	session, _ := auth.NewToken("oms")
	key, _ := auth.NewToken("omni")
	for name, tc := range map[string]struct{ token, slug string }{
		"nothing":                       {"", "session.required"},
		"something":                     {"Bearer x", "session.required"},
		"a session that never was":      {session, "session.ended"},
		"a key that never was":          {key, "api_key.refused"},
		"an invitation isn't a session": {invitation, "session.required"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := b.Authenticate(t.Context(), tc.token)
			b.refused(err, tc.slug)
		})
	}
}

func TestAuthorize(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	kept := b.addAccount(b.acme, "kept")
	b.setAccount(kept, tenancy.Retained)
	three := b.addAccount(b.acme, "three")
	owner := b.join(b.acme, uuid.Nil, "o@x.example", access.AgencyOwner).Principal
	admin := b.join(b.acme, b.one, "a@x.example", access.AccountAdmin).Principal
	user := b.join(b.acme, b.one, "u@x.example", access.AccountUser).Principal
	both := b.join(b.acme, b.two, "u@x.example", access.AccountUser).Principal
	stranger := b.join(b.beta, uuid.Nil, "o@x.example", access.AgencyOwner).Principal
	b.setAccount(b.two, tenancy.Suspended)
	for name, tc := range map[string]struct {
		who        access.Principal
		permission access.Permission
		where      uuid.UUID
		slug       string
	}{
		"a user reads contacts":                        {user, access.ContactsRead, b.one, ""},
		"a user doesn't manage keys":                   {user, access.KeysManage, b.one, "permission.missing"},
		"an admin manages keys":                        {admin, access.KeysManage, b.one, ""},
		"an admin elsewhere is nobody":                 {admin, access.ContactsRead, three, "sub_account.unknown"},
		"an owner goes everywhere":                     {owner, access.MessagesSend, three, ""},
		"but not abroad":                               {owner, access.ContactsRead, b.abroad, "sub_account.unknown"},
		"nor does a stranger come in":                  {stranger, access.ContactsRead, b.one, "sub_account.unknown"},
		"a suspended one can't be entered":             {both, access.ContactsRead, b.two, "sub_account.suspended"},
		"not by the owner either":                      {owner, access.ContactsRead, b.two, "sub_account.suspended"},
		"a foreign one doesn't tell it is suspended":   {stranger, access.ContactsRead, b.two, "sub_account.unknown"},
		"a retained one isn't there":                   {owner, access.ContactsRead, kept, "sub_account.unknown"},
		"one that never was isn't there":               {owner, access.ContactsRead, uuid.New(), "sub_account.unknown"},
		"an agency's permission isn't a sub-account's": {owner, access.AgencyKeysManage, b.one, "permission.missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := b.Authorize(t.Context(), tc.who, tc.permission, tc.where)
			if tc.slug != "" {
				b.refused(err, tc.slug)
				return
			}
			b.ok(err)
			if got != (tenancy.Tenant{SubAccount: tc.where, Agency: tc.who.Agency}) {
				t.Errorf("got %+v", got)
			}
		})
	}
	b.ok(b.AuthorizeAgency(owner, access.AgencySubAccountsWrite))
	if err := b.AuthorizeAgency(admin, access.AgencySubAccountsRead); !fault.Is(err, fault.Denied) {
		t.Errorf("got %v", err)
	}
}

func TestViewShowsThePlacesOfAPerson(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.setAccount(b.two, tenancy.Suspended)
	owner := b.join(b.acme, uuid.Nil, "o@x.example", access.AgencyOwner).Principal
	user := b.join(b.acme, b.one, email, access.AccountUser).Principal
	for name, tc := range map[string]struct {
		who    access.Principal
		places map[string]int // permissions by name
		held   int
		role   access.Role
	}{
		"an owner sees all, the suspended without permissions": {owner, map[string]int{"The one": len(access.AccountAdmin.Permissions()), "The two": 0}, len(access.AgencyOwner.Permissions()), access.AgencyOwner},
		"a user sees theirs": {user, map[string]int{"The one": 5}, 5, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := b.View(t.Context(), tc.who)
			b.ok(err)
			places := map[string]int{}
			for _, p := range got.SubAccounts {
				places[p.Name] = len(p.Permissions)
			}
			if diff := cmp.Diff(tc.places, places); diff != "" || len(got.Permissions) != tc.held || got.AgencyRole != tc.role || got.Agency.Name != "The acme" {
				t.Errorf("%s%+v", diff, got)
			}
		})
	}
}

func TestMembers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.join(b.acme, uuid.Nil, "o@x.example", access.AgencyOwner).Principal
	user := b.join(b.acme, b.one, email, access.AccountUser).Principal
	stranger := b.join(b.beta, b.abroad, email, access.AccountUser).Principal
	b.join(b.acme, b.two, "two@x.example", access.AccountUser)
	tenant := tenancy.Tenant{SubAccount: b.one, Agency: b.acme}
	all, err := b.Members(t.Context(), tenant)
	b.ok(err)
	got := map[string]access.Role{}
	for _, m := range all {
		got[m.Email] = m.Role
	}
	if diff := cmp.Diff(map[string]access.Role{"o@x.example": access.AgencyOwner, email: access.AccountUser}, got); diff != "" {
		t.Error(diff)
	}
	ctx := tenancy.WithTenant(t.Context(), tenant)
	for person, want := range map[uuid.UUID]bool{owner.Person.ID: true, user.Person.ID: true, stranger.Person.ID: false, uuid.New(): false} {
		if is, err := b.IsMember(ctx, person); err != nil || is != want {
			t.Errorf("got %v, %v, want %v", is, err, want)
		}
	}
	_, err = b.IsMember(t.Context(), owner.Person.ID)
	b.refused(err, "tenancy.missing")
}

func TestTheAuditKnowsWhoSignedIn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.join(b.acme, b.one, email, access.AccountUser)
	_, err := b.signIn(nil)
	b.ok(err)
	want := []string{"invitation.issued", "invitation.accepted", "session.opened"}
	if diff := cmp.Diff(want, b.notes.actions); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"", "Ann Lindqvist", "Ann Lindqvist"}, b.notes.actors); diff != "" {
		t.Error(diff)
	}
}

func TestNothingThatOpensADoorIsStored(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	invitation := b.invite(b.acme, uuid.Nil, email, access.AgencyOwner)
	in, err := b.Accept(t.Context(), acceptInput(b.acme, invitation))
	b.ok(err)
	_, key, err := b.CreateAPIKey(t.Context(), in.Principal, access.APIKeyInput{Name: "k", Scopes: []access.Permission{access.ContactsRead}})
	b.ok(err)
	enrolled, err := b.EnrolTOTP(t.Context(), in.Principal)
	b.ok(err)
	for _, table := range []string{"person", "invitation", "session", "api_key", "recovery_code"} {
		all := b.text(`select coalesce(string_agg(t::text, ' '), '') from ` + table + ` t`)
		for what, secret := range map[string]string{"invitation": invitation, "session": in.Token, "key": key, "TOTP": enrolled.Secret, "password": password} {
			if strings.Contains(all, secret) {
				t.Errorf("table %s holds the %s", table, what)
			}
		}
	}
}
