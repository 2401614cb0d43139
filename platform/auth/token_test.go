package auth_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/omnicrm/omnicrm/platform/auth"
)

func TestParseToken(t *testing.T) {
	t.Parallel()
	token, hash := auth.NewToken("omni")
	if !bytes.Equal(hash, auth.HashToken(token)) {
		t.Fatal("NewToken and HashToken disagree")
	}
	mistyped := []byte(token)
	mistyped[10] = map[bool]byte{true: 'b', false: 'a'}[mistyped[10] == 'a']
	tests := map[string]struct {
		token, prefix string
		ok            bool
	}{
		"a fresh token":             {token, "omni", true},
		"one wrong digit":           {string(mistyped), "", false},
		"another prefix":            {strings.Replace(token, "omni", "omns", 1), "", false},
		"cut short":                 {token[:len(token)-1], "", false},
		"one digit too many":        {token + "0", "", false},
		"blanks around it":          {" " + token, "", false},
		"empty":                     {"", "", false},
		"an underscore and nothing": {"_", "", false},
		"a NUL inside":              {"omni_\x00" + token[6:], "", false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			prefix, ok := auth.ParseToken(tc.token)
			if prefix != tc.prefix || ok != tc.ok {
				t.Errorf("got %q %v, want %q %v", prefix, ok, tc.prefix, tc.ok)
			}
		})
	}
}

func TestTokensDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		token, _ := auth.NewToken("omni")
		if seen[token] || len(token) != len("omni_")+49 {
			t.Fatalf("twice or of another length: %s", token)
		}
		seen[token] = true
	}
}

func TestTokenHintShowsNoSecret(t *testing.T) {
	t.Parallel()
	token, _ := auth.NewToken("omni")
	if hint := auth.TokenHint(token); hint != "omni_…"+token[len(token)-4:] {
		t.Errorf("got %q", hint)
	}
	if hint := auth.TokenHint("no token"); hint != "" {
		t.Errorf("got %q for a thing that is no token", hint)
	}
}

func FuzzParseToken(f *testing.F) {
	token, _ := auth.NewToken("omni")
	f.Add(token)
	f.Add("")
	f.Add("omni_")
	f.Add(strings.Repeat("_", 55))
	f.Fuzz(func(t *testing.T, input string) {
		prefix, ok := auth.ParseToken(input)
		if ok != (prefix != "") {
			t.Errorf("prefix %q with ok=%v", prefix, ok)
		}
		if ok && !strings.HasPrefix(input, prefix+"_") {
			t.Errorf("prefix %q isn't in front of %q", prefix, input)
		}
	})
}
