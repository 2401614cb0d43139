package operator

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// seam is an HTTP transport that reports to the board.
type seam struct {
	board *board
	next  http.RoundTripper
	does  func(*http.Request) string
}

// RoundTrip makes the call, unless the operator is dead or dies of it.
func (s seam) RoundTrip(r *http.Request) (*http.Response, error) {
	does := s.does(r)
	moment, err := s.board.begin(does)
	if err != nil {
		return nil, err
	}
	res, err := s.next.RoundTrip(r)
	if does == "" || err != nil {
		return res, err
	}
	// The whole answer, so that the call is over when the fault strikes.
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	switch moment {
	case Unanswered:
		s.board.crash()
		return nil, ErrCrashed
	case Lost:
		return nil, ErrLost
	case Answered:
		s.board.crash()
	}
	return res, nil
}

func changes(r *http.Request) bool { return r.Method != http.MethodGet && r.Method != http.MethodHead }

// kubernetesCall names a request to the Kubernetes API. Events are told and forgotten, and leases are the election's.
func kubernetesCall(own *regexp.Regexp) func(*http.Request) string {
	return func(r *http.Request) string {
		if !changes(r) || strings.Contains(r.URL.Path, "/events") || strings.Contains(r.URL.Path, "/leases") {
			return ""
		}
		path := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/apis/"), "/api/")
		return "kubernetes: " + r.Method + " " + own.ReplaceAllString(path, "…")
	}
}

var carrierID = regexp.MustCompile(`\b(AC|PN|SM)[0-9a-f]{32}\b`)

// carrierCall names a request to the carrier.
func carrierCall(r *http.Request) string {
	if !changes(r) {
		return ""
	}
	return "carrier: " + r.Method + " " + carrierID.ReplaceAllString(r.URL.Path, "$1")
}
