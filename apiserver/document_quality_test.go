package apiserver_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/omnicrm/omnicrm/apiserver"
)

// TestTheDocumentExplainsEverything holds each operation and each field to
// having words and an example: the reference is made of nothing else.
func TestTheDocumentExplainsEverything(t *testing.T) {
	t.Parallel()
	raw, err := apiserver.Document()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID, Summary, Description string
			Tags                              []string
			Responses                         map[string]any
			Parameters                        []struct {
				Name, Description string
				Schema            field
			}
		}
		Components struct {
			Schemas map[string]struct{ Properties map[string]field }
		}
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("it is OpenAPI %s", doc.OpenAPI)
	}
	seen := map[string]bool{}
	for path, item := range doc.Paths {
		for method, o := range item {
			if o.OperationID == "" || seen[o.OperationID] || o.Summary == "" || o.Description == "" || len(o.Tags) != 1 || o.Responses["500"] == nil {
				t.Errorf("%s %s is not explained: %+v", method, path, o)
			}
			seen[o.OperationID] = true
			for _, p := range o.Parameters {
				if p.Description == "" || len(p.Schema.Examples) == 0 {
					t.Errorf("%s %s: the parameter %s has no words or no example", method, path, p.Name)
				}
			}
		}
	}
	for name, schema := range doc.Components.Schemas {
		for property, f := range schema.Properties {
			nested := f.Ref != "" || f.Items != nil && f.Items.Ref != ""
			if f.Description == "" || !nested && len(f.Examples) == 0 {
				t.Errorf("%s.%s has no words or no example", name, property)
			}
		}
	}
}

type field struct {
	Ref         string `json:"$ref"`
	Description string
	Examples    []any
	Items       *field
}

// TestTheDocumentIsSound has an independent reader resolve every reference.
func TestTheDocumentIsSound(t *testing.T) {
	t.Parallel()
	raw, err := apiserver.Document()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		t.Fatal(err)
	}
	// The reader knows 3.0: examples and type lists are beyond it.
	for path := range doc.Paths.Map() {
		if !strings.HasPrefix(path, "/api/v1/") {
			t.Errorf("%s is not under /api/v1", path)
		}
	}
}
