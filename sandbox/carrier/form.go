package carrier

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// maxForm is far above the longest text the provider takes (1,600 characters).
const maxForm = 64 << 10

const formType = "application/x-www-form-urlencoded"

// readForm takes the parameters of a request as the provider does: from the
// body of a POST, from the query otherwise.
func readForm(r *http.Request) (url.Values, *problem) {
	if r.Method != http.MethodPost {
		form, err := parseForm(r.URL.RawQuery)
		if err != nil {
			return nil, badRequest(20001, "Invalid query: "+err.Error())
		}
		return form, nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.ContentLength != 0 && (err != nil || kind != formType) {
		return nil, newProblem(http.StatusUnsupportedMediaType, 20415, "Unsupported Media Type: send "+formType)
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxForm))
	if err != nil {
		return nil, newProblem(http.StatusRequestEntityTooLarge, 20413, "Request body is too large or broke off")
	}
	form, err := parseForm(string(body))
	if err != nil {
		return nil, badRequest(20001, "Invalid form: "+err.Error())
	}
	return form, nil
}

// parseForm reads a form-encoded string; every key and value is valid UTF-8.
func parseForm(encoded string) (url.Values, error) {
	form, err := url.ParseQuery(encoded)
	if err != nil {
		return nil, errors.New("malformed encoding")
	}
	for key, values := range form {
		for _, text := range append(values, key) {
			if !utf8.ValidString(text) {
				return nil, errors.New("not UTF-8")
			}
		}
	}
	return form, nil
}

// webAddress tells whether the provider would call this address.
func webAddress(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && !strings.ContainsAny(raw, " \t\n")
}
