package apiserver

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// List is a page of items.
type List[T any] struct {
	Items      []T    `json:"items" doc:"The page, in the order asked for."`
	NextCursor string `json:"next_cursor,omitempty" doc:"Give it as cursor to get the next page; absent on the last one." example:"eyJzIjoiM3EyIn0"`
	Total      *int   `json:"total,omitempty" doc:"How many there are over all pages, where that is known." example:"1280"`
}

// listOf converts the items of a page.
func listOf[A, B any](items []A, next string, convert func(A) B) List[B] {
	out := List[B]{Items: make([]B, 0, len(items)), NextCursor: next}
	for _, item := range items {
		out.Items = append(out.Items, convert(item))
	}
	return out
}

// Paging are the query parameters of every list.
type Paging struct {
	Cursor string `query:"cursor" doc:"next_cursor of the page before." example:"eyJzIjoiM3EyIn0" maxLength:"1024"`
	Limit  int    `query:"limit" doc:"How many at most." default:"50" minimum:"1" maximum:"100" example:"50"`
}

// InSub names the sub-account. The middleware has resolved it already and put
// the tenant in the context; it stands here for the document.
type InSub struct {
	SubAccount uuid.UUID `path:"sub_account" format:"uuid" doc:"The sub-account's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120002"`
}

// Precondition is the precondition of an edit.
type Precondition struct {
	IfMatch string `header:"If-Match" doc:"The ETag that you last saw. If somebody changed the thing meanwhile, the answer is 412 and nothing happens. Without it, the last writer wins." example:"\"3\""`
}

// version reads the precondition; zero is "whatever is there".
func (m Precondition) version() (int64, error) {
	if m.IfMatch == "" || m.IfMatch == "*" {
		return 0, nil
	}
	n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimPrefix(m.IfMatch, `"`), `"`), 10, 64)
	if err != nil || n < 1 || m.IfMatch != etag(n) {
		return 0, fault.New(fault.Invalid, "request.invalid", invalidMessage).
			At("If-Match", `Send the ETag as you got it, quotes included, like "3".`)
	}
	return n, nil
}

// opaque reads the precondition of a thing whose version is no number; empty is
// "whatever is there".
func (m Precondition) opaque() (string, error) {
	if m.IfMatch == "" || m.IfMatch == "*" {
		return "", nil
	}
	version := strings.TrimSuffix(strings.TrimPrefix(m.IfMatch, `"`), `"`)
	if version == "" || m.IfMatch != opaqueETag(version) {
		return "", fault.New(fault.Invalid, "request.invalid", invalidMessage).
			At("If-Match", `Send the ETag as you got it, quotes included.`)
	}
	return version, nil
}

func opaqueETag(version string) string { return `"` + version + `"` }

// etag is the validator of a version (RFC 9110, section 8.8.3).
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// optional is a property that may be absent, or null, which empties it.
type optional[T any] struct {
	Set   bool // it was there
	Null  bool // as null
	Value T
}

// UnmarshalJSON is called only when the property is there.
func (o *optional[T]) UnmarshalJSON(data []byte) error {
	o.Set = true
	if bytes.Equal(data, []byte("null")) {
		o.Null = true
		return nil
	}
	return json.Unmarshal(data, &o.Value)
}

// IsZero lets omitzero leave it out.
func (o optional[T]) IsZero() bool { return !o.Set }

// Schema is that of the value, or null. An object stands where it is used: a
// reference can't be null.
func (optional[T]) Schema(r huma.Registry) *huma.Schema {
	t := reflect.TypeFor[T]()
	s := *r.Schema(t, t.Kind() != reflect.Struct, "")
	s.Nullable = true
	return &s
}

// pointer gives the value if it was there: what the modules' inputs take.
func (o optional[T]) pointer() *T {
	if !o.Set {
		return nil
	}
	return &o.Value
}

// nullable turns an optional id into what the modules take.
func nullable(o optional[uuid.UUID]) uuid.NullUUID {
	return uuid.NullUUID{UUID: o.Value, Valid: o.Set && !o.Null}
}

// idPointer is null on the wire when there is none.
func idPointer(id uuid.NullUUID) *uuid.UUID {
	if !id.Valid {
		return nil
	}
	return &id.UUID
}

// schemaName names a wire type in the document: its Go name, and ContactList
// for List[Contact].
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	if item, ok := strings.CutPrefix(name, "List"); ok && strings.HasPrefix(t.Name(), "List[") {
		return item + "List"
	}
	return name
}

// texts and named convert between lists of named strings and plain ones.
func texts[T ~string](in []T) []string {
	out := make([]string, 0, len(in))
	for _, s := range in {
		out = append(out, string(s))
	}
	return out
}

func named[T ~string](in []string) []T {
	out := make([]T, 0, len(in))
	for _, s := range in {
		out = append(out, T(s))
	}
	return out
}
