package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"
	"golang.org/x/text/unicode/norm"
)

// Params are the costs of one argon2id hash.
type Params struct {
	MemoryKiB uint32 // memory of one hash, in KiB
	Passes    uint32 // passes over that memory
	Lanes     uint8  // lanes, each worked by a goroutine of its own
}

const (
	saltBytes = 16 // RFC 9106 §3.1: 128 bits suffice for every application
	keyBytes  = 32 // RFC 9106 §4: 256-bit tag in both recommended options

	// A stored hash states its own costs, so a row that somebody tampered with
	// must not be able to ask for gigabytes.
	maxMemoryKiB = 1 << 20
	maxPasses    = 64
)

// Recommended is the second option of RFC 9106 §4 for memory-constrained
// environments (64 MiB, 3 passes, 4 lanes), which lies above the floor of the
// OWASP Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane).
func Recommended() Params { return Params{MemoryKiB: 64 << 10, Passes: 3, Lanes: 4} }

// Hasher hashes passwords with argon2id under one memory budget, so that a
// burst of sign-ins waits instead of exhausting the process.
type Hasher struct {
	params Params
	budget *semaphore.Weighted
	limit  int64 // KiB
}

// ErrMalformedHash reports a stored hash that this package did not write.
var ErrMalformedHash = errors.New("auth: malformed password hash")

// NewHasher makes new hashes with p. All hashes at work together hold at most
// budgetKiB of memory; a budget smaller than one hash is raised to one hash.
func NewHasher(p Params, budgetKiB int64) *Hasher {
	limit := max(budgetKiB, int64(p.MemoryKiB))
	return &Hasher{params: p, budget: semaphore.NewWeighted(limit), limit: limit}
}

// Hash returns the PHC string of the password
// ("$argon2id$v=19$m=65536,t=3,p=4$salt$tag"). The only errors are those of the
// context while it waits for memory.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails since Go 1.24: it ends the process instead
	key, err := h.derive(ctx, password, salt, h.params, keyBytes)
	if err != nil {
		return "", err
	}
	return formatPHC(h.params, salt, key), nil
}

// NoPassword returns the hash of nobody's password, for people who sign in
// otherwise: it costs as much to verify as any, and nothing to make.
func (h *Hasher) NoPassword() string {
	random := make([]byte, saltBytes+keyBytes)
	_, _ = rand.Read(random) // never fails since Go 1.24: it ends the process instead
	return formatPHC(h.params, random[:saltBytes], random[saltBytes:])
}

// Verify tells whether the password matches the hash, and whether the hash
// should be replaced because its costs are no longer those of this Hasher.
// The comparison takes the same time wherever the two differ.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (ok, rehash bool, err error) {
	params, salt, want, err := parsePHC(hash)
	if err != nil {
		return false, false, err
	}
	got, err := h.derive(ctx, password, salt, params, uint32(len(want)))
	if err != nil {
		return false, false, err
	}
	ok = subtle.ConstantTimeCompare(got, want) == 1
	stale := params != h.params || len(salt) != saltBytes || len(want) != keyBytes
	return ok, ok && stale, nil
}

// Burn spends what Verify spends and is used where there is no account, so
// that the time of the answer doesn't tell which addresses have one.
func (h *Hasher) Burn(ctx context.Context, password string) error {
	_, err := h.derive(ctx, password, make([]byte, saltBytes), h.params, keyBytes)
	return err
}

func (h *Hasher) derive(ctx context.Context, password string, salt []byte, p Params, size uint32) ([]byte, error) {
	weight := min(int64(p.MemoryKiB), h.limit)
	if err := h.budget.Acquire(ctx, weight); err != nil {
		return nil, fmt.Errorf("auth: waiting for hashing memory: %w", err)
	}
	defer h.budget.Release(weight)
	// NIST SP 800-63B-4 §3.1.1.2: normalise Unicode before hashing, so that the
	// same keys pressed on another keyboard give the same password.
	text := norm.NFKC.String(password)
	return argon2.IDKey([]byte(text), salt, p.Passes, p.MemoryKiB, p.Lanes, size), nil
}
