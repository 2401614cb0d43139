package auth_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/platform/auth"
)

// The secret of RFC 6238 appendix B ("12345678901234567890") in base32; its
// eight-digit codes cut to six.
const rfcSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

func TestVerifyTOTP(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		code string
		at   int64
		step int64
		ok   bool
	}{
		"RFC 6238 at 59 s":                      {"287082", 59, 1, true},
		"RFC 6238 in 2005":                      {"081804", 1111111109, 37037036, true},
		"RFC 6238 in 2033":                      {"279037", 2000000000, 66666666, true},
		"shown with a blank":                    {"287 082", 59, 1, true},
		"one step late":                         {"287082", 89, 1, true},
		"one step early":                        {"287082", 29, 1, true},
		"two steps late":                        {"287082", 120, 0, false},
		"a wrong code":                          {"287083", 59, 0, false},
		"too short":                             {"28708", 59, 0, false},
		"letters":                               {"abcdef", 59, 0, false},
		"empty":                                 {"", 59, 0, false},
		"a code of many digits is not cut down": {"2870820", 59, 0, false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			step, ok := auth.VerifyTOTP(rfcSecret, tc.code, time.Unix(tc.at, 0))
			if step != tc.step || ok != tc.ok {
				t.Errorf("got %d %v, want %d %v", step, ok, tc.step, tc.ok)
			}
		})
	}
}

func TestNewTOTPIsReadByAnApp(t *testing.T) {
	t.Parallel()
	secret, url, err := auth.NewTOTP("Bright Reach", "ann@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(url, "otpauth://totp/Bright%20Reach:ann@example.com?") || !strings.Contains(url, "secret="+secret) {
		t.Errorf("got %s", url)
	}
	now := time.Unix(1_900_000_000, 0)
	code, err := auth.TOTPCode(secret, now)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := auth.VerifyTOTP(secret, code, now); !ok {
		t.Error("the secret's own code is refused")
	}
}

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	codes, hashes := auth.NewRecoveryCodes()
	if len(codes) != 10 || len(hashes) != 10 {
		t.Fatalf("got %d codes, %d hashes", len(codes), len(hashes))
	}
	seen := map[string]bool{}
	for i, code := range codes {
		if seen[code] || len(code) != 29 || !auth.LooksLikeRecoveryCode(code) {
			t.Errorf("odd code %q", code)
		}
		seen[code] = true
		typed := " " + strings.ToLower(strings.ReplaceAll(code, "-", " ")) + " "
		if !bytes.Equal(auth.HashRecoveryCode(typed), hashes[i]) {
			t.Errorf("%q as typed doesn't match", typed)
		}
	}
	if auth.LooksLikeRecoveryCode("123456") {
		t.Error("a six-digit code looks like a recovery code")
	}
	if !bytes.Equal(auth.HashRecoveryCode("0OIL"), auth.HashRecoveryCode("0011")) {
		t.Error("letters that look like digits must read as digits")
	}
}

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		password string
		ok       bool
	}{
		"a few unrelated words":                {"velvet tractor ninety", true},
		"no Latin letters":                     {"пароль-из-слов-мост", true},
		"twelve random characters":             {"h7#Kq2!vZp9w", true},
		"eleven characters":                    {"h7#Kq2!vZp9", false},
		"a known one":                          {"Password123456", false},
		"one character over and over":          {"zzzzzzzzzzzzzzzz", false},
		"counting":                             {"abcdefghijklmn", false},
		"digits counting across the nine":      {"5678901234567", false},
		"the e-mail address and a year":        {"ann.lindqvist2026", false},
		"the name twice":                       {"LindqvistLindqvist", false},
		"the agency's name and a digit":        {"brightreach1!", false},
		"contains the name but much besides":   {"lindqvist over the wet hills", true},
		"longer than the server wants to hash": {strings.Repeat("velvet tractor ", 20), false},
		"not text":                             {"velvet \xff\xfe tractor", false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			why := auth.CheckPassword(tc.password, "ann.lindqvist@brightreach.example", "Ann Lindqvist", "Bright Reach")
			if (why == "") != tc.ok {
				t.Errorf("%q: got %q", tc.password, why)
			}
		})
	}
}
