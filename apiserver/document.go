package apiserver

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"
)

//go:generate go test -run TestCommittedDocumentIsWhatTheCodeSays . -update

// Document is the OpenAPI 3.1 description of the API, indented, with a final
// newline: the content of openapi.json.
func Document() ([]byte, error) {
	s := &server{Options: Options{}}
	api := s.api(chi.NewRouter())
	return encodeDocument(api.OpenAPI())
}

func encodeDocument(d *huma.OpenAPI) ([]byte, error) {
	raw, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

const about = "The API of OmniCRM.\n\n" +
	"**Who calls.** A person by the session's cookie, or a program by `Authorization: Bearer omni_…`, or an app for a person by an access token of OAuth 2.1 (`Bearer omat_…`). The host of the request decides the agency, " +
	"the path the sub-account; what isn't yours to see answers 404.\n\n" +
	"**Errors** are problem documents (RFC 9457) with a stable `code`, and in `errors` each input at fault with its mend.\n\n" +
	"**Lists** come in pages: give `next_cursor` as `cursor` until it is absent.\n\n" +
	"**Safe repeats.** A POST with an `Idempotency-Key` happens once: the same key within 24 hours gives the first answer again, " +
	"with `Idempotency-Replayed: true`. The key is stored in the transaction of the effect. Signing in and accepting an invitation take none.\n\n" +
	"**Lost updates.** An edit with `If-Match` answers 412 if somebody changed the thing meanwhile.\n\n" +
	"**Rates.** `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` tell where you stand; 429 comes with `Retry-After`."

// config is huma's, without its own documentation routes and links.
func config(groups []group) huma.Config {
	c := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "OmniCRM", Version: "1", Description: about,
				License: &huma.License{Name: "Apache 2.0", Identifier: "Apache-2.0"},
			},
			Servers: []*huma.Server{{URL: "/", Description: "The agency's own host."}},
			Components: &huma.Components{
				Schemas:   huma.NewMapRegistry("#/components/schemas/", schemaName),
				Responses: failureResponses(),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"session": {Type: "apiKey", In: "cookie", Name: cookieName, Description: "A signed-in person."},
					"key":     {Type: "http", Scheme: "bearer", BearerFormat: "omni_…", Description: "An API key, or an access token of OAuth 2.1."},
				},
			},
		},
		Formats:                      map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	}
	for _, g := range groups {
		c.Tags = append(c.Tags, &huma.Tag{Name: g.tag, Description: g.about})
	}
	return c
}

// api registers every route on the router.
func (s *server) api(router chi.Router) huma.API {
	install()
	groups := s.routes()
	api := huma.NewAPI(config(groups), adapter{router: router, guard: s.guard})
	api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	for _, g := range groups {
		for _, r := range g.routes {
			r.mount(api, g.tag)
		}
	}
	return api
}

type documentOutput struct {
	Body json.RawMessage `nullable:"false"`
}

func (s *server) getDocument() operation {
	return op("get-openapi", "Read this document", "The OpenAPI 3.1 document of the API. The page /api/docs shows it.",
		func(context.Context, *struct{}) (*documentOutput, error) {
			return &documentOutput{Body: s.document}, nil
		})
}
