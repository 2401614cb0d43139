package stack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"
)

// Agency is the API as a program with the owner's key uses it.
type Agency struct {
	url    string
	key    string
	client *http.Client
}

// Answer is an answer of the API.
type Answer struct {
	Status int
	Body   []byte
	wait   time.Duration
}

// Definite tells an answer that settles the matter from one after which a good
// client asks again: no answer, a fault of the server's, too fast, or "the first
// request with this key is still under way".
func (a Answer) Definite() bool {
	switch a.Status {
	case 0, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	case http.StatusConflict:
		var problem struct {
			Code string `json:"code"`
		}
		return json.Unmarshal(a.Body, &problem) != nil || problem.Code != "idempotency.in_progress"
	}
	return a.Status < http.StatusInternalServerError
}

func (s *Stack) openAgency(t testing.TB, token string) *Agency {
	t.Helper()
	a := &Agency{url: s.URL, client: &http.Client{
		Timeout:   20 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Second},
	}}
	password := "correct horse battery staple 9"
	var who struct{}
	cookie, err := a.session(t.Context(), "/api/v1/invitations/"+token+"/accept",
		map[string]any{"name": "Ada", "password": password}, nil, &who)
	if err != nil {
		t.Fatalf("accept the invitation: %v", err)
	}
	var made struct {
		Key string `json:"key"`
	}
	_, err = a.session(t.Context(), "/api/v1/agency/api-keys",
		map[string]any{"name": "faults", "scopes": []string{"contacts.read", "contacts.write", "conversations.read", "messages.send"}}, cookie, &made)
	if err != nil {
		t.Fatalf("make an API key: %v", err)
	}
	a.key = made.Key
	return a
}

func (a *Agency) session(ctx context.Context, path string, in any, cookie *http.Cookie, out any) (*http.Cookie, error) {
	req, err := a.request(ctx, http.MethodPost, path, in)
	if err != nil {
		return nil, err
	}
	if cookie != nil {
		req.AddCookie(cookie)
	}
	res, err := a.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= http.StatusBadRequest {
		return nil, errors.Join(err, fmt.Errorf("%s: %s", res.Status, body))
	}
	for _, c := range res.Cookies() {
		cookie = c
	}
	return cookie, json.Unmarshal(body, out)
}

func (a *Agency) request(ctx context.Context, method, path string, in any) (*http.Request, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, a.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Host = AgencyHost
	req.Header.Set("Content-Type", "application/json")
	return req, nil
}

// Post asks as a good client does: under one Idempotency-Key, again after no
// answer or one that settles nothing, until a definite one comes or ctx ends.
func (a *Agency) Post(ctx context.Context, path, key string, in any) (answer Answer, tries int, err error) {
	wait := 50 * time.Millisecond
	for tries = 1; ; tries++ {
		answer, err = a.once(ctx, path, key, in)
		if err != nil || answer.Definite() {
			return answer, tries, err
		}
		Rest(ctx, max(wait, answer.wait))
		if ctx.Err() != nil {
			return answer, tries, ctx.Err()
		}
		wait = min(2*wait, 2*time.Second)
	}
}

func (a *Agency) once(ctx context.Context, path, key string, in any) (Answer, error) {
	req, err := a.request(ctx, http.MethodPost, path, in)
	if err != nil {
		return Answer{}, err
	}
	req.Header.Set("Authorization", "Bearer "+a.key)
	req.Header.Set("Idempotency-Key", key)
	res, err := a.client.Do(req)
	if err != nil {
		return Answer{}, nil //nolint:nilerr // no answer is one: ask again
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return Answer{}, nil //nolint:nilerr // cut in the middle is no answer either
	}
	seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
	return Answer{Status: res.StatusCode, Body: body, wait: time.Duration(seconds) * time.Second}, nil
}
