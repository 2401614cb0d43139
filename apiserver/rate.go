package apiserver

import (
	"net/http"
	"strconv"

	"github.com/omnicrm/omnicrm/platform/fault"
)

var errRate = fault.New(fault.Throttled, "rate.exceeded", "That is more than may be asked at once. Retry-After says when to go on.")

// rated counts the request for its caller in its place: an address on open
// routes, else a person or key in one sub-account or in the agency. The headers
// tell where the caller stands
// (https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-07).
func (s *server) rated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, rate := callOf(r.Context()), s.Rates.Caller
		if c.principal.Actor.ID == "" {
			rate = s.Rates.Anonymous
		}
		// The path's sub-account is not checked yet: to count under one that isn't
		// the caller's own costs them nothing but their own turn there.
		key := "api:" + c.agency.ID.String() + ":" + r.PathValue("sub_account") + ":" + c.account()
		d, err := s.Limiter.Allow(r.Context(), key, rate)
		if err != nil {
			writeProblem(w, r, err)
			return
		}
		h := w.Header()
		h.Set("RateLimit-Limit", strconv.Itoa(rate.Burst))
		h.Set("RateLimit-Remaining", strconv.Itoa(d.Remaining))
		h.Set("RateLimit-Reset", seconds(d.Reset))
		if !d.OK {
			writeProblem(w, r, errRate.After(d.RetryAfter))
			return
		}
		next.ServeHTTP(w, r)
	})
}
