package apiserver

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// site is the built application in memory: some megabytes, read once.
type site struct {
	page     string // index.html; "" when the application was not built
	files    map[string]*siteFile
	preloads []preload
}

type siteFile struct {
	body    []byte
	packed  map[string][]byte // by content coding: br, gzip
	kind    string            // media type
	version string            // ETag
}

var codings = []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

func newSite(files fs.FS) (*site, error) {
	s := &site{files: map[string]*siteFile{}}
	if files == nil {
		return s, nil
	}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") || isPacked(name) {
			return err
		}
		f, err := readSiteFile(files, name)
		s.files[name] = f
		return err
	})
	if index, ok := s.files["index.html"]; ok {
		s.page = string(index.body)
	}
	if err != nil {
		return nil, err
	}
	s.preloads, err = readPreloads(s.files["preloads.json"])
	return s, err
}

func isPacked(name string) bool {
	return strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz")
}

func readSiteFile(files fs.FS, name string) (*siteFile, error) {
	body, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	f := &siteFile{
		body: body, packed: map[string][]byte{}, kind: kindOf(name), version: base64.RawURLEncoding.EncodeToString(sum[:12]),
	}
	for _, c := range codings {
		packed, err := fs.ReadFile(files, name+c.suffix)
		if err == nil {
			f.packed[c.name] = packed
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return f, nil
}

// kinds are ours, whatever the machine's table says.
var kinds = map[string]string{
	".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8", ".svg": "image/svg+xml", ".json": "application/json", ".woff2": "font/woff2",
	".png": "image/png", ".ico": "image/x-icon", ".webmanifest": "application/manifest+json", ".txt": "text/plain; charset=utf-8",
}

func kindOf(name string) string {
	ext := path.Ext(name)
	if kind, ok := kinds[ext]; ok {
		return kind
	}
	if kind := mime.TypeByExtension(ext); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

// send answers with a file, packed as well as the reader takes it.
func (s *site) send(w http.ResponseWriter, r *http.Request, f *siteFile, caching string) {
	h, body, version := w.Header(), f.body, f.version
	for _, c := range codings {
		if packed, ok := f.packed[c.name]; ok && accepts(r.Header.Get("Accept-Encoding"), c.name) {
			h.Set("Content-Encoding", c.name)
			body, version = packed, version+"-"+c.name
			break
		}
	}
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", caching)
	h.Set("ETag", `"`+version+`"`)
	if len(f.packed) > 0 {
		h.Set("Vary", "Accept-Encoding")
	}
	if r.Header.Get("If-None-Match") == `"`+version+`"` {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader is gone; there is nobody to tell
	}
}

// accepts tells whether a reader takes a content coding (RFC 9110, section
// 12.5.3).
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			weight, found := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
			q, err := strconv.ParseFloat(weight, 64)
			return !found || err == nil && q > 0
		}
	}
	return false
}
