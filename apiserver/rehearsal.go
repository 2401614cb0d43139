package apiserver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// What the schema refuses is known before the operation begins, what the business
// refuses only in it. So that one answer tells both, an operation that is marked
// rehearsed runs for a request that the schema refuses as well: with what could be
// read of it, under db.Rehearse, where nothing commits. Whatever its verb finds
// invalid joins the schema's errors; any other outcome tells nothing.

// rehearsed marks an operation all of whose effects are transactions, or ask
// db.Rehearsed first.
func rehearsed(o *operation) { o.rehearsed = true }

const (
	// maxRehearsed schema errors: who makes more has no typing error to mend.
	maxRehearsed = 200
	// maxErrorPath of one of them, in bytes; a path as long holds a name that is none of ours.
	maxErrorPath = 1000
)

// besides adds to what the schema refuses what the operation would.
func besides(ctx huma.Context, p *Problem, errs []error) {
	r, _ := ctx.Operation().Metadata["route"].(route)
	if !r.rehearsed || len(p.Errors) > maxRehearsed {
		return
	}
	c := callOf(ctx.Context())
	body, lost, ok := readableOf(c.body, p.Errors, errs)
	if !ok {
		return
	}
	err := r.rehearse(ctx.Context(), ctx, body)
	f, invalid := fault.As(err)
	switch {
	case invalid && f.Code == fault.Invalid:
		for _, field := range f.Fields {
			if !lost.hides(field) {
				p.Errors = append(p.Errors, ProblemField{Path: field.Path, Message: field.Message})
			}
		}
		inOrder(p.Errors)
	case err != nil && !invalid && !errors.Is(err, db.ErrRehearsed) && ctx.Context().Err() == nil:
		c.log.LogAttrs(ctx.Context(), slog.LevelError, "a rehearsal failed", slog.String("request_id", c.id),
			slog.String("route", c.pattern), slog.Any("error", err))
	}
}

// rehearsal is an operation's handler for what could be read of a request.
func rehearsal[I, O any](handle func(context.Context, *I) (*O, error)) func(context.Context, huma.Context, []byte) error {
	return func(ctx context.Context, request huma.Context, body []byte) error {
		in := new(I)
		if !reread(reflect.ValueOf(in).Elem(), request, body) {
			return nil
		}
		_, err := matched(db.Rehearse(ctx), in, handle)
		return err
	}
}

// matched runs a handler. Where it refuses the precondition as it is written,
// what it would refuse besides is told with it.
func matched[I, O any](ctx context.Context, in *I, handle func(context.Context, *I) (*O, error)) (*O, error) {
	out, err := handle(ctx, in)
	f, ok := fault.As(err)
	if !ok || f.Code != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Path != "If-Match" {
		return out, err
	}
	if header := reflect.ValueOf(in).Elem().FieldByName("IfMatch"); header.IsValid() {
		header.SetZero()
		_, again := handle(db.Rehearse(ctx), in)
		return nil, withRefusals(f, again)
	}
	return out, err
}

// withRefusals adds what another check of the same input found invalid.
func withRefusals(refused, again error) error {
	if !fault.Is(again, fault.Invalid) {
		return refused
	}
	return fault.Join(refused, again)
}

// reread fills an operation's input again; false where something in it can't be read.
func reread(in reflect.Value, request huma.Context, body []byte) bool {
	for i := range in.NumField() {
		field, value := in.Type().Field(i), in.Field(i)
		path, header := field.Tag.Get("path"), field.Tag.Get("header")
		ok := false
		switch {
		case field.Name == "Body":
			ok = json.Unmarshal(body, value.Addr().Interface()) == nil
		case field.Anonymous:
			ok = reread(value, request, body)
		case path != "":
			ok = parameter(value, request.Param(path))
		case header != "":
			ok = parameter(value, request.Header(header))
		}
		if !ok {
			return false
		}
	}
	return true
}

func parameter(to reflect.Value, text string) bool {
	switch to := to.Addr().Interface().(type) {
	case *string:
		*to = text
		return true
	case *uuid.UUID:
		return to.UnmarshalText([]byte(text)) == nil
	}
	return false
}

// lost is what of a request could not be read.
type lost struct {
	at    map[string]bool // where it stands
	above map[string]bool // what it stands in
	names []string        // where a name stands that no reader looks at: one that is misspelt, perhaps
}

// hides tells whether a rule of the business says nothing new, or nothing that is
// known: about what could not be read, or was sent under a misspelt name; about what
// is in it, a whole of which it is a part, or something that goes by it.
func (l lost) hides(f fault.Field) bool {
	for _, path := range append([]string{f.Path}, f.Beside...) {
		if l.above[path] || l.at[path] || slices.ContainsFunc(l.names, func(name string) bool { return misspelt(name, path) }) {
			return true
		}
		for whole := range wholes(path) {
			if l.at[whole] {
				return true
			}
		}
	}
	return false
}

// readableOf gives the body without what the schema refused in it. False where
// nothing of it can be read, or where the path names no record.
func readableOf(raw []byte, refused []ProblemField, errs []error) (body []byte, l lost, ok bool) {
	var tree any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // a number stays as it was written
	if err := d.Decode(&tree); err != nil {
		return nil, l, false
	}
	strange := map[string]bool{} // names that no reader looks at
	for _, err := range errs {
		var detail *huma.ErrorDetail
		if !errors.As(err, &detail) || strings.HasPrefix(detail.Location, "path.") {
			return nil, l, false
		}
		if detail.Message == validation.MsgUnexpectedProperty {
			strange[fieldOf(err).Path] = true
		}
	}
	l = lost{at: map[string]bool{}, above: map[string]bool{}}
	for _, field := range refused {
		if field.Path == "" || len(field.Path) > maxErrorPath {
			return nil, l, false
		}
		at := field.Path
		if whole, found := cut(tree, at); found == itsList {
			return nil, l, false // the body is a list
		} else if found == itself {
			at = whole
		}
		l.at[field.Path], l.at[at] = true, true
		if strange[field.Path] {
			l.names = append(l.names, field.Path)
			continue
		}
		for whole := range wholes(at) {
			l.above[whole] = true
		}
	}
	body, err := json.Marshal(tree)
	return body, l, err == nil
}

type found int

const (
	nothing found = iota
	itself
	itsList
)

// cut takes out of a JSON value what stands at a path below it, and gives the
// path of what went: an item takes its list with it, since the places of the
// others would not be theirs any more.
func cut(node any, path string) (string, found) {
	switch node := node.(type) {
	case map[string]any:
		return cutProperty(node, path)
	case []any:
		digits, rest, closed := strings.Cut(strings.TrimPrefix(path, "["), "]")
		i, err := strconv.Atoi(digits)
		if !strings.HasPrefix(path, "[") || !closed || err != nil || i < 0 || i >= len(node) {
			return "", nothing
		}
		if rest == "" {
			return "", itsList
		}
		inner, is := cut(node[i], strings.TrimPrefix(rest, "."))
		if is == itself {
			return path[:len(path)-len(strings.TrimPrefix(rest, "."))] + inner, itself
		}
		return "", is // a list in a list goes with the outer one
	}
	return "", nothing
}

// cutProperty tries each name that the path may begin with: names may hold points.
func cutProperty(node map[string]any, path string) (string, found) {
	if _, there := node[path]; there {
		delete(node, path)
		return path, itself
	}
	for i := range len(path) {
		if path[i] != '.' && path[i] != '[' {
			continue
		}
		child, there := node[path[:i]]
		if !there {
			continue
		}
		rest := strings.TrimPrefix(path[i:], ".")
		switch inner, is := cut(child, rest); is {
		case itself:
			return path[:len(path)-len(rest)] + inner, itself
		case itsList:
			delete(node, path[:i])
			return path[:i], itself
		}
	}
	return "", nothing
}
