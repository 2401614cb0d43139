package apiserver

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
)

// preload is what the page at a path needs first: a row of dist/preloads.json,
// which web/scripts/preloads.mjs writes and explains.
type preload struct {
	Path    string   `json:"path"`
	Scripts []string `json:"scripts"`
	Data    []string `json:"data"` // reads for who has a session
	Open    []string `json:"open"` // reads for anybody
}

func readPreloads(f *siteFile) ([]preload, error) {
	if f == nil {
		return nil, nil
	}
	var rows []preload
	if err := json.Unmarshal(f.body, &rows); err != nil {
		return nil, fmt.Errorf("the web application's preloads.json: %w", err)
	}
	return rows, nil
}

// preloadsOf answers with links to what the page at r's path needs first, so
// that the browser asks for all of it at once.
func (s *site) preloadsOf(r *http.Request) string {
	for _, row := range s.preloads {
		parts, ok := row.fits(r.URL.Path)
		if !ok {
			continue
		}
		var b strings.Builder
		reads := row.Open
		if c, err := r.Cookie(cookieName); err == nil && c.Value != "" {
			reads = append(reads[:len(reads):len(reads)], row.Data...)
		}
		for _, read := range reads {
			for _, part := range parts {
				read = strings.Replace(read, "*", part, 1)
			}
			b.WriteString(`<link rel="preload" as="fetch" crossorigin href="` + html.EscapeString(read) + `">`)
		}
		for _, script := range row.Scripts {
			b.WriteString(`<link rel="modulepreload" crossorigin href="` + html.EscapeString(script) + `">`)
		}
		return b.String()
	}
	return ""
}

// plainPart is a part of a path that is safe in an address: an id, a token.
var plainPart = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// fits tells whether the row is for a path, and what stands in its stars.
func (p preload) fits(path string) ([]string, bool) {
	var stars []string
	want, have := strings.Split(p.Path, "/"), strings.Split(path, "/")
	for i, part := range want {
		if part == "**" {
			return stars, len(have) >= i
		}
		if i >= len(have) || part != "*" && part != have[i] || part == "*" && !plainPart.MatchString(have[i]) {
			return nil, false
		}
		if part == "*" {
			stars = append(stars, have[i])
		}
	}
	return stars, len(have) == len(want)
}
