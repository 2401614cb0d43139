package apiserver

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// Problem is what every answer that is no success looks like (RFC 9457).
// Further members belong to the code: they are named where the code is.
type Problem struct {
	Type      string         `json:"type" doc:"Always about:blank: the code tells what went wrong." example:"about:blank"`
	Title     string         `json:"title" doc:"The status in words." example:"Unprocessable Entity"`
	Status    int            `json:"status" doc:"The HTTP status." example:"422"`
	Detail    string         `json:"detail" doc:"What went wrong and what to do, for people." example:"Some fields need mending."`
	Code      string         `json:"code" doc:"What went wrong, for programs; it never changes." example:"contact.invalid"`
	Errors    []ProblemField `json:"errors,omitempty" doc:"The inputs at fault, all at once, each with its mend, in the order of their paths."`
	RequestID string         `json:"request_id,omitempty" doc:"Names this request in the logs." example:"01920e5c-7f3a-7c1e-9d59-0242ac120009"`

	_       struct{}       `additionalProperties:"true"`
	meta    map[string]any // further members
	headers http.Header
}

// ProblemField is an input at fault.
type ProblemField struct {
	Path    string `json:"path" doc:"Where it stands, like phone or tags[0]; a parameter's or a header's name." example:"phone"`
	Message string `json:"message" doc:"What to mend." example:"Write it with its country, like +14155550123."`
}

// Error, GetStatus, GetHeaders and ContentType are what huma asks of an error.
func (p *Problem) Error() string               { return p.Code + ": " + p.Detail }
func (p *Problem) GetStatus() int              { return p.Status }
func (p *Problem) GetHeaders() http.Header     { return p.headers }
func (p *Problem) ContentType(_ string) string { return "application/problem+json" }

// MarshalJSON writes the further members beside the usual ones.
func (p *Problem) MarshalJSON() ([]byte, error) {
	all := make(map[string]any, len(p.meta)+7)
	for k, v := range p.meta {
		all[k] = v
	}
	all["type"], all["title"], all["status"], all["detail"], all["code"] = p.Type, p.Title, p.Status, p.Detail, p.Code
	if len(p.Errors) > 0 {
		all["errors"] = p.Errors
	}
	if p.RequestID != "" {
		all["request_id"] = p.RequestID
	}
	return json.Marshal(all)
}

// statuses is the one place where a code becomes a status.
var statuses = map[fault.Code]int{
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Denied:          http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Stale:           http.StatusPreconditionFailed,
	fault.Throttled:       http.StatusTooManyRequests,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

const (
	invalidMessage  = "Some fields need mending."
	internalMessage = "Something went wrong on our side. It has been noted."
)

// problemOf turns any error into a problem. What is no fault is an internal
// error: it is logged with the request's id and shown to nobody.
func problemOf(ctx context.Context, err error) *Problem {
	c := callOf(ctx)
	var made *Problem
	if errors.As(err, &made) {
		made.RequestID = c.id
		return made
	}
	f, ok := fault.As(err)
	if !ok && ctx.Err() != nil {
		f, ok = errTooSlow.Wrap(err), true
	}
	if !ok {
		c.log.LogAttrs(ctx, slog.LevelError, "internal error", slog.String("request_id", c.id),
			slog.String("route", c.pattern), slog.Any("error", err))
		return newProblem(http.StatusInternalServerError, "internal", internalMessage).of(c)
	}
	if f.Code == fault.Unavailable {
		c.log.LogAttrs(ctx, slog.LevelWarn, "a dependency is away", slog.String("request_id", c.id),
			slog.String("route", c.pattern), slog.Any("error", err))
	}
	return fromFault(f).of(c)
}

func fromFault(f *fault.Error) *Problem {
	status, known := statuses[f.Code]
	if !known {
		status = http.StatusInternalServerError
	}
	p := newProblem(status, f.Slug, f.Message)
	p.meta = f.Meta
	for _, field := range f.Fields {
		p.Errors = append(p.Errors, ProblemField{Path: field.Path, Message: field.Message})
	}
	inOrder(p.Errors)
	if f.RetryAfter > 0 {
		p.headers.Set("Retry-After", seconds(f.RetryAfter))
	}
	if status == http.StatusUnauthorized {
		p.headers.Set("WWW-Authenticate", `Bearer realm="omnicrm"`) // RFC 9110, section 11.6.1
	}
	return p
}

func newProblem(status int, code, detail string) *Problem {
	return &Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail, Code: code, headers: http.Header{},
	}
}

func (p *Problem) of(c *call) *Problem {
	p.RequestID = c.id
	return p
}

// seconds rounds up: who comes back on time is let in.
func seconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }

// writeProblem answers an error outside of huma.
func writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(r.Context(), err)
	for k, values := range p.headers {
		w.Header()[k] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the reader is gone; there is nobody to tell
}

// install makes huma speak in problems. Its hooks are package variables, so
// this runs once, whatever the number of servers in the process.
var install = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false // our lists are never null
	huma.ValidateStrictCasing = true  // "Phone" is not "phone": it is refused by name
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return fromHuma(status, message, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		p := fromHuma(status, message, errs)
		if p.Status == http.StatusInternalServerError {
			return problemOf(ctx.Context(), errors.Join(append(errs, errors.New(message))...))
		}
		if status == http.StatusUnprocessableEntity {
			besides(ctx, p, errs)
		}
		return p.of(callOf(ctx.Context()))
	}
})

// fromHuma puts huma's own refusals into our words.
func fromHuma(status int, message string, errs []error) *Problem {
	var large *http.MaxBytesError
	if errors.As(errors.Join(errs...), &large) || status == http.StatusRequestEntityTooLarge {
		return tooLarge()
	}
	switch status {
	case http.StatusUnsupportedMediaType:
		return newProblem(status, "request.media_type", "Send JSON, with the header Content-Type: application/json.")
	case http.StatusBadRequest:
		if len(errs) == 0 {
			return newProblem(status, "request.body_missing", "This request needs a JSON body.")
		}
		return newProblem(status, "request.malformed", "The body is not JSON that can be read: "+plain(errs[0])+".")
	case http.StatusUnprocessableEntity:
		p := newProblem(status, "request.invalid", invalidMessage)
		for _, err := range errs {
			p.Errors = append(p.Errors, fieldOf(err))
		}
		inOrder(p.Errors)
		return p
	}
	return newProblem(status, "http."+strconv.Itoa(status), message)
}

func plain(err error) string {
	var detail *huma.ErrorDetail
	if errors.As(err, &detail) {
		return strings.TrimSuffix(detail.Message, ".")
	}
	return strings.TrimSuffix(err.Error(), ".")
}

func tooLarge() *Problem {
	p := newProblem(http.StatusRequestEntityTooLarge, "request.too_large", "The body is too large: at most 1 MiB.")
	p.meta = map[string]any{"limit": maxBody}
	return p
}
