package auth_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/platform/auth"
)

// cheap keeps the tests fast; the format is the same.
var cheap = auth.Params{MemoryKiB: 64, Passes: 1, Lanes: 1}

func TestHasher(t *testing.T) {
	t.Parallel()
	h := auth.NewHasher(cheap, 1024)
	hash, err := h.Hash(t.Context(), "velvet tractor ninety")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("not a PHC string: %s", hash)
	}
	composed, err := h.Hash(t.Context(), "caf\u00e9 au lait dimanche")
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		hash, password string
		hasher         *auth.Hasher
		ok, rehash     bool
		err            error
	}{
		"the right password":                            {hash: hash, password: "velvet tractor ninety", ok: true},
		"a wrong password":                              {hash: hash, password: "velvet tractor ninetY"},
		"the same characters from another keyboard":     {hash: composed, password: "cafe\u0301 au lait dimanche", ok: true},
		"costs that were raised since ask for a rehash": {hash: hash, password: "velvet tractor ninety", hasher: auth.NewHasher(auth.Params{MemoryKiB: 128, Passes: 1, Lanes: 1}, 1024), ok: true, rehash: true},
		"a wrong password never asks for a rehash":      {hash: hash, password: "nope", hasher: auth.NewHasher(auth.Params{MemoryKiB: 128, Passes: 1, Lanes: 1}, 1024)},
		"a hash that asks for a terabyte":               {hash: strings.Replace(hash, "m=64", "m=1073741824", 1), password: "x", err: auth.ErrMalformedHash},
		"a hash of another algorithm":                   {hash: strings.Replace(hash, "argon2id", "argon2i", 1), password: "x", err: auth.ErrMalformedHash},
		"no hash at all":                                {hash: "", password: "x", err: auth.ErrMalformedHash},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hasher := tc.hasher
			if hasher == nil {
				hasher = h
			}
			ok, rehash, err := hasher.Verify(t.Context(), tc.hash, tc.password)
			if ok != tc.ok || rehash != tc.rehash || !errors.Is(err, tc.err) {
				t.Errorf("got %v %v %v, want %v %v %v", ok, rehash, err, tc.ok, tc.rehash, tc.err)
			}
		})
	}
}

func TestRecommendedCostsAreAtLeastTheFloorOfOWASP(t *testing.T) {
	t.Parallel()
	p := auth.Recommended()
	if p.MemoryKiB < 19<<10 || p.Passes < 2 || p.Lanes < 1 {
		t.Errorf("%+v is below 19 MiB, 2 passes, 1 lane", p)
	}
	h := auth.NewHasher(p, 0)
	hash, err := h.Hash(t.Context(), "velvet tractor ninety")
	if err != nil {
		t.Fatal(err)
	}
	if ok, rehash, err := h.Verify(t.Context(), hash, "velvet tractor ninety"); !ok || rehash || err != nil {
		t.Errorf("got %v %v %v", ok, rehash, err)
	}
}

func TestHashingWaitsForMemoryNoLongerThanItsCaller(t *testing.T) {
	t.Parallel()
	slow := auth.Params{MemoryKiB: 64 << 10, Passes: 8, Lanes: 1}
	h := auth.NewHasher(slow, int64(slow.MemoryKiB))
	busy := make(chan struct{})
	go func() { defer close(busy); _ = h.Burn(context.WithoutCancel(t.Context()), "x") }()
	defer func() { <-busy }()
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	if _, err := h.Hash(ctx, "x"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the deadline of the caller", err)
	}
}
