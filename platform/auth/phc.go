package auth

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The PHC string format: https://github.com/P-H-C/phc-string-format

func formatPHC(p Params, salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, p.MemoryKiB, p.Passes, p.Lanes, b64.EncodeToString(salt), b64.EncodeToString(key))
}

func parsePHC(hash string) (p Params, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return p, nil, nil, ErrMalformedHash
	}
	if p, err = parseCosts(parts[3]); err != nil {
		return p, nil, nil, err
	}
	b64 := base64.RawStdEncoding.Strict()
	salt, errSalt := b64.DecodeString(parts[4])
	key, errKey := b64.DecodeString(parts[5])
	if errSalt != nil || errKey != nil || len(salt) < 8 || len(key) < 16 || len(key) > 64 {
		return p, nil, nil, ErrMalformedHash
	}
	return p, salt, key, nil
}

func parseCosts(text string) (Params, error) {
	fields := strings.Split(text, ",")
	if len(fields) != 3 {
		return Params{}, ErrMalformedHash
	}
	var costs [3]uint64
	for i, name := range []string{"m=", "t=", "p="} {
		digits, found := strings.CutPrefix(fields[i], name)
		n, err := strconv.ParseUint(digits, 10, 32)
		if !found || err != nil {
			return Params{}, ErrMalformedHash
		}
		costs[i] = n
	}
	memory, passes, lanes := costs[0], costs[1], costs[2]
	// RFC 9106 §3.1: at least 8 KiB a lane, one pass, one lane.
	if lanes < 1 || lanes > 255 || memory < 8*lanes || memory > maxMemoryKiB || passes < 1 || passes > maxPasses {
		return Params{}, ErrMalformedHash
	}
	return Params{MemoryKiB: uint32(memory), Passes: uint32(passes), Lanes: uint8(lanes)}, nil
}
