package auth

import (
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// RFC 6238 with the values that every authenticator app understands.
const (
	totpPeriod = 30 // seconds
	totpDigits = otp.DigitsSix
	// RFC 6238 §5.2 recommends at most one step for the delay of the network
	// and the drift of the phone's clock.
	totpSkew = 1
)

// NewTOTP makes a shared secret (base32, 160 bits) and the otpauth:// URL that
// an authenticator app reads. The issuer is what the app shows first: the
// agency's brand.
func NewTOTP(issuer, account string) (secret, url string, err error) {
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: issuer, AccountName: account, Period: totpPeriod, SecretSize: 20, Digits: totpDigits,
		Algorithm: otp.AlgorithmSHA1,
	})
	if err != nil {
		return "", "", fmt.Errorf("auth: making a TOTP secret: %w", err)
	}
	return key.Secret(), key.URL(), nil
}

// VerifyTOTP tells whether the code is valid at now, give or take one step, and
// which step it belongs to. RFC 6238 §5.2 wants a code accepted once: the
// caller stores the step and refuses any step that isn't greater than it.
// Blanks in the code are ignored: apps show "123 456".
func VerifyTOTP(secret, code string, now time.Time) (step int64, ok bool) {
	code = strings.Join(strings.Fields(code), "")
	if len(code) != totpDigits.Length() {
		return 0, false
	}
	current := now.Unix() / totpPeriod
	for candidate := current - totpSkew; candidate <= current+totpSkew; candidate++ {
		if candidate < 0 {
			continue
		}
		valid, err := hotp.ValidateCustom(code, uint64(candidate), secret,
			hotp.ValidateOpts{Digits: totpDigits, Algorithm: otp.AlgorithmSHA1})
		if err == nil && valid {
			step, ok = candidate, true
		}
	}
	return step, ok
}

// TOTPCode is the code at now: what an authenticator app would show. Tests and
// the development stack use it in the app's place.
func TOTPCode(secret string, now time.Time) (string, error) {
	code, err := hotp.GenerateCodeCustom(secret, uint64(now.Unix()/totpPeriod),
		hotp.ValidateOpts{Digits: totpDigits, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return "", fmt.Errorf("auth: computing a TOTP code: %w", err)
	}
	return code, nil
}
