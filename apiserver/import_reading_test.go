package apiserver_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/modules/access"
)

func TestTheLettersOfAnImportAreSeenAndChosen(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, b.one.ID, access.AccountAdmin)
	const table = "Name,Email\nM\x9fller,mueller@x.example\n"
	send := func(query string) ask {
		return ask{method: "POST", path: b.sub("/imports?name=a.csv" + query), token: owner, body: table}
	}
	made := b.must(201, send(""))
	if made.json["encoding_certain"] != false {
		t.Errorf("found %v", made.json)
	}
	path := b.sub("/imports/" + made.str("id"))
	chosen := b.must(200, ask{method: "PATCH", path: path, token: owner, body: `{"encoding":"macintosh"}`})
	if diff := cmp.Diff([]any{[]any{"Müller", "mueller@x.example"}}, chosen.json["sample"]); diff != "" || chosen.json["encoding_certain"] != true {
		t.Error(diff, chosen.json)
	}
	again := b.must(200, ask{method: "PATCH", path: path, token: owner, body: `{"encoding":null,"delimiter":null}`})
	if again.str("encoding") != made.str("encoding") || again.json["encoding_certain"] != false {
		t.Errorf("found again %v", again.json)
	}
	if said := b.must(201, send("&encoding=macintosh&delimiter="+url.QueryEscape("\t"))); said.str("encoding") != "macintosh" || said.str("delimiter") != "\t" {
		t.Errorf("said when it is sent: %v", said.json)
	}
	for body, at := range map[string]string{`{"encoding":"ebcdic"}`: "encoding", `{"delimiter":"#"}`: "delimiter", `{"encoding":"utf-8"}`: "encoding"} {
		refused := b.must(422, ask{method: "PATCH", path: path, token: owner, body: body})
		errors, _ := refused.json["errors"].([]any)
		if first, _ := errors[0].(map[string]any); first["path"] != at {
			t.Errorf("%s: %v", body, refused.json)
		}
	}
}
