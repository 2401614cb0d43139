package apiserver

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"
)

// route is a line of the table in routes.go.
type route struct {
	method string
	path   string
	needs  need
	operation
}

// group is a noun's routes; its name is the tag in the document.
type group struct {
	tag    string
	about  string
	routes []route
}

// operation is what a noun's file says of a route: its words and its handler.
type operation struct {
	doc      huma.Operation
	stream   bool              // answers for as long as the reader listens
	upload   int64             // takes a file of so many bytes as its body; 0: it takes JSON
	body     *huma.RequestBody // of an upload, for the document alone: huma would read it as JSON
	reads    bool              // a POST that changes nothing: who only looks may ask it
	once     home              // where a POST keeps its Idempotency-Key
	register func(api huma.API, op huma.Operation)

	rehearsed bool                                              // it tells what it would refuse with what the schema does: rehearsal.go
	rehearse  func(context.Context, huma.Context, []byte) error // its handler, in a rehearsal

	deprecation *deprecation // nil: it stays
}

// op makes an operation of a handler. The id names it in the document and in
// generated clients.
func op[I, O any](id, summary, about string, handle func(context.Context, *I) (*O, error), options ...func(*operation)) operation {
	o := operation{doc: huma.Operation{OperationID: id, Summary: summary, Description: about}}
	o.register = func(api huma.API, doc huma.Operation) {
		huma.Register(api, doc, func(ctx context.Context, in *I) (*O, error) {
			run := handle
			if o.rehearsed {
				run = func(ctx context.Context, in *I) (*O, error) { return matched(ctx, in, handle) }
			}
			out, err := run(ctx, in)
			if err != nil {
				return nil, problemOf(ctx, err)
			}
			return out, nil
		})
	}
	o.rehearse = rehearsal(handle)
	for _, option := range options {
		option(&o)
	}
	return o
}

// created answers 201 rather than 200.
func created(o *operation) { o.doc.DefaultStatus = http.StatusCreated }

// accepted answers 202: the work goes on behind the answer.
func accepted(o *operation) { o.doc.DefaultStatus = http.StatusAccepted }

// reads marks a POST that changes nothing.
func reads(o *operation) { o.reads = true }

// once lets a POST with an effect there be repeated safely under an
// Idempotency-Key. Signing in and accepting an invitation take none: their
// answers are sessions, and nobody is known yet whose key it could be.
func once(at home) func(*operation) { return func(o *operation) { o.once = at } }

// fails names statuses beyond those that every route of its kind may answer.
func fails(statuses ...int) func(*operation) {
	return func(o *operation) { failWith(&o.doc, statuses...) }
}

// mount registers the route with huma and completes what the document says of it.
func (r route) mount(api huma.API, tag string) {
	doc := r.doc
	doc.Method, doc.Path, doc.Tags = r.method, r.path, []string{tag}
	doc.MaxBodyBytes = maxBody + 1 // limitBody refuses earlier, and says so better
	doc.BodyReadTimeout = -1       // the server's own deadlines stand
	failWith(&doc, r.usualFailures()...)
	doc.Metadata = map[string]any{"route": r}
	if r.needs.who != anyone {
		doc.Security = []map[string][]string{{"session": {}}}
		if r.needs.who != person {
			doc.Security = append(doc.Security, map[string][]string{"key": {}})
		}
	}
	if r.needs.permission != "" {
		doc.Extensions = map[string]any{"x-omnicrm-permission": r.needs.permission}
		doc.Description += "\n\nNeeds the permission `" + r.needs.permission + "`."
	}
	if r.deprecation != nil {
		doc.Deprecated = true
		doc.Description += r.deprecation.about()
	}
	if r.once != never {
		doc.Parameters = append(doc.Parameters, idempotencyParameter())
	}
	r.register(api, doc)
	if r.body != nil {
		api.OpenAPI().Paths[r.path].Post.RequestBody = r.body
	}
}

// inSubAccount tells whether the path names a tenant.
func (r route) inSubAccount() bool { return strings.Contains(r.path, "{sub_account}") }

// adapter lets huma serve each operation behind the middleware of its route.
type adapter struct {
	router chi.Router
	guard  func(route, http.Handler) http.Handler
}

// Handle is called by huma for each operation.
func (a adapter) Handle(doc *huma.Operation, handle func(huma.Context)) {
	r, _ := doc.Metadata["route"].(route)
	a.router.Method(doc.Method, doc.Path, announced(r.deprecation, a.guard(r, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if !r.stream {
			w = plainWriter{w} // huma would set deadlines of its own
		}
		handle(humachi.NewContext(doc, req, w))
	}))))
}

// ServeHTTP serves what was registered.
func (a adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.router.ServeHTTP(w, r) }

// plainWriter hides every optional method of the writer below it.
type plainWriter struct{ http.ResponseWriter }
