package apiserver_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/omnicrm/omnicrm/apiserver"
)

var nonced = regexp.MustCompile(`script-src 'self' 'nonce-([A-Z2-7]{26})'`)

func TestThePageIsFilledInForItsHost(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, path := range []string{"/", "/a/one/contacts", "/index.html", "/invite/omi_x"} {
		a := b.must(200, ask{path: path, header: map[string]string{"Accept": "text/html"}})
		policy := a.header.Get("Content-Security-Policy")
		m := nonced.FindStringSubmatch(policy)
		if m == nil || !strings.Contains(a.text, `nonce="`+m[1]+`"`) || strings.Contains(a.text, "__") {
			t.Fatalf("%s: got %s with %s", path, a.text, policy)
		}
		if a.header.Get("Cache-Control") != "no-store" || !strings.Contains(policy, "img-src 'self' data: blob: https://cdn.acme.example;") {
			t.Errorf("%s: got %v", path, a.header)
		}
		if !strings.Contains(a.text, "<title>The &lt;acme&gt;</title>") || !strings.Contains(a.text, "--brand-9:#0f6fde") || strings.Contains(a.text, "<acme>") {
			t.Errorf("%s: got %s", path, a.text)
		}
	}
	one, two := b.do(ask{path: "/"}), b.do(ask{path: "/"})
	if nonced.FindString(one.header.Get("Content-Security-Policy")) == nonced.FindString(two.header.Get("Content-Security-Policy")) {
		t.Error("a nonce was used twice")
	}
}

func TestTheBootDataIsTheBrand(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	page := b.must(200, ask{host: betaHost, path: "/"})
	_, rest, _ := strings.Cut(page.text, `type="application/json">`)
	text, _, _ := strings.Cut(rest, "</script>")
	var boot struct {
		Brand apiserver.Brand
		Nonce string
	}
	b.ok(json.Unmarshal([]byte(text), &boot))
	brand := b.must(200, ask{host: betaHost, path: "/api/v1/brand"})
	if boot.Brand.DisplayName != "The <beta>" || boot.Brand.DisplayName != brand.str("display_name") || len(boot.Brand.Colors.Dark) != 13 || boot.Nonce == "" {
		t.Errorf("got %+v", boot)
	}
}

func TestAHostOfNobodyGetsANeutralPage(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	a := b.must(404, ask{host: "nobody.example", path: "/"})
	if !strings.Contains(a.text, `{"brand":null`) || strings.Contains(a.text, "acme") || strings.Contains(a.text, "beta") {
		t.Errorf("got %s", a.text)
	}
	if api := b.must(404, ask{host: "nobody.example", path: "/api/v1/brand"}); api.code() != "host.unknown" {
		t.Errorf("got %s", api.text)
	}
}

func TestFilesAreSentAsTheyAreBest(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	packed := b.must(200, ask{path: "/assets/app-1a2b.js", header: map[string]string{"Accept-Encoding": "gzip, br"}})
	if packed.text != "packed" || packed.header.Get("Content-Encoding") != "br" || packed.header.Get("Vary") != "Accept-Encoding" ||
		packed.header.Get("Cache-Control") != "public, max-age=31536000, immutable" || packed.header.Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("got %s %v", packed.text, packed.header)
	}
	plain := b.must(200, ask{path: "/assets/app-1a2b.js", header: map[string]string{"Accept-Encoding": "br;q=0"}})
	if plain.text != "console.log('app')" || plain.header.Get("Content-Encoding") != "" {
		t.Errorf("got %s %v", plain.text, plain.header)
	}
	same := b.must(304, ask{path: "/favicon.svg", header: map[string]string{"If-None-Match": b.do(ask{path: "/favicon.svg"}).header.Get("ETag")}})
	if same.text != "" {
		t.Errorf("got %s", same.text)
	}
	b.must(404, ask{path: "/assets/gone.js"})
	b.must(404, ask{path: "/assets/app-1a2b.js.br"})
	b.must(405, ask{method: "POST", path: "/"})
	b.must(404, ask{path: "/api/nothing", header: map[string]string{"Accept": "text/html"}})
}

func TestTheReferenceIsServedWithAPolicyThatFits(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if a := b.must(301, ask{path: "/api/docs"}); a.header.Get("Location") != "/api/docs/" {
		t.Errorf("got %v", a.header)
	}
	a := b.must(200, ask{path: "/api/docs/"})
	if !strings.Contains(a.text, "reference") || !strings.Contains(a.header.Get("Content-Security-Policy"), "script-src 'self'") {
		t.Errorf("got %s %v", a.text, a.header)
	}
	b.must(404, ask{path: "/api/docs/none.js"})
	b.must(200, ask{path: "/docs/index.html", header: map[string]string{"Accept": "text/html"}}) // the application's own page
	document := b.must(200, ask{path: "/api/v1/openapi.json"})
	if document.str("openapi") != "3.1.0" {
		t.Errorf("got %.200s", document.text)
	}
}

func TestWithoutABuiltApplicationTheServerSaysSo(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *apiserver.Options) { o.Web = fstest.MapFS{".gitkeep": {}} })
	if a := b.must(404, ask{path: "/"}); !strings.Contains(a.text, "npm run build") {
		t.Errorf("got %s", a.text)
	}
	b.must(200, ask{path: "/api/v1/brand"})
}

func TestEveryAnswerIsFenced(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, path := range []string{"/", "/favicon.svg", "/api/v1/brand", "/api/v1/session", "/api/docs/"} {
		a := b.do(ask{path: path})
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Strict-Transport-Security": "",
		} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if policy := a.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: %s", path, policy)
		}
	}
}
