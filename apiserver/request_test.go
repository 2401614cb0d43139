package apiserver_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// ask is a request to the bench; the zero value is an anonymous GET at acme.
type ask struct {
	method, host, path string
	body               string
	token              string // of a session or a key
	header             map[string]string
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	text   string
	json   map[string]any // nil if it was no object
}

// code and fields are those of a problem.
func (a answer) code() string {
	code, _ := a.json["code"].(string)
	return code
}

func (a answer) fields() map[string]string {
	out := map[string]string{}
	list, _ := a.json["errors"].([]any)
	for _, item := range list {
		field, _ := item.(map[string]any)
		path, _ := field["path"].(string)
		out[path], _ = field["message"].(string)
	}
	return out
}

func (a answer) str(name string) string {
	s, _ := a.json[name].(string)
	return s
}

func (a answer) items() []any {
	items, _ := a.json["items"].([]any)
	return items
}

// rows are the items as objects.
func (a answer) rows() (out []map[string]any) {
	for _, item := range a.items() {
		row, _ := item.(map[string]any)
		out = append(out, row)
	}
	return out
}

// request makes the HTTP request.
func (b *bench) request(q ask) *http.Request {
	b.t.Helper()
	if q.method == "" {
		q.method = http.MethodGet
	}
	if q.host == "" {
		q.host = acmeHost
	}
	r, err := http.NewRequestWithContext(b.t.Context(), q.method, b.server.URL+q.path, strings.NewReader(q.body))
	b.ok(err)
	r.Host = q.host
	if q.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if strings.HasPrefix(q.token, "omni_") || strings.HasPrefix(q.token, "omat_") {
		r.Header.Set("Authorization", "Bearer "+q.token)
	} else if q.token != "" {
		r.AddCookie(&http.Cookie{Name: "__Host-omnicrm", Value: q.token, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
	for name, value := range q.header {
		r.Header.Set(name, value)
	}
	return r
}

func (b *bench) do(q ask) answer {
	b.t.Helper()
	client := *b.server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Do(b.request(q))
	b.ok(err)
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	b.ok(err)
	a := answer{status: res.StatusCode, header: res.Header, text: string(text)}
	_ = json.Unmarshal(text, &a.json) // pages and lists of other shapes stay text
	return a
}

// must does what has to succeed with the status.
func (b *bench) must(status int, q ask) answer {
	b.t.Helper()
	a := b.do(q)
	if a.status != status {
		b.t.Fatalf("%s %s: got %d %s, want %d", q.method, q.path, a.status, a.text, status)
	}
	return a
}

func (b *bench) sub(path string) string {
	return "/api/v1/sub-accounts/" + b.one.ID.String() + path
}
