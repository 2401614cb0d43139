package carrier

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// webhookTime is how long the provider waits for one webhook, all attempts
// together.
const webhookTime = 15 * time.Second

// webhook is a request to an address that an account configured.
type webhook struct {
	message *Message
	about   string // the state it tells, or inbound
	method  string
	url     string
	params  url.Values
	token   string // of the owning account; signs the request
	id      string // the same over all attempts and copies
}

// Call is one attempt at a webhook.
type Call struct {
	About   string    `json:"about"` // the state it told, or inbound
	URL     string    `json:"url"`
	Attempt int       `json:"attempt"`         // from 1
	Code    int       `json:"code,omitempty"`  // HTTP status; 0 when there was none
	Error   string    `json:"error,omitempty"` // why there was none, or what was wrong with the answer
	At      time.Time `json:"at"`
}

type answer struct {
	code int
	kind string // content type
	body []byte
}

func (a answer) ok() bool { return a.code >= 200 && a.code < 300 }

// deliver makes the request, again where the address asks for it, and keeps
// each attempt in the ledger.
func (c *Carrier) deliver(ctx context.Context, w webhook) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, webhookTime)
	defer cancel()
	target, retry := connectionOverrides(w.url)
	for attempt := 1; ; attempt++ {
		a, err := c.request(ctx, w, target)
		c.recordCall(w, target, attempt, a, err)
		if ctx.Err() != nil || attempt > retry.count || !retry.wanted(a, err) {
			return a, err
		}
	}
}

func (c *Carrier) request(ctx context.Context, w webhook, target string) (answer, error) {
	var body io.Reader
	signed := w.params
	if w.method == http.MethodGet {
		glue := "?"
		if strings.Contains(target, "?") {
			glue = "&"
		}
		target, signed = target+glue+w.params.Encode(), nil
	} else {
		body = strings.NewReader(w.params.Encode())
	}
	r, err := http.NewRequestWithContext(ctx, w.method, target, body)
	if err != nil {
		return answer{}, err
	}
	if body != nil {
		r.Header.Set("Content-Type", formType+"; charset=UTF-8")
	}
	r.Header.Set("User-Agent", "TwilioProxy/1.1")
	r.Header.Set("X-Twilio-Signature", Sign(w.token, target, signed))
	r.Header.Set("I-Twilio-Idempotency-Token", w.id)
	res, err := c.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = res.Body.Close() }()
	content, err := io.ReadAll(io.LimitReader(res.Body, maxForm))
	return answer{code: res.StatusCode, kind: res.Header.Get("Content-Type"), body: bytes.TrimSpace(content)}, err
}

func (c *Carrier) recordCall(w webhook, target string, attempt int, a answer, err error) {
	call := Call{About: w.about, URL: target, Attempt: attempt, Code: a.code, At: c.clock.Now()}
	if err != nil {
		call.Error = err.Error()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	w.message.Calls = append(w.message.Calls, call)
	c.messageChanged(w.message)
	if !a.ok() {
		c.log.Warn("a webhook didn't take the call", "message", w.message.SID, "about", w.about,
			"url", target, "attempt", attempt, "code", a.code, "error", call.Error)
	}
}

// Sign is the provider's signature of a webhook: the base64 of the HMAC-SHA1,
// with the owning account's token, of the exact address followed by the
// parameters, sorted, each key with its value. Of a repeated key every distinct
// value counts. https://www.twilio.com/docs/usage/security
func Sign(token, address string, params url.Values) string {
	mac := hmac.New(sha1.New, []byte(token))
	_, _ = io.WriteString(mac, address)
	for _, key := range slices.Sorted(maps.Keys(params)) {
		for _, value := range slices.Compact(slices.Sorted(slices.Values(params[key]))) {
			_, _ = io.WriteString(mac, key+value)
		}
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// retries is when and how often the provider tries again. An address says so
// in its fragment, "#rc=3&rp=5xx,rt"; by default once, and only when no
// connection came about: a 5xx is not retried unless the fragment wants it.
type retries struct {
	count  int
	policy []string
}

func connectionOverrides(raw string) (target string, r retries) {
	target, fragment, _ := strings.Cut(raw, "#")
	r = retries{count: 1, policy: []string{"ct"}}
	set, err := url.ParseQuery(fragment)
	if err != nil {
		return target, r
	}
	if n, err := strconv.Atoi(set.Get("rc")); err == nil {
		r.count = min(max(n, 0), 5)
	}
	if set.Get("rp") != "" {
		r.policy = strings.Split(set.Get("rp"), ",")
	}
	return target, r
}

func (r retries) wanted(a answer, err error) bool {
	reason := ""
	var dial *net.OpError
	switch {
	case err != nil && errors.As(err, &dial) && dial.Op == "dial":
		reason = "ct"
	case err != nil:
		reason = "rt"
	case a.code >= 500:
		reason = "5xx"
	case a.code >= 400:
		reason = "4xx"
	default:
		return false
	}
	return slices.Contains(r.policy, reason) || slices.Contains(r.policy, "all")
}
