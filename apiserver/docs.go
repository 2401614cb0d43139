package apiserver

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
)

// docsPolicy fits the reference: scripts of its own, styles that it writes into
// elements, the document from the API.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// mountDocs adds the interactive reference, whose files the web's build puts
// into docs/.
func (s *server) mountDocs(r chi.Router) {
	r.Get("/api/docs", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/api/docs/", http.StatusMovedPermanently) // its files are relative to it
	})
	r.Get("/api/docs/*", s.serveDocs)
}

func (s *server) serveDocs(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/api/docs/")
	if name == "" {
		name = "index.html"
	}
	file, ok := s.web.files["docs/"+name]
	if !ok {
		writeProblem(w, r, errRoute)
		return
	}
	w.Header().Set("Content-Security-Policy", docsPolicy)
	s.web.send(w, r, file, "public, max-age=3600")
}
