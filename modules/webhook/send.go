package webhook

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/outbound"
)

const (
	userAgent    = "OmniCRM-Webhooks/1"
	excerptBytes = 1024 // of an answer

	firstPause = 5 * time.Second
	longPause  = time.Hour
)

// headers of a call.
type headers map[string]string

// String is how the log shows them; signatures are left out.
func (h headers) String() string {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		value := h[name]
		if name == "Webhook-Signature" {
			value = strconv.Itoa(strings.Count(value, "v1,")) + " (not kept)"
		}
		fmt.Fprintf(&b, "%s: %s\n", strings.ToLower(name), value)
	}
	return b.String()
}

// prepare signs a call.
func (s *Service) prepare(sub uuid.UUID, t target, d Delivery, now time.Time) (*call, error) {
	keys, err := s.secretsOf(sub, t)
	if err != nil {
		return nil, err
	}
	signature, err := sign(d.MessageID(), now, d.Body, keys)
	if err != nil {
		return nil, err
	}
	return &call{delivery: d, url: t.URL, since: t.FailingSince, headers: headers{
		"Content-Type": "application/json", "User-Agent": userAgent, "Webhook-Id": d.MessageID(),
		"Webhook-Timestamp": strconv.FormatInt(now.Unix(), 10), "Webhook-Signature": signature,
	}}, nil
}

// answer is what came of a call.
type answer struct {
	status     int    // 0: none came
	failure    string // "" if it succeeded
	excerpt    string
	latency    time.Duration
	retryAfter time.Duration
}

func (a answer) code() *int {
	if a.status == 0 {
		return nil
	}
	return &a.status
}

// send makes a call.
func (s *Service) send(ctx context.Context, c call) answer {
	began := s.Clock.Now()
	a := s.exchange(ctx, c)
	a.latency = s.Clock.Now().Sub(began)
	return a
}

func (s *Service) exchange(ctx context.Context, c call) answer {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, strings.NewReader(c.delivery.Body))
	if err != nil {
		return answer{failure: "The address can't be read."}
	}
	for name, value := range c.headers {
		r.Header.Set(name, value)
	}
	res, err := s.Caller.Do(r)
	if err != nil {
		return answer{failure: outbound.Explain(err)}
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, excerptBytes))
	a := answer{status: res.StatusCode, excerpt: legible(raw), retryAfter: retryAfter(res.Header)}
	switch {
	case res.StatusCode >= 300 && res.StatusCode < 400:
		a.failure = "It answered with a redirect (" + strconv.Itoa(res.StatusCode) + "), which is never followed. Give the final address."
	case res.StatusCode < 200 || res.StatusCode >= 300:
		a.failure = "It answered " + strconv.Itoa(res.StatusCode) + "; only 2xx means that it was taken."
	case err != nil:
		a.failure = outbound.Explain(err)
	}
	return a
}

// legible is text that can be kept and shown.
func legible(raw []byte) string {
	for len(raw) > 0 && !utf8.Valid(raw) && len(raw) > excerptBytes-utf8.UTFMax {
		raw = raw[:len(raw)-1] // the bound may stand within a character
	}
	return strings.ReplaceAll(strings.ToValidUTF8(string(raw), "\uFFFD"), "\x00", "\uFFFD")
}

// retryAfter reads a number of seconds (RFC 9110, section 10.2.3), an hour at most.
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(min(seconds, 1<<20))*time.Second, longPause)
}

// verdict is what becomes of a delivery.
type verdict struct {
	state State
	next  time.Time // while it is pending
}

// judge is the whole policy of retries: whatever is no success is tried again,
// for RetryFor.
func judge(a answer, d Delivery, now time.Time) verdict {
	if a.failure == "" {
		return verdict{state: Succeeded}
	}
	until := d.ReadyAt.Add(RetryFor)
	if !now.Before(until) {
		return verdict{state: Failed}
	}
	next := now.Add(max(backoff(d.Attempts), a.retryAfter))
	if next.After(until) {
		next = until
	}
	return verdict{state: Pending, next: next}
}

// backoff doubles from five seconds to an hour, with a quarter of jitter so that
// those who failed together don't return together.
func backoff(attempt int) time.Duration {
	d := min(firstPause<<min(max(attempt-1, 0), 12), longPause)
	return d + time.Duration(rand.Int64N(int64(d)/4+1))
}
