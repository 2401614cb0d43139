package apiserver

import (
	"net/http"
	"strconv"
	"time"
)

// deprecationLife is how long a deprecated route goes on at the least.
const deprecationLife = 180 * 24 * time.Hour

// deprecation announces a route's end. The days begin at midnight UTC.
type deprecation struct {
	since   time.Time // when it was first announced
	sunset  time.Time // from when on it may be gone; at least 180 days later
	instead string    // what to use instead, a sentence for people
	link    string    // where that is told at length: an address, or a path of this server
}

// deprecated marks a route, in its noun's file: the document, and each answer,
// say so. A property is marked by the tag deprecated:"true".
func deprecated(d deprecation) func(*operation) { return func(o *operation) { o.deprecation = &d } }

// lasts tells whether the route goes on for long enough.
func (d deprecation) lasts() bool { return d.sunset.Sub(d.since) >= deprecationLife }

// about is what the document says.
func (d deprecation) about() string {
	return "\n\n**Deprecated** since " + d.since.Format(time.DateOnly) + "; it may be gone from " + d.sunset.Format(time.DateOnly) + " on. " + d.instead
}

// announced adds the headers of RFC 9745 and RFC 8594 to each answer, refusals
// too.
func announced(d *deprecation, next http.Handler) http.Handler {
	if d == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Deprecation", "@"+strconv.FormatInt(d.since.Unix(), 10))
		h.Set("Sunset", d.sunset.Format(http.TimeFormat))
		h.Add("Link", "<"+d.link+`>; rel="deprecation"; type="text/html"`)
		next.ServeHTTP(w, r)
	})
}
