package apiserver

import (
	"crypto/rand"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// neutralTitle stands over the page of a host that nobody has set up.
const neutralTitle = "Nothing here"

// serveWeb answers whatever is no route of the API: a file of the application,
// or its page, which knows the way to everything else.
func (s *server) serveWeb(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		p := fromFault(errMethod)
		p.Status, p.Title = http.StatusMethodNotAllowed, http.StatusText(http.StatusMethodNotAllowed)
		writeProblem(w, r, p)
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	file, ok := s.web.files[name]
	switch {
	case ok && name != "index.html" && !strings.HasPrefix(name, "docs/"):
		s.web.send(w, r, file, caching(name))
	case path.Ext(name) != "" && !strings.Contains(r.Header.Get("Accept"), "text/html"):
		http.NotFound(w, r) // a file that is gone is no page
	default:
		s.servePage(w, r)
	}
}

// caching: what has its content's hash in its name never changes.
func caching(name string) string {
	if strings.HasPrefix(name, "assets/") {
		return "public, max-age=31536000, immutable"
	}
	return "public, max-age=3600"
}

// servePage fills the page in for the host: title, colours, a fresh nonce and
// what the application needs at its start.
func (s *server) servePage(w http.ResponseWriter, r *http.Request) {
	if s.web.page == "" {
		http.Error(w, "The web application was not built into this program. Build it (npm run build in web/) and then the program; the API is at /api/v1.",
			http.StatusNotFound)
		return
	}
	agency, err := s.Directory.AgencyByHost(r.Context(), r.Host)
	if err != nil && !fault.Is(err, fault.NotFound) {
		writeProblem(w, r, err)
		return
	}
	page := pageOf{nonce: rand.Text(), title: neutralTitle, status: http.StatusNotFound}
	if err == nil {
		callOf(r.Context()).agency = agency
		brand := s.brandOf(agency)
		page.title, page.brand, page.css, page.status = brand.DisplayName, &brand, s.themeOf(agency).css, http.StatusOK
		page.preloads = s.web.preloadsOf(r)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", pagePolicy(page.nonce, agency))
	w.WriteHeader(page.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(page.fill(s.web.page))) // the reader is gone; there is nobody to tell
	}
}

type pageOf struct {
	nonce, title, css string
	preloads          string // links, safe as they are
	brand             *Brand
	status            int
}

// fill replaces the tokens that the head of web/index.html explains. Each value
// is safe where it stands: the title escaped, the JSON without <, > and &, the
// CSS made of colours that we computed, the nonce of letters and digits.
func (p pageOf) fill(page string) string {
	boot, err := json.Marshal(map[string]any{"brand": p.brand, "nonce": p.nonce})
	if err != nil {
		boot = []byte("{}") // impossible: a Brand is plain strings
	}
	return strings.NewReplacer("__TITLE__", html.EscapeString(p.title), "__NONCE__", p.nonce,
		"__BOOT__", string(boot), "__THEME_CSS__", p.css, "__PRELOADS__", p.preloads).Replace(page)
}

// pagePolicy lets the page run its own scripts and show its own images, and the
// agency's logo.
func pagePolicy(nonce string, a directory.Agency) string {
	return "default-src 'none'; script-src 'self' 'nonce-" + nonce + "'; style-src 'self' 'nonce-" + nonce + "'; " +
		"img-src 'self' data: blob:" + logoOrigin(a) + "; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; " +
		"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}

func logoOrigin(a directory.Agency) string {
	u, err := url.Parse(a.Branding.LogoURL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.ContainsAny(u.Host, " ;,'\"") {
		return ""
	}
	return " " + u.Scheme + "://" + u.Host
}
