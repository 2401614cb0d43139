package secrets_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/omnicrm/omnicrm/platform/secrets"
)

func box(t *testing.T, keyset string) *secrets.Box {
	t.Helper()
	b, err := secrets.NewBox(keyset)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func generate(t *testing.T) string {
	t.Helper()
	keyset, err := secrets.GenerateKeyset()
	if err != nil {
		t.Fatal(err)
	}
	return keyset
}

var home = secrets.Place{Tenant: "ab", Table: "sub_account", Column: "telephony", Row: "1"}

func TestOpen(t *testing.T) {
	t.Parallel()
	b := box(t, generate(t))
	sealed, err := b.Seal([]byte("auth token"), home)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	at := func(change func(*secrets.Place)) secrets.Place { p := home; change(&p); return p }
	tests := map[string]struct {
		box    *secrets.Box
		sealed []byte
		where  secrets.Place
		ok     bool
	}{
		"where it was sealed": {b, sealed, home, true},
		"another tenant":      {b, sealed, at(func(p *secrets.Place) { p.Tenant = "other" }), false},
		"another table":       {b, sealed, at(func(p *secrets.Place) { p.Table = "agency" }), false},
		"another column":      {b, sealed, at(func(p *secrets.Place) { p.Column = "password" }), false},
		"another row":         {b, sealed, at(func(p *secrets.Place) { p.Row = "2" }), false},
		"parts that only look the same when joined": {b, sealed, at(func(p *secrets.Place) { p.Tenant, p.Table = "absub", "_account" }), false},
		"one bit changed": {b, changed, home, false},
		"another keyset":  {box(t, generate(t)), sealed, home, false},
		"nothing":         {b, nil, home, false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plain, err := tc.box.Open(tc.sealed, tc.where)
			if tc.ok && (err != nil || string(plain) != "auth token") {
				t.Errorf("got %q, %v", plain, err)
			}
			if !tc.ok && !errors.Is(err, secrets.ErrSealed) {
				t.Errorf("got %q, %v, want ErrSealed", plain, err)
			}
		})
	}
}

func TestRotationOpensTheOldAndSealsWithTheNew(t *testing.T) {
	t.Parallel()
	first := generate(t)
	before := box(t, first)
	sealed, err := before.Seal([]byte("x"), home)
	if err != nil {
		t.Fatal(err)
	}
	second, err := secrets.Rotate(first)
	if err != nil {
		t.Fatal(err)
	}
	after := box(t, second)
	if plain, err := after.Open(sealed, home); err != nil || string(plain) != "x" {
		t.Errorf("the old value doesn't open: %q, %v", plain, err)
	}
	if before.Stale(sealed) || !after.Stale(sealed) {
		t.Error("the old value must be stale after the rotation, and only then")
	}
	again, err := after.Seal([]byte("x"), home)
	if err != nil || after.Stale(again) {
		t.Errorf("a new value must not be stale (%v)", err)
	}
}

func TestABadKeysetIsRefusedWithoutQuotingIt(t *testing.T) {
	t.Parallel()
	for name, keyset := range map[string]string{
		"empty":         "",
		"no base64":     "{secret}",
		"no JSON":       base64.StdEncoding.EncodeToString([]byte("secret")),
		"an empty list": base64.StdEncoding.EncodeToString([]byte(`{"primaryKeyId":1,"key":[]}`)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := secrets.NewBox(keyset)
			if !errors.Is(err, secrets.ErrKeyset) || strings.Contains(err.Error(), "secret}") {
				t.Errorf("got %v", err)
			}
		})
	}
}
