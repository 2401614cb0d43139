package carrier_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	twilio "github.com/twilio/twilio-go/client"
)

// hook is an account's web server: it keeps what it is sent, checks the
// signature with the provider's own library and answers as told.
type hook struct {
	URL    string
	t      testing.TB
	answer func(call int, form url.Values) (status int, kind, body string)

	mu    sync.Mutex
	token string
	got   []url.Values
	ids   []string // idempotency tokens
}

func newHook(t testing.TB, token string) *hook {
	t.Helper()
	h := &hook{t: t, token: token}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	h.URL = server.URL
	return h
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		h.t.Error(err)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		h.t.Error(err)
	}
	validator := twilio.NewRequestValidator(h.token)
	if !validator.ValidateBody(h.URL+r.URL.String(), body, r.Header.Get("X-Twilio-Signature")) {
		h.t.Errorf("%s %s: the signature is wrong", r.Method, r.URL)
	}
	if r.Method == http.MethodGet {
		form = r.URL.Query()
	}
	form.Set("path", r.URL.Path)
	h.got = append(h.got, form)
	h.ids = append(h.ids, r.Header.Get("I-Twilio-Idempotency-Token"))
	if h.answer == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	status, kind, text := h.answer(len(h.got), form)
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// all is what came, of one parameter.
func (h *hook) all(key string) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := []string{}
	for _, form := range h.got {
		out = append(out, form.Get(key))
	}
	return out
}

func (h *hook) calls() []url.Values {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]url.Values{}, h.got...)
}
