package apiserver_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// nasty are texts that some layer below can't hold or reads as more than text.
var nasty = map[string]string{
	"a NUL":               "a\x00b",
	"half a character":    "a\xc3",
	"a lone surrogate":    `a\ud800b`, // as JSON writes it
	"a number beyond all": "999999999999999999999999999999",
	"a wildcard":          `%_\`,
	"a quote":             `'"; drop table contact; --`,
	"a path":              "../../..",
	"right to left":       "\u202eabc\u0000",
	"emptiness":           "",
	"much":                strings.Repeat("ä", 5000),
}

// TestNoInputIsAMistakeOfOurs puts each nasty text into each parameter and each
// field of each route: whatever it is answered, it isn't a 500.
func TestNoInputIsAMistakeOfOurs(t *testing.T) {
	t.Parallel()
	b, s := newBench(t, patient), readSpec(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	place := map[string]string{"sub_account": b.one.ID.String()}
	for _, r := range s.routes {
		if r.ends() || r.id == "sign-in" {
			continue
		}
		q := ask{method: r.method, path: fill(r.path, place), token: owner, body: s.bodyOf(t, r, example)}
		for name, text := range nasty {
			for _, p := range r.params {
				b.endures(t, name+" in "+p.Name, withParameter(q, r, p, place, text))
			}
			if r.body == nil {
				continue
			}
			seen := map[string]bool{}
			s.bodyOf(t, r, func(at string, s schema) any { seen[at] = true; return example(at, s) })
			for at := range seen {
				one := q
				one.body = s.bodyOf(t, r, func(here string, s schema) any {
					if here == at {
						return text
					}
					return example(here, s)
				})
				one.body = strings.ReplaceAll(one.body, `\\ud800`, `\ud800`)
				b.endures(t, name+" in "+at, one)
			}
		}
	}
}

func (b *bench) endures(t *testing.T, what string, q ask) {
	t.Helper()
	if a := b.do(q); a.status >= http.StatusInternalServerError {
		t.Errorf("%s: %s %s %s: %d %s", what, q.method, q.path, q.body, a.status, a.text)
	}
}

func withParameter(q ask, r documented, p parameter, place map[string]string, text string) ask {
	switch p.In {
	case "path":
		q.path = fill(r.path, map[string]string{"sub_account": place["sub_account"], p.Name: text})
	case "query":
		q.path += "?" + url.Values{p.Name: {text}}.Encode()
	case "header":
		if strings.ContainsAny(text, "\x00\u202e") {
			text = "\xff" // what HTTP lets through
		}
		q.header = map[string]string{p.Name: text}
	}
	if r.listens() {
		q.header = map[string]string{"Last-Event-ID": "refused after the guards"}
	}
	return q
}
