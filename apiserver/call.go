package apiserver

import (
	"context"
	"log/slog"
	"net/netip"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// call is what the middleware learns of a request on its way in, for the
// handlers and for the access log. It belongs to one goroutine: the request's.
type call struct {
	id        string
	ip        netip.Addr // of the client, as the trusted proxies tell it
	userAgent string
	origin    string // of the request: scheme and host
	pattern   string // the route's; never the path, which may hold a secret
	log       *slog.Logger

	agency    directory.Agency // of the host
	token     string           // by which the principal came
	principal access.Principal
	tenant    tenancy.Tenant
	body      []byte // as it came, where a route takes JSON
}

type callKey struct{}

func withCall(ctx context.Context, c *call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// callOf gives the request's call; an empty one where there is none, so that an
// error can be answered from anywhere.
func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{log: slog.New(slog.DiscardHandler)}
}

// account is whom the call's rate counts for. Of IPv6 it is the /64, which one
// household has whole.
func (c *call) account() string {
	if c.principal.Actor.ID == "" {
		if network, err := c.ip.Prefix(64); err == nil && c.ip.Is6() {
			return "ip:" + network.String()
		}
		return "ip:" + c.ip.String()
	}
	if by := c.principal.Actor.ImpersonatorID; by != "" {
		return "person:" + by + "/" + c.principal.Actor.ID
	}
	if app := c.principal.App; app != nil {
		return "app:" + app.Grant.String()
	}
	return string(c.principal.Actor.Kind) + ":" + c.principal.Actor.ID
}

func (c *call) subAccount() string {
	if c.tenant.SubAccount == uuid.Nil {
		return ""
	}
	return c.tenant.SubAccount.String()
}
