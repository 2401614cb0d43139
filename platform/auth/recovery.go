package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"strings"
)

// Recovery codes replace a lost authenticator, each once. NIST SP 800-63B-4
// §3.1.2.2 lets look-up secrets of at least 112 bits be stored under a plain
// hash; these hold 120, in Crockford's base32 (no I, L, O, U to misread).
const (
	recoveryCodes   = 10
	recoverySymbols = 24 // 5 bits each
	recoveryGroup   = 4
	crockford       = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// NewRecoveryCodes returns ten codes ("7XJ2-…", six groups of four) and the
// hashes to store. The codes are shown once.
func NewRecoveryCodes() (codes []string, hashes [][]byte) {
	for range recoveryCodes {
		raw := make([]byte, recoverySymbols)
		_, _ = rand.Read(raw) // never fails since Go 1.24: it ends the process instead
		var code strings.Builder
		for i, b := range raw {
			if i > 0 && i%recoveryGroup == 0 {
				code.WriteByte('-')
			}
			code.WriteByte(crockford[b&31])
		}
		codes = append(codes, code.String())
		hashes = append(hashes, HashRecoveryCode(code.String()))
	}
	return codes, hashes
}

// HashRecoveryCode hashes a code as a person typed it: case, blanks and dashes
// don't matter, and O, I and L read as the digits they look like.
func HashRecoveryCode(code string) []byte {
	sum := sha256.Sum256([]byte(normaliseRecovery(code)))
	return sum[:]
}

// LooksLikeRecoveryCode tells a recovery code from a six-digit one, so that one
// field of the sign-in form takes both.
func LooksLikeRecoveryCode(code string) bool { return len(normaliseRecovery(code)) == recoverySymbols }

func normaliseRecovery(code string) string {
	replacer := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1")
	return replacer.Replace(strings.ToUpper(strings.TrimSpace(code)))
}
