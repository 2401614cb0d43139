package apiserver_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// alone are the routes with a body that tell what the schema refuses by itself.
var alone = map[string]string{
	"sign-in":              "who isn't let in learns nothing of what would be wrong besides, and a try counts",
	"sign-in-by-passkey":   "who isn't let in learns nothing of what would be wrong besides",
	"confirm-sso":          "who isn't let in learns nothing of what would be wrong besides, and a try counts",
	"accept-invitation":    "it asks for a password, and a try counts",
	"use-password-reset":   "it hashes a password, whose rules are told when all else is right",
	"change-password":      "it asks for the present password, and a try counts",
	"remove-totp":          "it asks for the password, and a try counts",
	"confirm-totp":         "it asks for a code, and a try counts",
	"renew-recovery-codes": "it asks for a code, and a try counts",
	"delete-passkey":       "it asks for the password, and a try counts",
	"create-passkey":       "what it takes is an authenticator's, and good once",
	"allow-oauth-request":  "it has no rule but who may consent",
	"batch-contacts":       "each item has an answer of its own",
	"replay-jobs":          "it has no rule but what the schema says",
	"replay-parked-events": "it has no rule but that there is the subscriber, and hearers may act outside",
	"replay-webhook":       "it has no rule but what the schema says",
}

// wrongs are a body that is right, members that break rules of the business, and
// where those are told. {member}, {contact}, {other}, {company} and {sub} stand for ids, {new} and
// {phone} for what nobody has.
type wrongs struct {
	path   string // "" is that of the route's line in posts or edits
	whole  string
	broken string
	paths  []string
}

const (
	wholeContact = `{"first_name":"a","last_name":"b","email":"{new}@x.example","phone":"{phone}","emails":[{"address":"{new}@x.example","label":"w","primary":true,"state":"ok"}],` +
		`"tags":["vip"],"owner_id":"{member}","followers":["{member}"],"source":"web","company_id":"{company}","job_title":"c","address":{"city":"x","country":"US"},` +
		`"timezone":"Europe/Rome","birthday":"1984-05-23","attribution":{"first":{"utm_source":"n"}},"dnd":["sms"],"score":3,"custom":{"plan":"gold"}}`
	brokenContact = `{"email":"maria@","phone":"+1415","timezone":"Mars/Olympus","custom":{"colour":"red"},"emails":[{"address":"b@x.example"},{"address":"nobody"}]}`
	wholeField    = `{"object":"contact","key":"k","name":"n","kind":"select","options":[{"key":"a","label":"A"}],"required":false,"indexed":true,"position":1,"rules":{}}`
	wholeImport   = `{"fields":["name","email"],"match":["email"],"on_match":"update","tags":["a"],"source":"s","consent":{"source":"a","text":"b","at":"2026-01-01T00:00:00Z"},"date_order":"dmy","decimal":".","currency":"USD"}`
	brokenImport  = `{"fields":["name","nonsense"],"currency":"XXQ","consent":{"source":"","text":"b","at":"2026-01-01T00:00:00Z"}}`
	wholeFilter   = `{"field":"tags","op":"any_of","value":["vip"]}`
	brokenFilter  = `{"and":[{"field":"tags","op":"any_of","value":["vip"]},{"field":"nonsense","op":"is","value":1}]}`
)

var brokenContactPaths = []string{"custom.colour", "email", "emails[1].address", "phone", "timezone"}

func below(path string, paths []string) (out []string) {
	for _, p := range paths {
		out = append(out, path+"."+p)
	}
	return out
}

var told = map[string]wrongs{
	"create-contact": {whole: wholeContact, broken: brokenContact, paths: brokenContactPaths},
	"patch-contact":  {whole: wholeContact, broken: brokenContact, paths: brokenContactPaths},
	"upsert-contact": {
		whole:  `{"match":["email"],"on_ambiguous":"first","conflict":{"names":"keep","tags":"replace"},"contact":` + wholeContact + `}`,
		broken: `{"contact":` + brokenContact + `}`, paths: below("contact", brokenContactPaths),
	},
	"query-contacts": {
		path: "/contacts/query", whole: `{"filter":` + wholeFilter + `,"q":"a","sort":"name","limit":3,"fields":["id"],"expand":["company"],"at_row":1}`,
		broken: `{"filter":` + brokenFilter + `,"fields":["id","nonsense"]}`, paths: []string{"fields[1]", "filter.and[1].field"},
	},
	"count-contacts": {
		path: "/contacts/count", whole: `{"filter":` + wholeFilter + `,"q":"a"}`, broken: `{"filter":` + brokenFilter + `}`, paths: []string{"filter.and[1].field"},
	},
	"export-contacts": {
		path: "/contacts/export", whole: `{"filter":` + wholeFilter + `,"q":"a","columns":["id"],"sort":"name","bom":true}`,
		broken: `{"filter":` + brokenFilter + `,"columns":["id","nonsense"]}`, paths: []string{"columns[1]", "filter.and[1].field"},
	},
	"explain-contact": {
		path: "/contacts/{contact}/explain", whole: `{"filter":` + wholeFilter + `}`, broken: `{"filter":` + brokenFilter + `}`, paths: []string{"filter.and[1].field"},
	},
	"merge-contacts": {
		whole: `{"from":["{other}"],"fields":{"first_name":"{other}"},"versions":{"{other}":1}}`, broken: `{"fields":{"nonsense":"{other}"}}`, paths: []string{"fields.nonsense"},
	},
	"dismiss-duplicates": {whole: `{"contacts":["{contact}","{other}"]}`, broken: `{"contacts":["{other}","{other}"]}`, paths: []string{"contacts[1]"}},
	"restore-duplicates": {whole: `{"contacts":["{contact}","{other}"]}`, broken: `{"contacts":["{other}","{other}"]}`, paths: []string{"contacts[1]"}},
	"start-bulk-action": {
		whole:  `{"filter":` + wholeFilter + `,"q":"a","except":["{other}"],"action":{"kind":"tag.add","tags":["a"]}}`,
		broken: `{"filter":` + brokenFilter + `,"action":{"kind":"dnd.add","channels":["fax"]}}`, paths: []string{"action.channels[0]", "filter.and[1].field"},
	},
	"create-view": {
		whole:  `{"object":"contact","name":"a","filter":` + wholeFilter + `,"columns":["name"],"sort":"name","shared":true,"position":1}`,
		broken: `{"filter":` + brokenFilter + `,"columns":["nonsense"]}`, paths: []string{"columns[0]", "filter.and[1].field"},
	},
	"patch-view": {
		whole:  `{"name":"a","filter":` + wholeFilter + `,"columns":["name"],"sort":"name","shared":true,"position":1}`,
		broken: `{"filter":` + brokenFilter + `,"columns":["nonsense"]}`, paths: []string{"columns[0]", "filter.and[1].field"},
	},
	"create-company": {
		whole:  `{"name":"a","domain":"{new}.example","phone":"{phone}","website":"https://x.example","city":"c","country":"US","owner_id":"{member}","tags":["a"],"custom":{}}`,
		broken: `{"domain":"nobody","phone":"+1415","custom":{"colour":1}}`, paths: []string{"custom.colour", "domain", "phone"},
	},
	"patch-company": {
		whole:  `{"name":"a","domain":"{new}.example","phone":"{phone}","website":"https://x.example","city":"c","country":"US","owner_id":"{member}","tags":["a"],"custom":{}}`,
		broken: `{"domain":"nobody","phone":"+1415","custom":{"colour":1}}`, paths: []string{"custom.colour", "domain", "phone"},
	},
	"create-contact-note": {whole: `{"body":"a","mentions":["{member}"],"pinned":true}`, broken: `{"body":"a\u0001","mentions":["{other}"]}`, paths: []string{"body", "mentions[0]"}},
	"create-company-note": {whole: `{"body":"a","mentions":["{member}"],"pinned":true}`, broken: `{"body":"a\u0001","mentions":["{other}"]}`, paths: []string{"body", "mentions[0]"}},
	"patch-note":          {whole: `{"body":"a","mentions":["{member}"],"pinned":true}`, broken: `{"body":"a\u0001","mentions":["{other}"]}`, paths: []string{"body", "mentions[0]"}},
	"create-task": {
		whole:  `{"title":"a","body":"b","all_day":true,"due_at":"2026-03-01T09:00:00Z","reminder_at":"2026-03-01T08:00:00Z","recurrence":"FREQ=DAILY","timezone":"Europe/Rome","assignee_id":"{member}","contact_id":"{contact}"}`,
		broken: `{"timezone":"Mars/Olympus","assignee_id":"{other}"}`, paths: []string{"assignee_id", "timezone"},
	},
	"patch-task": {
		whole:  `{"title":"a","body":"b","all_day":true,"due_at":"2026-03-01T09:00:00Z","reminder_at":"2026-03-01T08:00:00Z","recurrence":"FREQ=DAILY","timezone":"Europe/Rome","assignee_id":"{member}"}`,
		broken: `{"timezone":"Mars/Olympus","assignee_id":"{other}"}`, paths: []string{"assignee_id", "timezone"},
	},
	"create-custom-field": {whole: wholeField, broken: `{"key":"No Key","kind":"text"}`, paths: []string{"key", "options"}},
	"patch-custom-field":  {whole: `{"name":"n","required":false,"indexed":true,"position":1,"rules":{"min_length":1,"max_length":5,"pattern":"a+"}}`, broken: `{"name":"","rules":{"min":1}}`, paths: []string{"name", "rules.min"}},
	"create-field-folder": {whole: `{"object":"contact","name":"a","position":1}`, broken: `{"name":""}`, paths: []string{"name"}},
	"patch-field-folder":  {whole: `{"name":"{new}","position":1}`, broken: `{"name":""}`, paths: []string{"name"}},
	"preview-import":      {whole: wholeImport, broken: brokenImport, paths: []string{"consent.source", "currency", "fields[1]", "match[0]"}},
	"start-import":        {whole: wholeImport, broken: brokenImport, paths: []string{"consent.source", "currency", "fields[1]", "match[0]"}},
	"patch-import":        {whole: `{"encoding":"utf-8","delimiter":","}`, broken: `{"delimiter":"x"}`, paths: []string{"delimiter"}},
	"send-message":        {whole: `{"contact_id":"{contact}","channel":"sms","body":"a"}`, broken: `{"body":" "}`, paths: []string{"body"}},
	"create-webhook": {
		whole:  `{"url":"https://example.com/h","events":["contact.*"],"description":"d"}`,
		broken: `{"url":"https://127.0.0.1/h","events":["nonsense"]}`, paths: []string{"events[0]", "url"},
	},
	"patch-webhook": {
		whole:  `{"url":"https://example.com/h","events":["contact.*"],"description":"d","enabled":false}`,
		broken: `{"url":"https://127.0.0.1/h","events":["nonsense"]}`, paths: []string{"events[0]", "url"},
	},
	"create-api-key":        {whole: `{"name":"a","scopes":["contacts.read"]}`, broken: `{"name":" ","scopes":["contacts.read","agency.jobs.read"]}`, paths: []string{"name", "scopes[1]"}},
	"create-agency-api-key": {whole: `{"name":"a","scopes":["contacts.read"]}`, broken: `{"name":" ","scopes":["nonsense"]}`, paths: []string{"name", "scopes[0]"}},
	"create-role": {
		whole:  `{"name":"a","description":"b","level":"account","permissions":["contacts.read"],"reach":"team"}`,
		broken: `{"name":"","level":"agency"}`, paths: []string{"name", "reach"},
	},
	"patch-role":  {whole: `{"name":"{new}","description":"b","permissions":["contacts.read"],"reach":"team"}`, broken: `{"name":"","permissions":["nonsense"]}`, paths: []string{"name", "permissions[0]"}},
	"create-team": {whole: `{"name":"a","members":["{member}"]}`, broken: `{"name":" "}`, paths: []string{"name"}},
	"patch-team":  {whole: `{"name":"{new}","members":["{member}"]}`, broken: `{"name":" "}`, paths: []string{"name"}},
	"create-invitation": {
		whole: `{"email":"a@x.example","name":"a","role":"account_user"}`, broken: `{"email":"nobody","role":"nonsense"}`, paths: []string{"email", "role"},
	},
	"create-agency-invitation": {
		whole: `{"email":"a@x.example","name":"a","role":"agency_support"}`, broken: `{"email":"nobody","role":"nonsense"}`, paths: []string{"email", "role"},
	},
	"patch-member":        {whole: `{"role":"account_manager"}`, broken: `{"role":"nonsense"}`, paths: []string{"role"}},
	"patch-agency-member": {whole: `{"role":"agency_support"}`, broken: `{"role":"nonsense"}`, paths: []string{"role"}},
	"create-oauth-app": {
		whole:  `{"name":"a","homepage":"https://x.example","redirect_uris":["https://x.example/c"],"scopes":["contacts.read"],"confidential":true}`,
		broken: `{"homepage":"ftp://x","redirect_uris":["nonsense"]}`, paths: []string{"homepage", "redirect_uris[0]"},
	},
	"patch-oauth-app": {
		whole:  `{"name":"a","homepage":"https://x.example","redirect_uris":["https://x.example/c"],"scopes":["contacts.read"]}`,
		broken: `{"homepage":"ftp://x","redirect_uris":["nonsense"]}`, paths: []string{"homepage", "redirect_uris[0]"},
	},
	"create-identity-provider": {
		whole: `{"name":"a","issuer":"https://id.y.example","client_id":"c","client_secret":"s","domains":["y.example"],"enabled":true,"enforced":false,"provisioning":"create",` +
			`"role":"account_user","sub_account_ids":["{sub}"],"mfa":"claimed","acr_values":["a"],"trust_email":true,"session_hours":5}`,
		broken: `{"issuer":"nonsense","domains":["gmail.com"]}`, paths: []string{"domains[0]", "issuer"},
	},
	"patch-identity-provider": {
		whole:  `{"name":"a","enabled":true,"provisioning":"create","role":"account_user","sub_account_ids":["{sub}"],"mfa":"claimed","session_hours":5}`,
		broken: `{"issuer":"nonsense","domains":["gmail.com"]}`, paths: []string{"domains[0]", "issuer"},
	},
	"create-sub-account": {
		whole:  `{"name":"s","display_name":"S","owner_email":"a@x.example","timezone":"Europe/Rome","country":"IT","currency":"EUR","isolation":"Shared"}`,
		broken: `{"name":"No Name","owner_email":"nobody","timezone":"Mars/Olympus"}`, paths: []string{"name", "owner_email", "timezone"},
	},
	"patch-sub-account": {whole: `{"display_name":"S","timezone":"Europe/Rome","suspended":false}`, broken: `{"display_name":" ","timezone":"Mars/Olympus"}`, paths: []string{"display_name", "timezone"}},
	"patch-passkey":     {whole: `{"name":"a"}`, broken: `{"name":" "}`, paths: []string{"name"}},
	"start-impersonation": {
		path: "/api/v1/agency/impersonation", whole: `{"sub_account_id":"{sub}","member_id":"{member}","reason":"to help them","read_only":true}`,
		broken: `{"reason":"no"}`, paths: []string{"reason"},
	},
	// What these refuse, the schema says too: nothing of the business is left to tell.
	"patch-security-policy":     {whole: `{"mfa":"optional"}`},
	"patch-conversation":        {whole: `{"status":"open","read":true}`},
	"rotate-webhook-secret":     {whole: `{"overlap_hours":3}`},
	"patch-audit-policy":        {whole: `{"retention_days":365}`, broken: `{"retention_days":1}`},
	"patch-agency-audit-policy": {whole: `{"retention_days":365}`, broken: `{"retention_days":7}`, paths: []string{"retention_days"}},
}

// desks are the requests of told, each at something that is there.
func (b *bench) desks(owner string) func(r documented) (whole, broken ask) {
	b.t.Helper()
	made := func(path, body string) string {
		return b.must(201, ask{method: "POST", path: b.sub(path), token: owner, body: body}).str("id")
	}
	made("/custom-fields", `{"object":"contact","key":"plan","name":"Plan","kind":"text"}`)
	ids := strings.NewReplacer(
		"{member}", b.person(b.token(b.acme, b.one.ID, access.AccountUser)), "{contact}", made("/contacts", `{"phone":"+14155550199"}`),
		"{other}", made("/contacts", `{"first_name":"o"}`), "{company}", made("/companies", `{"name":"c"}`), "{sub}", b.one.ID.String(),
	)
	posts, edits := b.posts(owner), b.edits(owner)
	maps.Copy(posts, b.accessPosts(owner))
	maps.Copy(posts, b.hookPosts(owner))
	maps.Copy(edits, b.accessEdits(owner))
	maps.Copy(edits, b.hookEdits(owner))
	return func(r documented) (ask, ask) {
		line := told[r.id]
		q := ask{path: ids.Replace(line.path)}
		switch post, edit := posts[r.id], edits[r.id]; {
		case post != nil:
			q = post()
		case edit != nil:
			_, q = edit()
		case !strings.HasPrefix(q.path, "/api"):
			q.path = b.sub(q.path)
		}
		q.method, q.token = r.method, owner
		if r.id == "start-impersonation" { // the session is somebody else's from then on
			q.token = b.token(b.acme, uuid.Nil, access.AgencyOwner)
		}
		whole, broken := q, q
		fresh := strings.NewReplacer("{new}", uuid.NewString(), "{phone}", fmt.Sprintf("+1415555%04d", 1000+phones.Add(1)))
		whole.body = fresh.Replace(ids.Replace(line.whole))
		broken.body = patched(b.t, whole.body, ids.Replace(line.broken))
		return whole, broken
	}
}

// patched is an object with the members of another one.
func patched(t *testing.T, whole, members string) string {
	t.Helper()
	all := map[string]json.RawMessage{}
	for _, text := range []string{whole, members} {
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), &all); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
	out, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestEveryRouteTellsAllErrorsAtOnce breaks rules of each route's business, alone
// and together with one of the schema's.
func TestEveryRouteTellsAllErrorsAtOnce(t *testing.T) {
	t.Parallel()
	b, s := newBench(t, patient), readSpec(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	desk := b.desks(owner)
	for _, r := range s.routes {
		line, tells := told[r.id]
		if r.body == nil || r.body.Type == nil && r.body.Ref == "" { // files
			continue
		}
		if tells == (alone[r.id] != "") {
			t.Errorf("%s is neither told nor alone, or both: a new route with a body has a line in one of them", r.id)
		}
		if !tells || line.paths == nil {
			continue
		}
		_, q := desk(r)
		a := b.do(q)
		if got := a.paths(); a.status != http.StatusUnprocessableEntity || !cmp.Equal(got, line.paths) {
			t.Errorf("%s %s: %d %s, want errors at %q", r.id, q.body, a.status, a.text, line.paths)
			continue
		}
		q.body = patched(t, q.body, `{"zzz":1}`)
		want := append(slices.Clone(line.paths), "zzz")
		if a = b.do(q); a.code() != "request.invalid" || !cmp.Equal(a.paths(), want) {
			t.Errorf("%s %s: %d %s, want errors at %q", r.id, q.body, a.status, a.text, want)
		}
	}
}

// paths are those of a problem's errors, as they come.
func (a answer) paths() (out []string) {
	list, _ := a.json["errors"].([]any)
	for _, item := range list {
		field, _ := item.(map[string]any)
		path, _ := field["path"].(string)
		out = append(out, path)
	}
	return out
}

// TestWhatCannotBeReadBreaksNoRule takes each value of a right body, and all of
// them, for one of a wrong type: that is all that is told.
func TestWhatCannotBeReadBreaksNoRule(t *testing.T) {
	t.Parallel()
	b, s := newBench(t, patient), readSpec(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	desk := b.desks(owner)
	for _, r := range s.routes {
		if _, tells := told[r.id]; !tells {
			continue
		}
		whole, _ := desk(r)
		var body any
		b.ok(json.Unmarshal([]byte(whole.body), &body))
		for path, text := range mistypings(body, "", body) {
			q := whole
			q.body = text
			a := b.do(q)
			if a.code() != "request.invalid" && a.status < 300 || strings.HasPrefix(path, "filter.") || strings.HasPrefix(path, "custom.") || strings.Contains(path, ".custom.") {
				continue // it has no type of its own
			}
			if got := a.paths(); a.status != http.StatusUnprocessableEntity || !cmp.Equal(got, []string{path}) {
				t.Errorf("%s %s: %d %s, want an error at %q alone", r.id, text, a.status, a.text, path)
			}
		}
		all, want := map[string]any{}, []string(nil)
		for _, key := range slices.Sorted(maps.Keys(body.(map[string]any))) {
			if all[key] = true; isBool(body.(map[string]any)[key]) {
				all[key] = "wrong"
			}
			want = append(want, key)
		}
		text, err := json.Marshal(all)
		b.ok(err)
		q := whole
		q.body = string(text)
		if a := b.do(q); a.status != http.StatusUnprocessableEntity || !cmp.Equal(a.paths(), want) {
			t.Errorf("%s %s: %d %s, want errors at %q alone", r.id, text, a.status, a.text, want)
		}
		if a := b.do(whole); a.status >= 300 {
			t.Errorf("%s: the whole is not right: %s: %d %s", r.id, whole.body, a.status, a.text)
		}
	}
}

func isBool(v any) bool {
	_, is := v.(bool)
	return is
}

// mistypings are a body with one of its values of a wrong type, by its path.
func mistypings(node any, at string, root any) map[string]string {
	out := map[string]string{}
	try := func(path string, is any, put func(any)) {
		wrong := any("wrong")
		if _, text := is.(string); text {
			wrong = 5
		}
		put(wrong)
		body, err := json.Marshal(root)
		if err == nil {
			out[path] = string(body)
		}
		put(is)
		maps.Copy(out, mistypings(is, path, root))
	}
	switch node := node.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(node)) {
			try(strings.TrimPrefix(at+"."+key, "."), node[key], func(v any) { node[key] = v })
		}
	case []any:
		for i := range node {
			try(at+"["+strconv.Itoa(i)+"]", node[i], func(v any) { node[i] = v })
		}
	}
	return out
}
