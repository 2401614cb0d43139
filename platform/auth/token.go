package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"hash/crc32"
	"math/big"
	"strings"
)

// A token reads "<prefix>_<secret><checksum>": the prefix tells a person and a
// secret scanner what leaked, the secret is 32 random bytes in base62 (43
// digits, fixed width), the checksum is the CRC-32 of everything before it in
// base62 (6 digits). The checksum lets a mistyped token be refused without a
// query; it protects nothing, the 256 bits do.
const (
	tokenBytes     = 32
	secretDigits   = 43 // ceil(256 / log2(62))
	checksumDigits = 6  // ceil(32 / log2(62))
	maxPrefix      = 16
	base62         = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// NewToken returns a fresh token and the hash to store. The token is shown once
// and stored nowhere. The prefix is lower-case letters and digits.
func NewToken(prefix string) (token string, hash []byte) {
	raw := make([]byte, tokenBytes)
	_, _ = rand.Read(raw) // never fails since Go 1.24: it ends the process instead
	body := prefix + "_" + encode62(new(big.Int).SetBytes(raw), secretDigits)
	token = body + checksum(body)
	return token, HashToken(token)
}

// HashToken is the SHA-256 of the token. A plain hash is enough because the
// token holds 256 random bits: there is nothing to guess.
func HashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// ParseToken checks a token's form and checksum and returns its prefix. It says
// nothing about whether the token was ever issued.
func ParseToken(token string) (prefix string, ok bool) {
	cut := strings.LastIndexByte(token, '_')
	if cut < 1 || cut > maxPrefix || len(token)-cut-1 != secretDigits+checksumDigits {
		return "", false
	}
	for _, r := range []byte(token[:cut]) {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return "", false
		}
	}
	for _, r := range []byte(token[cut+1:]) {
		if strings.IndexByte(base62, r) < 0 {
			return "", false
		}
	}
	body, sum := token[:len(token)-checksumDigits], token[len(token)-checksumDigits:]
	if checksum(body) != sum {
		return "", false
	}
	return token[:cut], true
}

// TokenHint is what a list may show of a token so that its owner recognises it:
// the prefix and the last four digits.
func TokenHint(token string) string {
	prefix, ok := ParseToken(token)
	if !ok {
		return ""
	}
	return prefix + "_…" + token[len(token)-4:]
}

func checksum(body string) string {
	return encode62(new(big.Int).SetUint64(uint64(crc32.ChecksumIEEE([]byte(body)))), checksumDigits)
}

// encode62 writes n in base62, most significant digit first, padded to width.
func encode62(n *big.Int, width int) string {
	out := make([]byte, width)
	base, digit := big.NewInt(62), new(big.Int)
	for i := width - 1; i >= 0; i-- {
		n.DivMod(n, base, digit)
		out[i] = base62[digit.Int64()]
	}
	return string(out)
}
