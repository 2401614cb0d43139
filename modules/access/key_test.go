package access_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

func TestCreateAPIKey(t *testing.T) {
	t.Parallel()
	control := open(t)
	read, both := []access.Permission{access.ContactsRead}, []access.Permission{access.ContactsRead, access.AgencySubAccountsRead}
	tests := map[string]struct {
		role  access.Role
		place func(b *bench) uuid.UUID
		in    access.APIKeyInput
		slug  string
		field string
	}{
		"an owner's of the agency":              {role: access.AgencyOwner, in: access.APIKeyInput{Name: "k", Scopes: both}},
		"an owner's of a sub-account":           {role: access.AgencyOwner, place: func(b *bench) uuid.UUID { return b.two }, in: access.APIKeyInput{Name: "k", Scopes: read}},
		"an admin's of their sub-account":       {role: access.AccountAdmin, place: func(b *bench) uuid.UUID { return b.one }, in: access.APIKeyInput{Name: "k", Scopes: read}},
		"an admin's of the agency":              {role: access.AccountAdmin, in: access.APIKeyInput{Name: "k", Scopes: read}, slug: "permission.missing"},
		"an admin's of another sub-account":     {role: access.AccountAdmin, place: func(b *bench) uuid.UUID { return b.two }, in: access.APIKeyInput{Name: "k", Scopes: read}, slug: "sub_account.unknown"},
		"an owner's abroad":                     {role: access.AgencyOwner, place: func(b *bench) uuid.UUID { return b.abroad }, in: access.APIKeyInput{Name: "k", Scopes: read}, slug: "sub_account.unknown"},
		"more than its maker may":               {role: access.AccountUser, place: func(b *bench) uuid.UUID { return b.one }, in: access.APIKeyInput{Name: "k", Scopes: []access.Permission{access.KeysManage}}, slug: "api_key.scopes"},
		"the agency's scope in a sub-account's": {role: access.AgencyOwner, place: func(b *bench) uuid.UUID { return b.one }, in: access.APIKeyInput{Name: "k", Scopes: both}, slug: "api_key.invalid", field: "scopes[1]"},
		"a scope that doesn't exist":            {role: access.AgencyOwner, in: access.APIKeyInput{Name: "k", Scopes: []access.Permission{"root"}}, slug: "api_key.invalid", field: "scopes[0]"},
		"no scope":                              {role: access.AgencyOwner, in: access.APIKeyInput{Name: "k"}, slug: "api_key.invalid", field: "scopes"},
		"no name":                               {role: access.AgencyOwner, in: access.APIKeyInput{Name: " ", Scopes: read}, slug: "api_key.invalid", field: "name"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := benchOn(t, control)
			at := b.one
			if slices.Contains([]access.Role{access.AgencyOwner, access.AgencyAdmin}, tc.role) {
				at = uuid.Nil
			}
			maker := b.join(b.acme, at, email, tc.role).Principal
			if tc.place != nil {
				tc.in.SubAccount = tc.place(b)
			}
			key, token, err := b.CreateAPIKey(t.Context(), maker, tc.in)
			if tc.slug != "" {
				if f := b.refusal(err, tc.slug); tc.field != "" && f.Fields[0].Path != tc.field {
					t.Errorf("blames %v", f.Fields)
				}
				return
			}
			b.ok(err)
			p := b.authenticate(token)
			if !p.IsKey() || p.Key != key.ID || p.KeyScope != tc.in.SubAccount || cmp.Diff(tc.in.Scopes, p.Scopes) != "" && len(p.Scopes) != len(tc.in.Scopes) {
				t.Errorf("got %+v", p)
			}
			if !strings.HasPrefix(token, "omni_") || !strings.HasSuffix(token, key.Hint[len(key.Hint)-4:]) || key.CreatedBy.Name != "Ann Lindqvist" {
				t.Errorf("got %+v", key)
			}
		})
	}
}

func TestAKeyReachesWhatItsScopeSays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.join(b.acme, uuid.Nil, email, access.AgencyOwner).Principal
	mint := func(place uuid.UUID, scopes ...access.Permission) access.Principal {
		_, token, err := b.CreateAPIKey(t.Context(), owner, access.APIKeyInput{SubAccount: place, Name: "k", Scopes: scopes})
		b.ok(err)
		return b.authenticate(token)
	}
	agency := mint(uuid.Nil, access.ContactsRead, access.AgencySubAccountsRead)
	one := mint(b.one, access.ContactsRead, access.KeysManage)
	for name, tc := range map[string]struct {
		who        access.Principal
		permission access.Permission
		where      uuid.UUID
		slug       string
	}{
		"an agency's key in a sub-account":  {agency, access.ContactsRead, b.two, ""},
		"an agency's key beyond its scopes": {agency, access.ContactsWrite, b.two, "permission.missing"},
		"an agency's key abroad":            {agency, access.ContactsRead, b.abroad, "sub_account.unknown"},
		"a sub-account's key in it":         {one, access.ContactsRead, b.one, ""},
		"a sub-account's key in another":    {one, access.ContactsRead, b.two, "sub_account.unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := b.Authorize(t.Context(), tc.who, tc.permission, tc.where); tc.slug != "" {
				b.refused(err, tc.slug)
			} else {
				b.ok(err)
			}
		})
	}
	b.ok(b.AuthorizeAgency(agency, access.AgencySubAccountsRead))
	b.refused(b.AuthorizeAgency(agency, access.AgencySubAccountsWrite), "permission.missing")
	b.refused(b.AuthorizeAgency(one, access.AgencySubAccountsRead), "permission.missing")
	_, _, err := b.CreateAPIKey(t.Context(), one, access.APIKeyInput{SubAccount: b.one, Name: "child", Scopes: []access.Permission{access.MessagesSend}})
	b.refused(err, "api_key.scopes")
}

func TestKeysAreListedAndRevokedWhereTheyBelong(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.join(b.acme, uuid.Nil, email, access.AgencyOwner).Principal
	stranger := b.join(b.beta, uuid.Nil, email, access.AgencyOwner).Principal
	scopes := []access.Permission{access.ContactsRead}
	key, token, err := b.CreateAPIKey(t.Context(), owner, access.APIKeyInput{SubAccount: b.one, Name: "k", Scopes: scopes})
	b.ok(err)
	count := func(place uuid.UUID) int {
		all, err := b.APIKeys(t.Context(), owner, place)
		b.ok(err)
		return len(all)
	}
	if count(b.one) != 1 || count(b.two) != 0 || count(uuid.Nil) != 0 {
		t.Error("listed in the wrong place")
	}
	_, err = b.APIKeys(t.Context(), stranger, b.one)
	b.refused(err, "sub_account.unknown")
	b.refused(b.RevokeAPIKey(t.Context(), stranger, b.one, key.ID), "sub_account.unknown")
	b.refused(b.RevokeAPIKey(t.Context(), stranger, uuid.Nil, key.ID), "api_key.unknown")
	b.refused(b.RevokeAPIKey(t.Context(), owner, b.two, key.ID), "api_key.unknown")
	b.authenticate(token)
	b.ok(b.RevokeAPIKey(t.Context(), owner, b.one, key.ID))
	b.refused(b.RevokeAPIKey(t.Context(), owner, b.one, key.ID), "api_key.unknown")
	_, err = b.Authenticate(t.Context(), token)
	b.refused(err, "api_key.refused")
	if count(b.one) != 0 {
		t.Error("a revoked key is listed")
	}
}

func TestAKeysLastUseIsWrittenAtMostOnceAMinute(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.join(b.acme, uuid.Nil, email, access.AgencyOwner).Principal
	_, token, err := b.CreateAPIKey(t.Context(), owner, access.APIKeyInput{Name: "k", Scopes: []access.Permission{access.ContactsRead}})
	b.ok(err)
	used := func() *time.Time {
		all, err := b.APIKeys(t.Context(), owner, uuid.Nil)
		b.ok(err)
		return all[0].LastUsedAt
	}
	if used() != nil {
		t.Error("used before its first use")
	}
	for _, step := range []struct {
		after time.Duration
		want  time.Time
	}{{0, start}, {59 * time.Second, start}, {time.Second, start.Add(time.Minute)}} {
		b.clock.Advance(step.after)
		b.authenticate(token)
		if got := used(); got == nil || !got.Equal(step.want) {
			t.Errorf("got %v, want %v", got, step.want)
		}
	}
}

func TestNoPlaceHoldsMoreThanAHundredKeys(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.join(b.acme, uuid.Nil, email, access.AgencyOwner).Principal
	b.exec(`insert into api_key (id, agency_id, name, scopes, token_hash, hint, created_by, created_at)
		select gen_random_uuid(), $1, 'k', '{}', convert_to(n::text, 'UTF8'), '', '', now() from generate_series(1, 100) n`, b.acme)
	in := access.APIKeyInput{Name: "k", Scopes: []access.Permission{access.ContactsRead}}
	_, _, err := b.CreateAPIKey(t.Context(), owner, in)
	b.refused(err, "api_key.too_many")
}
