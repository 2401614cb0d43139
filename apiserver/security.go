package apiserver

import (
	"net/http"

	"github.com/omnicrm/omnicrm/platform/fault"
)

var errCrossOrigin = fault.New(fault.Denied, "request.cross_origin",
	"This request comes from another site's page. Programs send an API key instead of a cookie.")

// apiPolicy lets a browser that shows an answer of the API do nothing with it.
const apiPolicy = "default-src 'none'; frame-ancestors 'none'"

// secureHeaders are what every answer carries; a page replaces the policy.
func (s *server) secureHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", apiPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if overTLS(r, s.TrustedProxies) {
			h.Set("Strict-Transport-Security", "max-age=31536000") // RFC 6797, section 7.2: over TLS alone
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses what another site's page makes a browser send: it would
// carry the person's cookie. A key is sent by programs on purpose.
func (s *server) sameOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			if err := s.crossOrigin.Check(r); err != nil {
				writeProblem(w, r, errCrossOrigin.Wrap(err))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}
