package access

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/limit"
)

// The limits of guessing (NIST SP 800-63B-4 §3.2.2 wants them per account).
// The narrow one is per account and address, so that a stranger elsewhere can't
// lock the owner out; the wide ones bound many addresses against one account
// and one address against many accounts.
var (
	perAccountAndIP = limit.Rate{Burst: 10, Per: 15 * time.Minute}
	perAccount      = limit.Rate{Burst: 50, Per: time.Hour}
	perIP           = limit.Rate{Burst: 100, Per: 15 * time.Minute}
)

// throttle counts an attempt at an account, whether it exists or not.
func (s *Service) throttle(ctx context.Context, agency uuid.UUID, email, ip string) error {
	account := agency.String() + "/" + email
	for _, gate := range []struct {
		key  string
		rate limit.Rate
	}{
		{throttleKey("ip", network(ip)), perIP},
		{throttleKey("account-ip", account, network(ip)), perAccountAndIP},
		{throttleKey("account", account), perAccount},
	} {
		decision, err := s.limiter.Allow(ctx, gate.key, gate.rate)
		if err != nil {
			return err
		}
		if !decision.OK {
			return errThrottled.After(decision.RetryAfter)
		}
	}
	return nil
}

// relent gives the account its attempts back after one that succeeded; the
// address keeps its count.
func (s *Service) relent(ctx context.Context, agency uuid.UUID, email, ip string) {
	account := agency.String() + "/" + email
	s.limiter.Forget(ctx, throttleKey("account-ip", account, network(ip)))
	s.limiter.Forget(ctx, throttleKey("account", account))
}

// throttleKey keeps addresses of people out of Redis.
func throttleKey(kind string, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return "signin:" + kind + ":" + hex.EncodeToString(sum[:16])
}

// network is the address, or for IPv6 the /64 that a single customer holds.
func network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	if addr = addr.Unmap(); addr.Is4() {
		return addr.String()
	}
	prefix, err := addr.WithZone("").Prefix(64)
	if err != nil {
		return ip
	}
	return prefix.String()
}
