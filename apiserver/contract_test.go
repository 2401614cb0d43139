package apiserver_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/queue"
)

// withoutKey are the POSTs that take no Idempotency-Key.
var withoutKey = map[string]string{
	"sign-in":           "its answer is a session, and nobody is known yet whose key it could be",
	"accept-invitation": "its answer is a session; the invitation itself is good for once",

	"start-impersonation":   "it changes the session that asks, which can't ask again until it is over",
	"begin-passkey":         "it makes nothing but a challenge, which is good once",
	"begin-passkey-sign-in": "it makes nothing but a challenge, and nobody is known yet whose key it could be",
	"create-passkey":        "the challenge that it answers is good once",
	"sign-in-by-passkey":    "its answer is a session; the challenge is good once",
	"use-password-reset":    "the link itself is good for once",
	"allow-oauth-request":   "the request is good for one answer",
	"refuse-oauth-request":  "the request is good for one answer",
	"confirm-sso":           "its answer is a session; the sign-in that it ends is good once",
	"export-contacts":       "it only reads, and its answer is written as it is read; each one is told of",
	"query-contacts":        "it only reads",
	"count-contacts":        "it only reads",
	"explain-contact":       "it only reads",

	"check-identity-provider": "it only asks the provider",
}

// withoutPrecondition are the changes that no two people can make against each
// other.
var withoutPrecondition = map[string]string{
	"sign-out":              "ends the caller's own session",
	"sign-out-everywhere":   "ends the caller's own sessions",
	"remove-totp":           "the caller's own, and it asks for the password",
	"delete-api-key":        "a key never changes; revoking it twice is revoking it",
	"delete-file":           "a file never changes; deleting it twice is deleting it",
	"delete-agency-api-key": "a key never changes; revoking it twice is revoking it",

	"change-password":     "the caller's own, and it asks for the present one",
	"delete-passkey":      "the caller's own, and it asks for the password",
	"end-impersonation":   "the caller's own; ending it twice is ending it",
	"end-own-session":     "a session never changes; ending it twice is ending it",
	"end-person-session":  "a session never changes; ending it twice is ending it",
	"end-member-session":  "a session never changes; ending it twice is ending it",
	"reset-second-factor": "taking it away twice is taking it away",

	"unbind-identity-provider-person": "forgetting it twice is forgetting it",

	"end-oauth-grant": "a consent never changes; taking it back twice is taking it back",

	"erase-person": "nobody changes a person who works nowhere any more; erasing them twice is erasing them",

	"revoke-invitation":        "revoking it twice is revoking it",
	"revoke-agency-invitation": "revoking it twice is revoking it",
}

// phones makes each number once.
var phones atomic.Int32

func (r documented) takes(header string) bool {
	return slices.ContainsFunc(r.params, func(p parameter) bool { return p.In == "header" && p.Name == header })
}

// TestEveryRouteTellsItsRate calls each route, let in and refused.
func TestEveryRouteTellsItsRate(t *testing.T) {
	t.Parallel()
	b, s := newBench(t), readSpec(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	for _, r := range s.routes {
		for _, token := range []string{"", owner} {
			if token != "" && r.ends() {
				continue
			}
			q := ask{method: r.method, path: fill(r.path, map[string]string{"sub_account": b.one.ID.String()}), token: token}
			if r.listens() {
				q.header = map[string]string{"Last-Event-ID": "refused after the guards"}
			}
			a := b.do(q)
			for _, name := range []string{"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} {
				if a.header.Get(name) == "" {
					t.Errorf("%s %s answers %d without %s", r.method, r.path, a.status, name)
				}
			}
		}
	}
}

// posts make a request that succeeds, for each POST that takes a key: a new
// route fails the test until it has a line here.
func (b *bench) posts(owner string) map[string]func() ask {
	contact := func() string {
		return b.must(201, ask{
			method: "POST", path: b.sub("/contacts"), token: owner,
			body: fmt.Sprintf(`{"first_name":"a","phone":"+1415555%04d"}`, 1000+phones.Add(1)),
		}).str("id")
	}
	made := func(path, body string) string {
		return b.must(201, ask{method: "POST", path: b.sub(path), token: owner, body: body}).str("id")
	}
	const settings = `{"fields":["name","email"],"match":["email"],"on_match":"update"}`
	imported := func(state string) string {
		id := made("/imports?name=a.csv", "Name,Email\nAnn,ann@x.example\n")
		b.rewrite(b.one, `update import set state = $1 where id = $2`, state, id)
		return id
	}
	const oneBulk = `{"filter":null,"action":{"kind":"tag.add","tags":["a"]}}`
	bulk := func(state string) string {
		id := b.must(202, ask{method: "POST", path: b.sub("/contacts/bulk"), token: owner, body: oneBulk}).str("id")
		b.rewrite(b.one, `update bulk_action set state = $1 where id = $2`, state, id)
		return id
	}
	send := func() ask {
		return ask{path: b.sub("/messages"), body: `{"contact_id":"` + contact() + `","channel":"sms","body":"hi"}`}
	}
	parked := func() string { return b.chore(park).String() }
	return map[string]func() ask{
		"create-sub-account": func() ask {
			return ask{path: "/api/v1/agency/sub-accounts", body: `{"name":"s` + uuid.NewString()[:8] + `","display_name":"S","owner_email":"a@x.example","timezone":"Europe/Rome","country":"IT","currency":"EUR"}`}
		},
		"create-agency-api-key": func() ask {
			return ask{path: "/api/v1/agency/api-keys", body: `{"name":"k","scopes":["contacts.read"]}`}
		},
		"create-api-key":      func() ask { return ask{path: b.sub("/api-keys"), body: `{"name":"k","scopes":["contacts.read"]}`} },
		"create-contact":      func() ask { return ask{path: b.sub("/contacts"), body: `{"first_name":"a"}`} },
		"start-bulk-action":   func() ask { return ask{path: b.sub("/contacts/bulk"), body: oneBulk} },
		"pause-bulk-action":   func() ask { return ask{path: b.sub("/contacts/bulk/" + bulk("running") + "/pause")} },
		"resume-bulk-action":  func() ask { return ask{path: b.sub("/contacts/bulk/" + bulk("paused") + "/resume")} },
		"cancel-bulk-action":  func() ask { return ask{path: b.sub("/contacts/bulk/" + bulk("running") + "/cancel")} },
		"undo-bulk-action":    func() ask { return ask{path: b.sub("/contacts/bulk/" + bulk("done") + "/undo")} },
		"create-view":         func() ask { return ask{path: b.sub("/views"), body: `{"object":"contact","name":"a"}`} },
		"create-company":      func() ask { return ask{path: b.sub("/companies"), body: `{"name":"a"}`} },
		"create-import":       func() ask { return ask{path: b.sub("/imports?name=a.csv"), body: "Name,Email\nAnn,ann@x.example\n"} },
		"preview-import":      func() ask { return ask{path: b.sub("/imports/" + imported("ready") + "/preview"), body: settings} },
		"start-import":        func() ask { return ask{path: b.sub("/imports/" + imported("ready") + "/start"), body: settings} },
		"pause-import":        func() ask { return ask{path: b.sub("/imports/" + imported("running") + "/pause")} },
		"resume-import":       func() ask { return ask{path: b.sub("/imports/" + imported("paused") + "/resume")} },
		"cancel-import":       func() ask { return ask{path: b.sub("/imports/" + imported("paused") + "/cancel")} },
		"undo-import":         func() ask { return ask{path: b.sub("/imports/" + imported("done") + "/undo")} },
		"upload-file":         func() ask { return ask{path: b.sub("/files?name=a.txt"), body: "hello"} },
		"create-contact-note": func() ask { return ask{path: b.sub("/contacts/" + contact() + "/notes"), body: `{"body":"a"}`} },
		"create-company-note": func() ask {
			return ask{path: b.sub("/companies/" + made("/companies", `{"name":"a"}`) + "/notes"), body: `{"body":"a"}`}
		},
		"create-task":   func() ask { return ask{path: b.sub("/tasks"), body: `{"title":"a"}`} },
		"complete-task": func() ask { return ask{path: b.sub("/tasks/" + made("/tasks", `{"title":"a"}`) + "/complete")} },
		"reopen-task":   func() ask { return ask{path: b.sub("/tasks/" + made("/tasks", `{"title":"a"}`) + "/reopen")} },
		"upsert-contact": func() ask {
			return ask{path: b.sub("/contacts/upsert"), body: `{"contact":{"email":"` + uuid.NewString() + `@x.example"}}`}
		},
		"batch-contacts": func() ask {
			return ask{path: b.sub("/contacts/batch"), body: `{"items":[{"op":"create","contact":{"first_name":"a"}},{"op":"delete","id":"` + uuid.NewString() + `"}]}`}
		},
		"dismiss-duplicates": func() ask {
			return ask{path: b.sub("/contacts/duplicates/dismiss"), body: `{"contacts":["` + contact() + `","` + contact() + `"]}`}
		},
		"restore-duplicates": func() ask {
			return ask{path: b.sub("/contacts/duplicates/restore"), body: `{"contacts":["` + contact() + `","` + contact() + `"]}`}
		},
		"merge-contacts": func() ask {
			return ask{path: b.sub("/contacts/" + contact() + "/merge"), body: `{"from":["` + contact() + `"]}`}
		},
		"undo-merge": func() ask {
			merged := b.must(200, ask{method: "POST", path: b.sub("/contacts/" + contact() + "/merge"), token: owner, body: `{"from":["` + contact() + `"]}`})
			return ask{path: b.sub("/contacts/merges/" + fmt.Sprint(merged.json["merge"].(map[string]any)["id"]) + "/undo")}
		},
		"create-custom-field": func() ask {
			return ask{path: b.sub("/custom-fields"), body: `{"object":"contact","name":"Plan","kind":"text"}`}
		},
		"restore-custom-field": func() ask {
			id := made("/custom-fields", `{"object":"contact","name":"Plan","kind":"text"}`)
			b.must(204, ask{method: "DELETE", path: b.sub("/custom-fields/" + id), token: owner})
			return ask{path: b.sub("/custom-fields/" + id + "/restore")}
		},
		"create-field-folder": func() ask {
			return ask{path: b.sub("/field-folders"), body: `{"object":"contact","name":"` + uuid.NewString() + `"}`}
		},
		"send-message": send,
		"retry-message": func() ask {
			q := send()
			q.method, q.token = "POST", owner
			id := b.must(201, q).str("id")
			b.rewrite(b.one, `update message set status = 'failed' where id = $1`, id)
			return ask{path: b.sub("/messages/" + id + "/retry")}
		},
		"replay-job":  func() ask { return ask{path: b.sub("/jobs/" + parked() + "/replay")} },
		"replay-jobs": func() ask { return ask{path: b.sub("/jobs/replay"), body: `{"ids":["` + parked() + `"]}`} },
		"cancel-job": func() ask {
			return ask{path: b.sub("/jobs/" + b.chore("", queue.At(time.Now().Add(time.Hour))).String() + "/cancel")}
		},
		"replay-parked-events": func() ask { return ask{path: b.sub("/parked-events/replay"), body: `{"subscriber":"audit"}`} },
		"begin-totp":           func() ask { return ask{path: "/api/v1/me/totp", token: b.token(b.acme, b.one.ID, access.AccountUser)} },
		"confirm-totp": func() ask {
			person := b.token(b.acme, b.one.ID, access.AccountUser)
			secret := b.must(200, ask{method: "POST", path: "/api/v1/me/totp", token: person}).str("secret")
			code, err := auth.TOTPCode(secret, time.Now())
			b.ok(err)
			return ask{path: "/api/v1/me/totp/confirm", token: person, body: `{"code":"` + code + `"}`}
		},
	}
}

// TestEveryPostHappensOnceUnderItsKey repeats each POST: the same request gets
// the same answer, another one under the same key is refused, and of several at
// once one has its effect.
func TestEveryPostHappensOnceUnderItsKey(t *testing.T) {
	t.Parallel()
	b, s := newBench(t, patient), readSpec(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	posts := b.posts(owner)
	maps.Copy(posts, b.accessPosts(owner))
	maps.Copy(posts, b.hookPosts(owner))
	for _, r := range s.routes {
		if r.method != "POST" || withoutKey[r.id] != "" {
			continue
		}
		request, ok := posts[r.id]
		if !ok || !r.takes("Idempotency-Key") {
			t.Errorf("%s takes no Idempotency-Key, or has no line in posts", r.id)
			continue
		}
		with := func(q ask) ask {
			q.method = "POST"
			if q.token == "" {
				q.token = owner
			}
			q.header = map[string]string{"Idempotency-Key": uuid.NewString()}
			return q
		}
		q := with(request())
		first, second := b.do(q), b.do(q)
		if first.status >= 300 || second.status != first.status || second.text != first.text || second.header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("%s: %d %s, then %d %s", r.id, first.status, first.text, second.status, second.text)
		}
		other := q
		if other.body = `{"other":1}`; q.body == "" {
			other.path += "?other=1"
		}
		if a := b.do(other); a.status != 422 || a.code() != "idempotency.reused" {
			t.Errorf("%s: another request under the key: %d %s", r.id, a.status, a.text)
		}
		b.atOnce(t, r.id, with(request()))
	}
}

func (b *bench) atOnce(t *testing.T, what string, q ask) {
	t.Helper()
	var all sync.WaitGroup
	answers := make(chan answer, 4)
	for range cap(answers) {
		all.Go(func() { answers <- b.do(q) })
	}
	all.Wait()
	close(answers)
	seen := map[string]bool{}
	for a := range answers {
		switch {
		case a.status < 300:
			seen[a.text] = true
		case a.code() != "idempotency.in_progress":
			t.Errorf("%s: at once: %d %s", what, a.status, a.text)
		}
	}
	if len(seen) != 1 {
		t.Errorf("%s: at once there were %d different answers", what, len(seen))
	}
}

// edits make a thing and the request that changes it, without its If-Match.
func (b *bench) edits(owner string) map[string]func() (etag string, change ask) {
	contact := func(method, body string) (string, ask) {
		made := b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: owner, body: `{"first_name":"a"}`})
		return made.header.Get("ETag"), ask{method: method, path: b.sub("/contacts/" + made.str("id")), body: body}
	}
	account := func(method, body string) (string, ask) {
		q := b.posts(owner)["create-sub-account"]()
		q.method, q.token = "POST", owner
		made := b.must(201, q)
		return made.header.Get("ETag"), ask{method: method, path: q.path + "/" + made.str("name"), body: body}
	}
	note := func(method, body string) (string, ask) {
		q := b.posts(owner)["create-contact-note"]()
		q.method, q.token = "POST", owner
		made := b.must(201, q)
		return made.header.Get("ETag"), ask{method: method, path: b.sub("/notes/" + made.str("id")), body: body}
	}
	task := func(method, body string) (string, ask) {
		made := b.must(201, ask{method: "POST", path: b.sub("/tasks"), token: owner, body: `{"title":"a"}`})
		return made.header.Get("ETag"), ask{method: method, path: b.sub("/tasks/" + made.str("id")), body: body}
	}
	const oneView = `{"object":"contact","name":"a","shared":true}`
	const field = `{"object":"contact","name":"Plan","kind":"text"}`
	kept := func(path, made, method, body string) (string, ask) {
		a := b.must(201, ask{method: "POST", path: b.sub(path), token: owner, body: made})
		return a.header.Get("ETag"), ask{method: method, path: b.sub(path + "/" + a.str("id")), body: body}
	}
	company := func(method, body string) (string, ask) {
		made := b.must(201, ask{method: "POST", path: b.sub("/companies"), token: owner, body: `{"name":"a"}`})
		return made.header.Get("ETag"), ask{method: method, path: b.sub("/companies/" + made.str("id")), body: body}
	}
	return map[string]func() (string, ask){
		"patch-note":     func() (string, ask) { return note("PATCH", `{"body":"b"}`) },
		"delete-note":    func() (string, ask) { return note("DELETE", "") },
		"patch-task":     func() (string, ask) { return task("PATCH", `{"title":"b"}`) },
		"delete-task":    func() (string, ask) { return task("DELETE", "") },
		"patch-company":  func() (string, ask) { return company("PATCH", `{"city":"b"}`) },
		"delete-company": func() (string, ask) { return company("DELETE", "") },
		"patch-import": func() (string, ask) {
			made := b.must(201, ask{method: "POST", path: b.sub("/imports?name=a.csv"), token: owner, body: "Name,Email\nAnn,ann@x.example\n"})
			return made.header.Get("ETag"), ask{method: "PATCH", path: b.sub("/imports/" + made.str("id")), body: `{"delimiter":";"}`}
		},
		"patch-custom-field":   func() (string, ask) { return kept("/custom-fields", field, "PATCH", `{"name":"b"}`) },
		"patch-view":           func() (string, ask) { return kept("/views", oneView, "PATCH", `{"name":"b"}`) },
		"delete-view":          func() (string, ask) { return kept("/views", oneView, "DELETE", "") },
		"archive-custom-field": func() (string, ask) { return kept("/custom-fields", field, "DELETE", "") },
		"patch-field-folder": func() (string, ask) {
			return kept("/field-folders", `{"object":"contact","name":"`+uuid.NewString()+`"}`, "PATCH", `{"position":7}`)
		},
		"delete-field-folder": func() (string, ask) {
			return kept("/field-folders", `{"object":"contact","name":"`+uuid.NewString()+`"}`, "DELETE", "")
		},
		"patch-contact":      func() (string, ask) { return contact("PATCH", `{"last_name":"b"}`) },
		"delete-contact":     func() (string, ask) { return contact("DELETE", "") },
		"patch-sub-account":  func() (string, ask) { return account("PATCH", `{"display_name":"b"}`) },
		"delete-sub-account": func() (string, ask) { return account("DELETE", "") },
		"patch-conversation": func() (string, ask) {
			q := b.posts(owner)["send-message"]()
			q.method, q.token = "POST", owner
			path := b.sub("/conversations/" + b.must(201, q).str("conversation_id"))
			return b.must(200, ask{path: path, token: owner}).header.Get("ETag"), ask{method: "PATCH", path: path, body: `{"status":"resolved"}`}
		},
	}
}

// TestEveryEditRefusesALostRace changes each thing that can be changed, by what
// it was and by what it never was.
func TestEveryEditRefusesALostRace(t *testing.T) {
	t.Parallel()
	b, s := newBench(t, patient), readSpec(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	edits := b.edits(owner)
	maps.Copy(edits, b.accessEdits(owner))
	maps.Copy(edits, b.hookEdits(owner))
	for _, r := range s.routes {
		if !slices.Contains([]string{"PATCH", "PUT", "DELETE"}, r.method) || withoutPrecondition[r.id] != "" {
			continue
		}
		edit, ok := edits[r.id]
		if !ok || !r.takes("If-Match") {
			t.Errorf("%s takes no If-Match, or has no line in edits", r.id)
			continue
		}
		etag, q := edit()
		q.token = owner
		with := func(etag string) ask {
			one := q
			one.header = map[string]string{"If-Match": etag}
			return one
		}
		if a := b.do(with(`"999"`)); a.status != 412 || !strings.HasSuffix(a.code(), ".stale") {
			t.Errorf("%s: by another version: %d %s", r.id, a.status, a.text)
		}
		if a := b.do(with(etag)); a.status >= 300 {
			t.Errorf("%s: by its own version: %d %s", r.id, a.status, a.text)
		}
		if a := b.do(with(etag)); a.status != 412 && (r.method != "DELETE" || a.status != 404) {
			t.Errorf("%s: a second time: %d %s", r.id, a.status, a.text)
		}
	}
}
