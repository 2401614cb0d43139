package sms

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the provider's signature is an HMAC over SHA-1
	"encoding/base64"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Webhook is a request that claims to come from the carrier.
type Webhook struct {
	// URL is the public address exactly as the carrier called it, with its query.
	URL       string
	Signature string     // the header X-Twilio-Signature
	Form      url.Values // the body
}

// signature is the base64 of the HMAC-SHA1, under the account's token, of the
// address followed by every key and value, keys in order; of a repeated key
// every distinct value counts, in order
// (https://www.twilio.com/docs/usage/security#validating-requests).
func signature(token, address string, form url.Values) string {
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(address))
	for _, key := range slices.Sorted(maps.Keys(form)) {
		for _, value := range slices.Compact(slices.Sorted(slices.Values(form[key]))) {
			mac.Write([]byte(key + value))
		}
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// signedBy tells, in constant time, whether the token's owner signed the
// request. Twilio adds or leaves out the port of the scheme, so both count.
func (w Webhook) signedBy(token string) bool {
	if token == "" {
		return false
	}
	ok := false
	for _, address := range addresses(w.URL) {
		if hmac.Equal([]byte(signature(token, address, w.Form)), []byte(w.Signature)) {
			ok = true
		}
	}
	return ok
}

// addresses gives the address with and without the port that its scheme implies.
func addresses(raw string) []string {
	out := []string{raw}
	scheme, rest, ok := strings.Cut(raw, "://")
	port := map[string]string{"https": ":443", "http": ":80"}[scheme]
	if !ok || port == "" {
		return out
	}
	host, path := rest, ""
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		host, path = rest[:i], rest[i:]
	}
	if without, has := strings.CutSuffix(host, port); has {
		return append(out, scheme+"://"+without+path)
	}
	if !strings.Contains(host[strings.LastIndexByte(host, ']')+1:], ":") {
		return append(out, scheme+"://"+host+port+path)
	}
	return out
}
