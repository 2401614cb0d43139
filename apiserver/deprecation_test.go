package apiserver

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"
)

type oldInput struct {
	Old string `query:"old" deprecated:"true" doc:"What it was called." example:"a"`
}

type oldOutput struct {
	Body struct {
		Name string `json:"name" doc:"What it is called." example:"a"`
		Old  string `json:"old" deprecated:"true" doc:"What it was called." example:"a"`
	}
}

func day(t *testing.T, date string) time.Time {
	t.Helper()
	out, err := time.Parse(time.DateOnly, date)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhatIsDeprecatedSaysSo(t *testing.T) {
	t.Parallel()
	install()
	answer := func(context.Context, *oldInput) (*oldOutput, error) { return &oldOutput{}, nil }
	refuse := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "" {
				writeProblem(w, r, errNobody)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
	router := chi.NewRouter()
	api := huma.NewAPI(config(nil), adapter{router: router, guard: func(_ route, h http.Handler) http.Handler { return refuse(h) }})
	end := deprecated(deprecation{
		since: day(t, "2026-03-01"), sunset: day(t, "2026-09-01"), instead: "Read /api/v1/new.", link: "/api/docs/#new",
	})
	for _, r := range []route{
		{get, v1 + "/old", known, op("get-old", "Read it", "As it was.", answer, end)},
		{get, v1 + "/new", known, op("get-new", "Read it", "As it is.", answer)},
	} {
		r.mount(api, "Test")
	}
	for path, want := range map[string][3]string{
		"/old": {"@1772323200", "Tue, 01 Sep 2026 00:00:00 GMT", `</api/docs/#new>; rel="deprecation"; type="text/html"`},
		"/new": {},
	} {
		for _, key := range []string{"", "Bearer x"} {
			w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, v1+path, nil)
			r.Header.Set("Authorization", key)
			router.ServeHTTP(w, r)
			got := [3]string{w.Header().Get("Deprecation"), w.Header().Get("Sunset"), w.Header().Get("Link")}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s answers %d with (-want +got):\n%s", path, w.Code, diff)
			}
		}
	}
	doc := api.OpenAPI()
	old, present := doc.Paths[v1+"/old"].Get, doc.Paths[v1+"/new"].Get
	if !old.Deprecated || !strings.Contains(old.Description, "may be gone from 2026-09-01 on. Read /api/v1/new.") || present.Deprecated {
		t.Errorf("the document says %t %q, and of what stays %t", old.Deprecated, old.Description, present.Deprecated)
	}
	schema := old.Responses["200"].Content["application/json"].Schema
	if schema.Ref != "" {
		schema = doc.Components.Schemas.SchemaFromRef(schema.Ref)
	}
	if !schema.Properties["old"].Deprecated || schema.Properties["name"].Deprecated {
		t.Error("the document doesn't mark the property")
	}
	if !old.Parameters[0].Schema.Deprecated {
		t.Error("the document doesn't mark the parameter")
	}
}

// TestWhatIsDeprecatedGoesOnForLongEnough holds the routes to what docs/api.md
// promises.
func TestWhatIsDeprecatedGoesOnForLongEnough(t *testing.T) {
	t.Parallel()
	for _, d := range []struct {
		deprecation
		want bool
	}{
		{deprecation{since: day(t, "2026-01-01"), sunset: day(t, "2026-06-30")}, true},
		{deprecation{since: day(t, "2026-01-01"), sunset: day(t, "2026-06-29")}, false},
	} {
		if d.lasts() != d.want {
			t.Errorf("from %s to %s: %t", d.since, d.sunset, d.lasts())
		}
	}
	for _, g := range (&server{}).routes() {
		for _, r := range g.routes {
			if d := r.deprecation; d != nil && (!d.lasts() || d.instead == "" || d.link == "") {
				t.Errorf("%s %s goes too soon, or without a word of what to use instead", r.method, r.path)
			}
		}
	}
}
