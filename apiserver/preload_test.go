package apiserver_test

import (
	"strings"
	"testing"
)

func TestThePageNamesWhatItsPathNeedsFirst(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const script = `<link rel="modulepreload" crossorigin href="/assets/app-1a2b.js">`
	const session = `<link rel="preload" as="fetch" crossorigin href="/api/v1/session">`
	const list = `<link rel="preload" as="fetch" crossorigin href="/api/v1/sub-accounts/one/conversations?status=open&amp;limit=50">`
	const open = `<link rel="preload" as="fetch" crossorigin href="/api/v1/session/providers">`
	cookie := map[string]string{"Accept": "text/html", "Cookie": "__Host-omnicrm=anything"}
	for name, c := range map[string]struct {
		path   string
		cookie bool
		want   string
	}{
		"a screen's code and, for who has a session, its reads": {"/a/one/inbox", true, session + list + script},
		"who has no session is asked for none":                  {"/a/one/inbox", false, script},
		"a read that is for anybody":                            {"/sign-in", false, open},
		"whatever stands below a path":                          {"/agency/people/roles", true, script},
		"the path itself":                                       {"/agency", true, script},
		"what is no id goes into no address":                    {`/a/one%22%3E%3Cscript%3E/inbox`, true, ""},
		"a longer path is another page":                         {"/a/one/inbox/two", true, ""},
		"a page that nobody named":                              {"/elsewhere", true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := map[string]string{"Accept": "text/html"}
			if c.cookie {
				header = cookie
			}
			page := b.must(200, ask{path: c.path, header: header}).text
			_, rest, _ := strings.Cut(page, "</title>")
			if got, _, _ := strings.Cut(rest, "<script"); got != c.want {
				t.Errorf("got %s", got)
			}
		})
	}
}
