package apiserver

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

var errRate = fault.New(fault.Throttled, "rate.exceeded", "That is more than may be asked at once. Retry-After says when to go on.")

// rated counts the request for its caller in its place: an address on open
// routes, else a person or key in one sub-account or in the agency. The headers
// tell where the caller stands
// (https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-07).
func (s *server) rated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The path's sub-account is not checked yet: see refuse. An id counts the
		// same however it is written.
		place := r.PathValue("sub_account")
		if id, err := uuid.Parse(place); err == nil {
			place = id.String()
		} else if place != "" {
			place = "none"
		}
		if err := s.spend(w, r, place); err != nil {
			writeProblem(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refuse answers who may not: with a limit of its own, so that nobody guesses
// tokens or ids for long by naming another sub-account each time, and so that
// those who guess don't use up what their address has for signing in.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, because error) {
	if err := s.spend(w, r, "refused"); err != nil {
		because = err
	}
	writeProblem(w, r, because)
}

// spend counts the request for its caller in a place, and says where they stand.
func (s *server) spend(w http.ResponseWriter, r *http.Request, place string) error {
	c, rate := callOf(r.Context()), s.Rates.Caller
	if c.principal.Actor.ID == "" {
		rate = s.Rates.Anonymous
	}
	d, err := s.Limiter.Allow(r.Context(), "api:"+c.agency.ID.String()+":"+place+":"+c.account(), rate)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("RateLimit-Limit", strconv.Itoa(rate.Burst))
	h.Set("RateLimit-Remaining", strconv.Itoa(d.Remaining))
	h.Set("RateLimit-Reset", seconds(d.Reset))
	if !d.OK {
		return errRate.After(d.RetryAfter)
	}
	return nil
}
