package apiserver

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const (
	maxBody        = 1 << 20 // 1 MiB
	handlerTimeout = 20 * time.Second
	readGrace      = 5 * time.Second
	writeTimeout   = time.Minute
)

var (
	errTooSlow = fault.New(fault.Unavailable, "request.timeout", "That took too long. Try again shortly.")
	errBody    = fault.New(fault.Invalid, "request.body_unreadable", "The body broke off before its end. Send it again.")
	errNobody  = fault.New(fault.Unauthenticated, "session.required", "Sign in first, or send a valid API key.")
	errPeople  = fault.New(fault.Denied, "permission.person_required", "This is for people who are signed in; a program can't do it.")
	errForeign = fault.New(fault.Unauthenticated, "session.foreign", "You are signed in at another agency's address. Use that one.")
	errID      = fault.New(fault.Invalid, "request.invalid", invalidMessage)
)

// guard puts a route's own middleware in order: whose host it is, who calls,
// how often, and whether they may; then how long it may take and what it may
// hold; then whether it is a repeat.
func (s *server) guard(r route, handle http.Handler) http.Handler {
	chain := []func(http.Handler) http.Handler{s.atHost, s.sameOrigin, noStore, legible}
	if r.needs.who != anyone {
		chain = append(chain, s.authenticated(r))
	}
	chain = append(chain, s.rated)
	if r.needs.permission != "" {
		chain = append(chain, s.authorized(r))
	}
	switch {
	case r.upload > 0:
		chain = append(chain, spooled(r.upload), timed)
	case !r.stream:
		chain = append(chain, timed, bodied)
		if (r.method == get || r.reads) && r.inSubAccount() {
			chain = append(chain, s.positioned)
		}
	case r.method == post:
		chain = append(chain, bodied)
	}
	if r.once != never {
		chain = append(chain, s.repeatable(r.once))
	}
	for _, wrap := range slices.Backward(chain) {
		handle = wrap(handle)
	}
	return handle
}

// atHost finds the agency of the request's host.
func (s *server) atHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agency, err := s.Directory.AgencyByHost(r.Context(), r.Host)
		if err != nil {
			writeProblem(w, r, err)
			return
		}
		callOf(r.Context()).agency = agency
		next.ServeHTTP(w, r)
	})
}

func noStore(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// legible refuses parameters that no text of ours could equal, before they reach
// a database that can't take them, and those that would be left out or of which one
// would be taken: no list is asked for without the filter that somebody meant.
func legible(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			writeProblem(w, r, errID.At("query", "The query can't be read: write percent signs as %25 and semicolons as %3B."))
			return
		}
		for name, values := range query {
			if len(values) > 1 {
				writeProblem(w, r, errID.At(strings.ToValidUTF8(name, "?"), "Give it once."))
				return
			}
			for _, value := range values {
				if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
					writeProblem(w, r, errID.At(strings.ToValidUTF8(name, "?"), "It must be text in UTF-8, without the character U+0000."))
					return
				}
			}
		}
		next.ServeHTTP(w, r)
	})
}

// authenticated finds out who calls, and refuses what is not for them whatever
// their permissions.
func (s *server) authenticated(route route) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c := callOf(r.Context())
			c.token = tokenOf(r)
			p, err := s.principal(r.Context(), c)
			if err == nil {
				c.principal = p
				err = s.admitted(route, p)
			}
			if err != nil {
				s.refuse(w, r, err)
				return
			}
			next.ServeHTTP(w, r.WithContext(tenancy.WithActor(r.Context(), p.Actor)))
		})
	}
}

// admitted refuses keys where a person has to call, and who is taken for
// somebody else what is that person's own, or a change where they only look.
func (s *server) admitted(r route, p access.Principal) error {
	switch {
	case r.needs.who == person && p.IsProgram():
		return errPeople
	case r.needs.acting:
		return nil
	}
	return p.Allows(r.method != get && !r.reads, r.needs.permission == "" && r.needs.who == person)
}

// principal is who holds the call's token, at this host's agency.
func (s *server) principal(ctx context.Context, c *call) (access.Principal, error) {
	if c.token == "" {
		return access.Principal{}, errNobody
	}
	p, err := s.Access.Authenticate(ctx, c.token)
	if err != nil {
		return access.Principal{}, err
	}
	if p.Agency != c.agency.ID {
		return access.Principal{}, errForeign
	}
	p.Actor.IP, p.Actor.RequestID, p.Actor.UserAgent = c.ip.String(), c.id, shortened(c.userAgent)
	return p, nil
}

// shortened keeps what tells one program from another.
func shortened(userAgent string) string {
	const most = 200
	if len(userAgent) > most {
		userAgent = userAgent[:most]
	}
	return strings.ToValidUTF8(strings.ReplaceAll(userAgent, "\x00", ""), "")
}

// tokenOf reads the key of the header or the session of the cookie.
func tokenOf(r *http.Request) string {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return ""
		}
		return strings.TrimSpace(token)
	}
	if cookie, err := r.Cookie(cookieName); err == nil {
		return cookie.Value
	}
	return ""
}

// authorized checks the permission and, where the path names a sub-account,
// opens it to what follows, as far as the caller's role reaches.
func (s *server) authorized(route route) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, err := s.open(r.Context(), route, r.PathValue("sub_account"))
			if err != nil {
				s.refuse(w, r, err)
				return
			}
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

func (s *server) open(ctx context.Context, r route, subAccount string) (context.Context, error) {
	c, permission := callOf(ctx), access.Permission(r.needs.permission)
	if !r.inSubAccount() {
		return ctx, s.Access.AuthorizeAgency(c.principal, permission)
	}
	id, err := uuid.Parse(subAccount)
	if err != nil {
		return ctx, errID.At("sub_account", "It must be an id, like 01920e5c-7f3a-7c1e-9d59-0242ac120002.")
	}
	tenant, err := s.Access.Authorize(ctx, c.principal, permission, id)
	if err != nil {
		return ctx, err
	}
	c.tenant = tenant
	return tenancy.WithReach(tenancy.WithTenant(ctx, tenant), c.principal.Reach(id)), nil
}

// timed ends what takes too long.
func timed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), handlerTimeout)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// bodied reads the whole body, within its limit, so that a repeat can be told
// from another request and nothing is done for half a body.
func bodied(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := readBody(w, r)
		if err != nil {
			writeProblem(w, r, err)
			return
		}
		callOf(r.Context()).body = body
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, tooLarge()
	}
	if err != nil {
		return nil, errBody.Wrap(err)
	}
	return body, nil
}
