package apiserver_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

func TestAnUpsertAnswersWhatItDid(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	upsert := func(status int, body string) answer {
		return b.must(status, ask{method: "POST", path: b.sub("/contacts/upsert"), token: token, body: body})
	}
	made := upsert(201, `{"contact":{"first_name":"Maria","email":"a@x.example"}}`)
	found := upsert(200, `{"match":["email"],"conflict":{"names":"keep"},"contact":{"first_name":"Mary","emails":[{"address":"a@x.example"},{"address":"b@x.example"}]}}`)
	if diff := cmp.Diff([]any{"email", "emails", "first_name"}, made.json["changed_fields"]); diff != "" {
		t.Errorf("a new one says that it changed what it wasn't given: %s", diff)
	}
	if made.json["created"] != true || found.json["created"] != false || found.str("matched_by") != "email" || found.header.Get("ETag") != `"2"` {
		t.Errorf("got %s, then %s", made.text, found.text)
	}
	if diff := cmp.Diff([]any{"emails"}, found.json["changed_fields"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]any{map[string]any{"field": "first_name", "reason": "The policy keeps it as it is."}}, found.json["kept"]); diff != "" {
		t.Error(diff)
	}
	b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: token, body: `{"phone":"+14155552671"}`})
	several := upsert(409, `{"contact":{"email":"a@x.example","phone":"+14155552671"}}`)
	if several.code() != "contact.ambiguous" || len(several.json["candidates"].([]any)) != 2 {
		t.Errorf("got %s", several.text)
	}
	if bad := upsert(422, `{"match":["name"],"contact":{"first_name":"a"}}`); bad.fields()["match[0]"] == "" {
		t.Errorf("got %s", bad.text)
	}
	if bad := upsert(422, `{"contact":{"phone":"1","custom":{"nothing":1}}}`); bad.fields()["contact.phone"] == "" || bad.fields()["contact.custom.nothing"] == "" {
		t.Errorf("what is at fault isn't named as it stands in the request: %s", bad.text)
	}
}

func TestABatchHasAResultForEachItem(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	made := b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: token, body: `{"first_name":"Old","email":"old@x.example"}`}).str("id")
	items := `{"op":"create","contact":{"first_name":"New"}},{"op":"update","id":"` + made + `","version":9,"contact":{"last_name":"x"}},
		{"op":"update","id":"` + made + `","contact":{"last_name":"x"}},{"op":"upsert","contact":{"email":"old@x.example","first_name":"Older"}},
		{"op":"create","contact":{"email":"old@x.example","custom":{"nothing":1}}},{"op":"delete","id":"` + uuid.NewString() + `"},{"op":"update"},{"op":"delete","id":"` + made + `"}`
	batch := func(status int, body string) answer {
		return b.must(status, ask{method: "POST", path: b.sub("/contacts/batch"), token: token, body: body})
	}
	statuses := func(a answer) (out []string) {
		list, _ := a.json["results"].([]any)
		for _, item := range list {
			r, _ := item.(map[string]any)
			problem, _ := r["error"].(map[string]any)
			out = append(out, strings.TrimSuffix(fmt.Sprint(r["status"], " ", problem["code"]), " <nil>"))
		}
		return out
	}
	refused := batch(409, `{"all_or_nothing":true,"items":[`+items+`]}`)
	if diff := cmp.Diff([]string{"412 contact.stale"}, statuses(refused)); diff != "" || refused.code() != "contact.batch_failed" {
		t.Error(diff, refused.text)
	}
	if n := len(b.must(200, ask{path: b.sub("/contacts"), token: token}).items()); n != 1 {
		t.Errorf("%d contacts after a batch that was undone", n)
	}
	done := batch(200, `{"items":[`+items+`]}`)
	want := []string{"201", "412 contact.stale", "200", "200", "422 contact.invalid", "404 contact.not_found", "422 request.invalid", "204"}
	if diff := cmp.Diff(want, statuses(done)); diff != "" || done.json["failed"] != 4.0 {
		t.Error(diff, done.text)
	}
	many := `{"items":[` + strings.Repeat(`{"op":"create","contact":{"first_name":"a"}},`, 100) + `{"op":"delete"}]}`
	if a := batch(422, many); a.fields()["items"] == "" {
		t.Errorf("a hundred and one: %s", a.text)
	}
	unheeded := batch(200, `{"items":[{"op":"create","id":"`+made+`","version":1,"match":["email"],"contact":{"first_name":"a"}},
		{"op":"delete","id":"`+made+`","contact":{"first_name":"a"}},{"op":"upsert","version":2,"contact":{"first_name":"a"}},
		{"op":"update","id":"`+made+`","conflict":{"names":"keep"},"on_ambiguous":"first"},{"op":"upsert","contact":{"phone":"1"}}]}`)
	var paths [][]string
	for _, item := range unheeded.json["results"].([]any) {
		problem, _ := item.(map[string]any)["error"].(map[string]any)
		paths = append(paths, slices.Sorted(maps.Keys(answer{json: problem}.fields())))
	}
	if diff := cmp.Diff([][]string{{"id", "match", "version"}, {"contact"}, {"version"}, {"conflict", "on_ambiguous"}, {"contact.phone"}}, paths); diff != "" {
		t.Error(diff, unheeded.text)
	}
	batch(422, `{"items":[{"op":"explode"}]}`)
	batch(422, `{"items":[{"op":"create","contact":{"colour":"red"}}]}`)
}
