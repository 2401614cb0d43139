// Package fault is the one vocabulary of errors. A fault has a code, which a
// door turns into a status, a stable slug, which programs match on, and a
// message that is safe to show to whoever asked. Whatever has no fault is an
// internal error: it is logged in full and shown to nobody.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Code is the class of a fault.
type Code string

// The codes, with the HTTP status that the API server gives each.
const (
	Invalid         Code = "invalid"         // 422: the input breaks a rule; Fields say where
	Unauthenticated Code = "unauthenticated" // 401: nobody is signed in, or not as claimed
	Denied          Code = "denied"          // 403: known, but not allowed
	NotFound        Code = "not_found"       // 404: absent, or another tenant's
	Conflict        Code = "conflict"        // 409: the present state does not allow it
	Stale           Code = "stale"           // 412: somebody changed it meanwhile
	Throttled       Code = "throttled"       // 429: too often; RetryAfter says when
	Unavailable     Code = "unavailable"     // 503: a dependency is away; trying later may do
)

// Error is a fault. Treat it as a value: the builders return copies, so a
// fault declared once as a variable can be decorated by many goroutines.
type Error struct {
	Code       Code
	Slug       string         // stable, dotted, e.g. "contact.duplicate"
	Message    string         // safe to show
	Fields     []Field        // the inputs at fault, each with its mend
	Meta       map[string]any // further members of the problem document
	RetryAfter time.Duration  // for Throttled and Unavailable; zero is unknown

	cause error
}

// Field is an input that broke a rule. Path is where it stands in the request
// body, in the form "address.city" or "tags[0]".
type Field struct {
	Path    string
	Message string
	// Beside are further inputs that the rule goes by: where one of them can't be
	// read, nobody knows whether the rule is broken.
	Beside []string
}

// New makes a fault.
func New(code Code, slug, message string) *Error {
	return &Error{Code: code, Slug: slug, Message: message}
}

// Error gives the slug, the message, the fields and the cause: it is for logs.
func (e *Error) Error() string {
	s := e.Slug + ": " + e.Message
	for _, f := range e.Fields {
		s += fmt.Sprintf(" [%s: %s]", f.Path, f.Message)
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is holds two faults equal by slug, so errors.Is works against a variable.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Slug == e.Slug
}

// With adds members to the problem document, as key, value pairs.
func (e *Error) With(pairs ...any) *Error {
	c := e.clone()
	for i := 0; i+1 < len(pairs); i += 2 {
		if key, ok := pairs[i].(string); ok {
			c.Meta[key] = pairs[i+1]
		}
	}
	return c
}

// Wrap keeps the cause for the log.
func (e *Error) Wrap(cause error) *Error {
	c := e.clone()
	c.cause = cause
	return c
}

// At adds a field at fault; beside is Field.Beside.
func (e *Error) At(path, message string, beside ...string) *Error {
	c := e.clone()
	c.Fields = append(c.Fields, Field{Path: path, Message: message, Beside: beside})
	return c
}

// After says when a retry may succeed.
func (e *Error) After(d time.Duration) *Error {
	c := e.clone()
	c.RetryAfter = d
	return c
}

func (e *Error) clone() *Error {
	c := *e
	c.Meta = make(map[string]any, len(e.Meta)+1)
	for k, v := range e.Meta {
		c.Meta[k] = v
	}
	c.Fields = append([]Field(nil), e.Fields...)
	return &c
}

// As finds the fault in a chain of errors.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// CodeOf gives the code of the fault in a chain of errors.
func CodeOf(err error) (Code, bool) {
	if e, ok := As(err); ok {
		return e.Code, true
	}
	return "", false
}

// Is tells whether a chain of errors holds a fault of this code.
func Is(err error, code Code) bool {
	c, ok := CodeOf(err)
	return ok && c == code
}

// Checks collects every broken rule of an input, so that a person mends all of
// them at once. The zero value is ready.
type Checks struct {
	fields []Field
	sole   *Error // the fault that all the fields are of, if one was taken over whole
}

// Check records a broken rule unless ok.
func (c *Checks) Check(ok bool, path, message string) {
	if !ok {
		c.fields = append(c.fields, Field{Path: path, Message: message})
	}
}

// CheckBeside is Check for a rule that goes by other inputs too: Field.Beside.
func (c *Checks) CheckBeside(ok bool, path, message string, beside ...string) {
	if !ok {
		c.fields = append(c.fields, Field{Path: path, Message: message, Beside: beside})
	}
}

// Whole takes err over, as Merge does; where nothing else is at fault, Err gives
// it back as it is, with its own slug.
func (c *Checks) Whole(err error) {
	e, ok := As(err)
	if !ok {
		return
	}
	if len(c.fields) == 0 {
		c.sole = e
	}
	c.Merge("", e)
}

// Merge takes over the fields of err, if it is a fault with fields, below the
// given path ("" is the root).
func (c *Checks) Merge(path string, err error) {
	e, ok := As(err)
	if !ok {
		return
	}
	for _, f := range e.Fields {
		c.fields = append(c.fields, f.Below(path))
	}
}

// Below is the field as it is named where what it belongs to stands at path (""
// is the root).
func (f Field) Below(path string) Field {
	below := func(inner string) string {
		switch {
		case inner == "":
			return path
		case path == "":
			return inner
		}
		return path + "." + inner
	}
	out := Field{Path: below(f.Path), Message: f.Message}
	for _, other := range f.Beside {
		out.Beside = append(out.Beside, below(other))
	}
	return out
}

// Join is all that several checks of one input refused: the first error that is
// not Invalid, else the first one with the fields of all, else nil.
func Join(errs ...error) error {
	var all *Error
	for _, err := range errs {
		e, ok := As(err)
		switch {
		case err == nil:
		case !ok || e.Code != Invalid:
			return err
		case all == nil:
			all = e
		default:
			all = all.clone()
			all.Fields = append(all.Fields, e.Fields...)
		}
	}
	if all == nil {
		return nil
	}
	return all
}

// Err is an Invalid fault with all fields, or nil when every rule held.
func (c *Checks) Err(slug string) error {
	if len(c.fields) == 0 {
		return nil
	}
	if c.sole != nil && len(c.sole.Fields) == len(c.fields) {
		return c.sole
	}
	e := New(Invalid, slug, "Some fields need mending.")
	e.Fields = c.fields
	return e
}
