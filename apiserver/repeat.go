package apiserver

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"maps"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/omnicrm/omnicrm/platform/idempotency"
)

// home is where a POST has its effect, and so where its idempotency key is kept.
type home int

const (
	never     home = iota // the route takes no key
	inTenant              // with the sub-account's data
	inControl             // in the control database
)

// keptHeaders are the headers of an answer that a repeat gets again.
var keptHeaders = []string{"Content-Type", "ETag", "Location"}

// repeatable answers a POST that came before under the same Idempotency-Key as
// it was answered then. The first time, the handler runs inside the transaction
// that stores its answer.
func (s *server) repeatable(at home) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			values, sent := r.Header["Idempotency-Key"]
			if !sent {
				next.ServeHTTP(w, r)
				return
			}
			body, err := rewindable(r.Body)
			if err != nil {
				writeProblem(w, r, errBody.Wrap(err))
				return
			}
			request, database, err := s.keyed(r, at, values[0], body)
			if err != nil {
				writeProblem(w, r, err)
				return
			}
			var fresh *heldAnswer
			a, replayed, err := s.Idempotency.Do(r.Context(), database, request, func(ctx context.Context) idempotency.Answer {
				fresh = newHeldAnswer(w.Header())
				again := r.WithContext(ctx)
				again.Body = body
				_, _ = body.Seek(0, io.SeekStart) // a file or memory: whoever reads it meets the error
				next.ServeHTTP(fresh, again)
				return fresh.kept()
			})
			switch {
			case err != nil:
				writeProblem(w, r, err)
			case replayed:
				replay(w, a)
			default:
				fresh.send(w)
			}
		})
	}
}

// body is one that can be read again.
type body interface {
	io.ReadCloser
	io.Seeker
}

type heldBody struct{ *bytes.Reader }

func (heldBody) Close() error { return nil }

// rewindable is a spooled body as it is, another one in memory.
func rewindable(r io.ReadCloser) (body, error) {
	if again, ok := r.(body); ok {
		return again, nil
	}
	all, err := io.ReadAll(r)
	return heldBody{bytes.NewReader(all)}, err
}

func (s *server) keyed(r *http.Request, at home, key string, content body) (idempotency.Request, idempotency.Database, error) {
	c := callOf(r.Context())
	sum := sha256.New()
	_, _ = io.WriteString(sum, r.Method+" "+r.URL.RequestURI()+"\n") // a hash never fails
	if _, err := io.Copy(sum, content); err != nil {
		return idempotency.Request{}, idempotency.Database{}, err
	}
	request := idempotency.Request{Principal: c.account(), Key: key, Fingerprint: sum.Sum(nil)}
	if at == inTenant {
		request.Tenant = c.tenant.SubAccount
		return request, idempotency.Tenant(s.Tenants), nil
	}
	request.Tenant = c.agency.ID
	return request, idempotency.Control(s.Control), nil
}

func replay(w http.ResponseWriter, a idempotency.Answer) {
	for name, value := range a.Header {
		w.Header().Set(name, value)
	}
	w.Header().Set("Idempotency-Replayed", "true")
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // the reader is gone; there is nobody to tell
}

// heldAnswer keeps an answer back until its transaction has committed.
type heldAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newHeldAnswer(so http.Header) *heldAnswer { return &heldAnswer{header: so.Clone()} }

// Header, WriteHeader and Write are http.ResponseWriter.
func (h *heldAnswer) Header() http.Header { return h.header }

func (h *heldAnswer) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

func (h *heldAnswer) Write(p []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(p)
}

func (h *heldAnswer) kept() idempotency.Answer {
	h.WriteHeader(http.StatusOK)
	out := idempotency.Answer{Status: h.status, Header: map[string]string{}, Body: h.body.Bytes()}
	for _, name := range keptHeaders {
		if value := h.header.Get(name); value != "" {
			out.Header[name] = value
		}
	}
	return out
}

func (h *heldAnswer) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), h.header)
	w.WriteHeader(h.status)
	_, _ = w.Write(h.body.Bytes()) // the reader is gone; there is nobody to tell
}

func idempotencyParameter() *huma.Param {
	least, most := 1, idempotency.MaxKey
	return &huma.Param{
		Name: "Idempotency-Key", In: "header",
		Description: "Makes the request safe to repeat for 24 hours: one of your own making, new for each intent.",
		Schema: &huma.Schema{
			Type: huma.TypeString, MinLength: &least, MaxLength: &most,
			Examples: []any{"7f0a4f0e-6a0d-4b0a-9f0e-2f1d6c1b8a11"},
		},
	}
}
