package apiserver_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/apiserver"
)

// documented is what the generated tests read of an operation: the document is
// made of routes.go, so a new route is in them without another word.
type documented struct {
	id, method, path string
	security         []map[string][]string
	permission       string
	params           []parameter
	body             *schema // nil: it takes none
}

type parameter struct {
	Name, In string
	Required bool
	Schema   schema
}

type schema struct {
	Ref        string `json:"$ref"`
	Type       any    // a name, or a list of names
	Format     string
	Enum       []any
	Examples   []any
	Items      *schema
	Required   []string
	Properties map[string]schema
	all        map[string]schema // of the document
}

func (s schema) is(kind string) bool {
	if list, ok := s.Type.([]any); ok {
		return slices.Contains(list, any(kind))
	}
	return s.Type == kind
}

func (s schema) resolved() schema {
	if s.Ref == "" {
		return s
	}
	return s.all[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]]
}

// sample is a value that fits: each text of a format is given by text, each
// optional property is there too.
func (s schema) sample(all map[string]schema, text func(at string, s schema) any, at string) any {
	s.all = all
	s = s.resolved()
	switch {
	case s.Properties != nil:
		out := map[string]any{}
		for name, property := range s.Properties {
			out[name] = property.sample(all, text, strings.TrimPrefix(at+"."+name, "."))
		}
		return out
	case s.is("array") && s.Items != nil && s.Items.Format == "uuid":
		return []any{s.Items.sample(all, text, at)}
	case s.is("string"):
		return text(at, s)
	case len(s.Examples) > 0:
		return s.Examples[0]
	}
	return nil
}

// spec is the document.
type spec struct {
	routes  []documented
	schemas map[string]schema
}

func readSpec(t *testing.T) spec {
	t.Helper()
	raw, err := apiserver.Document()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string
			Security    []map[string][]string
			Permission  string `json:"x-omnicrm-permission"`
			Parameters  []parameter
			RequestBody *struct {
				Content map[string]struct{ Schema schema }
			}
		}
		Components struct{ Schemas map[string]schema }
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	out := spec{schemas: doc.Components.Schemas}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(doc.Paths[path])) {
			o := doc.Paths[path][method]
			d := documented{
				id: o.OperationID, method: strings.ToUpper(method), path: path,
				security: o.Security, permission: o.Permission, params: o.Parameters,
			}
			if o.RequestBody != nil {
				body := o.RequestBody.Content["application/json"].Schema
				d.body = &body
			}
			out.routes = append(out.routes, d)
		}
	}
	return out
}

// example is a text that fits: the document's own example, or an enum's first.
func example(_ string, s schema) any {
	switch {
	case s.Format == "uuid":
		return uuid.NewString()
	case len(s.Enum) > 0:
		return s.Enum[0]
	case len(s.Examples) > 0:
		return s.Examples[0]
	}
	return ""
}

// bodyOf makes a body, or "" where the operation takes none.
func (s spec) bodyOf(t *testing.T, r documented, text func(at string, s schema) any) string {
	t.Helper()
	if r.body == nil {
		return ""
	}
	out, err := json.Marshal(r.body.sample(s.schemas, text, ""))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

var hole = regexp.MustCompile(`\{(\w+)\}`)

// fill puts values into a path; what is not given is a fresh id.
func fill(path string, values map[string]string) string {
	return hole.ReplaceAllStringFunc(path, func(name string) string {
		if v, ok := values[strings.Trim(name, "{}")]; ok {
			return url.PathEscape(v)
		}
		return uuid.NewString()
	})
}

func (r documented) inSub() bool { return strings.Contains(r.path, "{sub_account}") }

// ends tells of the operations that would sign their caller out: they are tested
// where sessions are.
func (r documented) ends() bool {
	return r.method == "DELETE" && (r.path == "/api/v1/session" || r.path == "/api/v1/sessions")
}

// listens tells of the operation that answers for as long as one listens.
func (r documented) listens() bool { return r.id == "stream-events" }
