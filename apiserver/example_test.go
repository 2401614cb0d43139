package apiserver_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// elsewhere are the operations whose example needs what an example can't hold:
// what a token, an authenticator or a file says. Tests of their own send that.
var elsewhere = map[string]string{
	"sign-in":                     "the example's person isn't here",
	"sign-out-everywhere":         "ends the session that asks",
	"sign-out":                    "ends the session that asks",
	"stream-events":               "answers for as long as one listens",
	"upload-file":                 "takes a file, not JSON",
	"create-import":               "takes a file, not JSON",
	"batch-contacts":              "each of its items is of one kind or another",
	"start-impersonation":         "the session is somebody else's after it",
	"patch-security-policy":       "shuts the one who asks out until they have a second factor",
	"confirm-totp":                "takes what an authenticator shows at the moment",
	"renew-recovery-codes":        "takes what an authenticator shows at the moment",
	"remove-totp":                 "takes the person's password",
	"change-password":             "takes the person's password",
	"delete-passkey":              "takes the person's password",
	"create-passkey":              "takes what an authenticator answers",
	"sign-in-by-passkey":          "takes what an authenticator answers",
	"begin-passkey":               "needs a host with a name",
	"begin-passkey-sign-in":       "needs a host with a name",
	"patch-member":                "the one who asks doesn't demote themselves",
	"patch-agency-member":         "the one who asks doesn't demote themselves",
	"remove-agency-member":        "the one who asks doesn't remove themselves",
	"issue-member-password-reset": "the one who asks is the agency's",
	"merge-contacts":              "names a second contact that there is",
	"dismiss-duplicates":          "names several contacts that there are",
	"restore-duplicates":          "names several contacts that there are",
}

// alternatives are the properties of an example that exclude others of it, as
// paths of names with dots.
var alternatives = map[string][]string{
	"start-bulk-action":   {"ids", "action.owner_id", "action.people", "action.channels", "action.field", "action.value"},
	"create-custom-field": {"rules"},
	"patch-custom-field":  {"rules"},
	"create-task":         {"company_id"},
	"replay-jobs":         {"ids"},
}

// shownID is the beginning of each id in the document.
const shownID = "01920e5c-7f3a-7c1e-9d59-0242ac1200"

// exampleOf is the document's body for the operation, with the ids of things.
func (s spec) exampleOf(t *testing.T, r documented, things map[string]string) string {
	t.Helper()
	body := s.bodyOf(t, r, literally(things))
	for end, name := range map[string]string{"02": "sub_account", "03": "person", "05": "contact", "06": "conversation", "0b": "company"} {
		body = strings.ReplaceAll(body, shownID+end, things[name])
	}
	if len(alternatives[r.id]) == 0 {
		return body
	}
	var members map[string]any
	if err := json.Unmarshal([]byte(body), &members); err != nil {
		t.Fatal(err)
	}
	for _, path := range alternatives[r.id] {
		within := members
		names := strings.Split(path, ".")
		for _, name := range names[:len(names)-1] {
			within = within[name].(map[string]any)
		}
		delete(within, names[len(names)-1])
	}
	out, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// things makes one of each noun that a path or a body names, and gives their ids
// by the noun.
func (b *bench) things(owner string) map[string]string {
	b.t.Helper()
	made := func(path, body string) string {
		return b.must(201, ask{method: "POST", path: path, token: owner, body: body}).str("id")
	}
	contact := made(b.sub("/contacts"), `{"first_name":"Maria","phone":"+14155550142"}`)
	message := b.must(201, ask{method: "POST", path: b.sub("/messages"), token: owner, body: `{"contact_id":"` + contact + `","channel":"sms","body":"hi"}`})
	person := b.person(b.token(b.acme, b.one.ID, access.AccountUser))
	return map[string]string{
		"sub_account": b.one.ID.String(), "contact": contact, "message": message.str("id"), "conversation": message.str("conversation_id"),
		"company": made(b.sub("/companies"), `{"name":"a"}`), "task": made(b.sub("/tasks"), `{"title":"a"}`),
		"note": made(b.sub("/contacts/"+contact+"/notes"), `{"body":"a"}`), "file": made(b.sub("/files?name=a.txt&contact_id="+contact), "a"),
		"import": made(b.sub("/imports?name=a.csv"), "First name,Email,Phone,Plan\nAnn,ann@x.example,+14155550143,gold\n"), "field": made(b.sub("/custom-fields"), `{"object":"contact","name":"Plan","kind":"text"}`),
		"folder": made(b.sub("/field-folders"), `{"object":"contact","name":"Shoes"}`), "team": made(b.sub("/teams"), `{"name":"a"}`),
		"role":       made("/api/v1/agency/roles", `{"name":"a","level":"account","permissions":["contacts.read"]}`),
		"view":       made(b.sub("/views"), `{"name":"a","object":"contact"}`),
		"webhook":    made(b.sub("/webhooks"), `{"url":"https://hooks.example/h","events":["*"]}`),
		"invitation": made(b.sub("/invitations"), `{"email":"`+uuid.NewString()+`@x.example","role":"account_user"}`),
		"app":        made("/api/v1/agency/oauth-apps", register(`"confidential":true`).body),
		"provider":   made("/api/v1/agency/identity-providers", provider("https://id.bright.example", "").body),
		"member":     person, "person": person, "owner": person, "assignee": person, "mention": person, "follower": person, "job": b.chore(park).String(),
	}
}

// literally gives the documented example of a text, but of an id the one of the
// noun that it is of.
func literally(things map[string]string) func(at string, s schema) any {
	return func(at string, s schema) any {
		if s.Format != "uuid" {
			return example(at, s)
		}
		name := at[strings.LastIndexByte(at, '.')+1:]
		for _, end := range []string{"_ids", "_id", "s"} {
			if id, ok := things[strings.TrimSuffix(name, end)]; ok {
				return id
			}
		}
		return uuid.NewString()
	}
}

// TestEveryExampleIsTaken sends what the document shows for each operation, as
// it stands: a path, the parameters that are needed, a body with every property
// that has an example. No answer finds fault with it; one in four may find that
// the thing is in another state, or isn't there.
func TestEveryExampleIsTaken(t *testing.T) {
	t.Parallel()
	b, s := newBench(t, patient), readSpec(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	things := b.things(owner)
	order := []string{"GET", "POST", "PUT", "PATCH", "DELETE"} // what is deleted is there for the others
	slices.SortStableFunc(s.routes, func(x, y documented) int { return slices.Index(order, x.method) - slices.Index(order, y.method) })
	taken := 0
	for _, r := range s.routes {
		if elsewhere[r.id] != "" {
			continue
		}
		query := url.Values{}
		for _, p := range r.params {
			if p.In == "query" && (p.Required || p.Name == "limit") {
				raw, _ := json.Marshal(example("", p.Schema))
				query.Set(p.Name, strings.Trim(string(raw), `"`))
			}
		}
		a := b.do(ask{
			method: r.method, path: fill(r.path, things) + "?" + query.Encode(), token: owner,
			body: s.exampleOf(t, r, things),
		})
		if a.status < 300 {
			taken++
		}
		if a.status == 400 || a.status == 415 || a.status == 422 || a.status >= 500 {
			t.Errorf("%s (%s %s) finds fault with its own example: %d %s", r.id, r.method, r.path, a.status, a.text)
		}
	}
	if asked := len(s.routes) - len(elsewhere); taken*4 < asked*3 {
		t.Errorf("only %d of %d did something", taken, asked)
	}
}
