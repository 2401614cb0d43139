package apiserver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// canary stands in every text of the victim that the API lets anybody write or
// shows to anybody. It must not come out for somebody else.
const canary = "canary7f3a"

// victim is a tenant full of canaries, and what an attacker could know of it.
type victim struct {
	canary string // its own
	bench  *bench // as the victim sees it: one is its sub-account
	host   string
	token  string            // of its admin
	ids    []string          // of all its records
	names  map[string]string // path parameters that are no ids
	cursor map[string]string // by path
}

// victim fills a sub-account.
func (b *bench) victim(of directory.Agency, host string, in directory.SubAccount) victim {
	b.t.Helper()
	at := *b
	at.one = in
	owner := b.token(of, uuid.Nil, access.AgencyOwner)
	v := victim{canary: canary + in.Name, bench: &at, host: host, token: owner, ids: []string{in.ID.String()}, names: map[string]string{}, cursor: map[string]string{}}
	b.ok(b.options.Directory.SetTelephony(b.t.Context(), in.ID,
		directory.Telephony{AccountSID: "AC" + strings.ReplaceAll(in.ID.String(), "-", ""), AuthToken: v.canary + carrierToken}, "+1415555020"+fmt.Sprint(len(in.Name))))
	v.invite(of)
	for n := range 2 {
		contact := v.keep("POST", at.sub("/contacts"), fmt.Sprintf(
			`{"first_name":"%s","last_name":"%s","email":"%s%d@x.example","phone":"+1415555013%d","tags":["%s"],"source":"%s"}`,
			v.canary, v.canary, v.canary, n, n, v.canary, v.canary))
		company := v.keep("POST", at.sub("/companies"), `{"name":"`+v.canary+`","city":"`+v.canary+`","tags":["`+v.canary+`"]}`)
		v.keep("POST", at.sub("/companies/"+company+"/notes"), `{"body":"`+v.canary+`"}`)
		v.keep("POST", at.sub("/contacts/"+contact+"/notes"), `{"body":"`+v.canary+`"}`)
		v.keep("POST", at.sub("/files?name="+v.canary+"&contact_id="+contact), v.canary)
		v.keep("POST", at.sub("/imports?name="+v.canary), "Name,Email\n"+v.canary+",x\n")
		v.ids = append(v.ids, b.must(202, ask{
			method: "POST", host: host, path: at.sub("/contacts/bulk"), token: owner, body: `{"filter":null,"action":{"kind":"tag.add","tags":["` + v.canary + `"]}}`,
		}).str("id"))
		v.keep("POST", at.sub("/views"), `{"object":"contact","name":"`+v.canary+`","shared":true}`)
		v.keep("POST", at.sub("/tasks"), `{"title":"`+v.canary+`","body":"`+v.canary+`","contact_id":"`+contact+`"}`)
		message := v.keep("POST", at.sub("/messages"), `{"contact_id":"`+contact+`","channel":"sms","body":"`+v.canary+`"}`)
		v.keep("POST", at.sub("/messages"), `{"contact_id":"`+contact+`","channel":"sms","body":"`+v.canary+` again"}`)
		v.keep("POST", at.sub("/teams"), `{"name":"`+v.canary+fmt.Sprint(n)+`"}`)
		v.keep("POST", at.sub("/invitations"), `{"email":"`+v.canary+fmt.Sprint(n)+`@x.example","name":"`+v.canary+`","role":"account_user"}`)
		v.keep("POST", at.sub("/api-keys"), `{"name":"`+v.canary+`","scopes":["contacts.read"]}`)
		v.keep("POST", "/api/v1/agency/api-keys", `{"name":"`+v.canary+`","scopes":["contacts.read"]}`)
		v.ids = append(v.ids, b.threadOf(in, message))
		job := at.chore(`update job set state = 'parked', last_error = '`+v.canary+`', payload = '{"message_id":"`+message+`"}',
			progress = '{"done":1,"total":2,"note":"`+v.canary+`"}', finished_at = now() where id = $1`, queue.Keep())
		v.ids = append(v.ids, job.String())
	}
	v.dismiss()
	v.hook()
	_, err := b.consumer.Once(b.t.Context(), in.ID)
	b.ok(err)
	at.parkEvents(in, "audit")
	at.rewrite(in, `update event_parked set reason = $1`, v.canary)
	v.names["name"] = "res-" + in.Name
	b.must(201, ask{
		method: "POST", host: host, path: "/api/v1/agency/sub-accounts", token: owner,
		body: `{"name":"res-` + in.Name + `","display_name":"` + canary + `","owner_email":"` + canary + `@x.example","timezone":"Europe/Rome","country":"IT","currency":"EUR"}`,
	})
	return v
}

// dismiss tells the victim's contacts apart.
func (v *victim) dismiss() {
	b := v.bench
	b.t.Helper()
	var two []string
	for _, c := range b.must(200, ask{host: v.host, path: b.sub("/contacts"), token: v.token}).rows()[:2] {
		two = append(two, fmt.Sprintf("%q", c["id"]))
	}
	b.must(204, ask{method: "POST", host: v.host, path: b.sub("/contacts/duplicates/dismiss"), token: v.token, body: `{"contacts":[` + strings.Join(two, ",") + `]}`})
}

// invite makes a member whose name is a canary.
func (v *victim) invite(of directory.Agency) {
	b := v.bench
	b.t.Helper()
	ctx := tenancy.WithActor(context.WithoutCancel(b.t.Context()), tenancy.Actor{Kind: tenancy.Operator})
	_, token, err := b.options.Access.Invite(ctx, access.InviteInput{
		Agency: of.ID, SubAccount: b.one.ID, Email: v.canary + b.one.Name + "@people.example", Name: v.canary, Role: access.AccountAdmin,
	})
	b.ok(err)
	signed, err := b.options.Access.Accept(ctx, access.AcceptInput{Agency: of.ID, Token: token, Name: v.canary, Password: password, IP: "192.0.2.1"})
	b.ok(err)
	v.token = signed.Token
	v.ids = append(v.ids, signed.Principal.Person.ID.String())
	_, open, err := b.options.Access.Invite(ctx, access.InviteInput{
		Agency: of.ID, SubAccount: b.one.ID, Email: v.canary + b.one.Name + "2@people.example", Name: v.canary, Role: access.AccountAdmin,
	})
	b.ok(err)
	v.names["token"] = open
}

// hook makes a webhook that hears of everything, with a delivery that went out.
func (v *victim) hook() {
	b := v.bench
	b.t.Helper()
	hook := v.keep("POST", b.sub("/webhooks"), `{"url":"https://`+v.canary+`.example/h","description":"`+v.canary+`","events":["*"]}`)
	v.keep("POST", b.sub("/webhooks/"+hook+"/ping"), ``)
	b.rewrite(b.one, `update webhook_delivery set body = jsonb_build_object('said', $1::text)::text, last_error = $1`, v.canary)
	b.rewrite(b.one, `
		insert into webhook_attempt (sub_account_id, delivery_id, number, started_at, request, response)
		select sub_account_id, id, 1, created_at, $1, $1 from webhook_delivery`, v.canary)
}

// keep makes something of the victim's, under an Idempotency-Key that the
// attacker will use too, and remembers its id.
func (v *victim) keep(method, path, body string) string {
	b := v.bench
	b.t.Helper()
	token := v.token
	if !strings.Contains(path, "sub-accounts") {
		token = b.token(b.agencyOf(v.host), uuid.Nil, access.AgencyOwner)
	}
	made := b.must(201, ask{method: method, host: v.host, path: path, token: token, body: body})
	v.ids = append(v.ids, made.str("id"))
	return made.str("id")
}

func (b *bench) agencyOf(host string) directory.Agency {
	if host == betaHost {
		return b.beta
	}
	return b.acme
}

func (b *bench) threadOf(in directory.SubAccount, message string) (id string) {
	b.t.Helper()
	ctx := tenancy.WithTenant(b.t.Context(), in.Tenant())
	b.ok(b.options.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select conversation_id::text from message where id = $1`, message).Scan(&id)
	}))
	return id
}

func (b *bench) rewrite(in directory.SubAccount, sql string, args ...any) {
	b.t.Helper()
	ctx := tenancy.WithTenant(b.t.Context(), in.Tenant())
	b.ok(b.options.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, sql, args...)
		return err
	}))
}

// rows is everything that the victim's tables hold, as one text a table.
func (v victim) rows() map[string]string {
	b := v.bench
	b.t.Helper()
	out := map[string]string{}
	ctx := tenancy.WithTenant(b.t.Context(), b.one.Tenant())
	b.ok(b.options.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'sub_account_id'
			 where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and has_table_privilege(c.oid, 'select')`)
		if err != nil {
			return err
		}
		tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, table := range tables {
			var all string
			err := tx.QueryRow(ctx, `select coalesce(string_agg(r::text, chr(10) order by r::text), '') from `+pgx.Identifier{table}.Sanitize()+` r`).Scan(&all)
			if err != nil {
				return err
			}
			out[table] = all
		}
		return nil
	}))
	return out
}

// attack is a call and why it is one.
type attack struct {
	why string
	ask
}

// attacks are all the ways in which a route can be asked for another's rows: its
// ids and names in each place of the path, the query and the body, under the
// attacker's own sub-account and under the victim's.
func (s spec) attacks(t *testing.T, r documented, me map[string]string, v victim) []attack {
	t.Helper()
	var out []attack
	call := func(why string, path string, body string, header map[string]string) {
		out = append(out, attack{why, ask{method: r.method, path: path, body: body, header: header}})
	}
	body := s.bodyOf(t, r, example)
	call("as it is", fill(r.path, me), body, nil)
	if r.inSub() {
		there := map[string]string{"sub_account": v.bench.one.ID.String(), "name": v.names["name"], "token": v.names["token"]}
		for _, id := range v.ids {
			call("in the victim's sub-account", fillAll(r.path, there, id), body, nil)
		}
	}
	for _, id := range v.ids {
		path := fillAll(r.path, map[string]string{"sub_account": me["sub_account"], "name": v.names["name"], "token": v.names["token"]}, id)
		theirs := s.bodyOf(t, r, func(at string, s schema) any {
			if s.Format == "uuid" {
				return id
			}
			return example(at, s)
		})
		call("an id of the victim's", path, theirs, nil)
		call("an id of the victim's, with its ETag", path, theirs, map[string]string{"If-Match": `"1"`, "If-None-Match": `"1"`})
		for _, p := range r.params {
			if p.In == "query" && p.Schema.Format == "uuid" {
				call("an id of the victim's in the query", fill(r.path, me)+"?"+p.Name+"="+id, body, nil)
			}
		}
	}
	for _, p := range r.params {
		if p.In != "query" {
			continue
		}
		for _, cursor := range v.cursor {
			if p.Name == "cursor" {
				call("a cursor of the victim's", fill(r.path, me)+"?cursor="+cursor, body, nil)
			}
		}
		if p.Schema.is("string") && p.Name != "cursor" {
			call("a search for the canary", fill(r.path, me)+"?"+p.Name+"="+v.canary, body, nil)
		}
	}
	return out
}

// fillAll puts one id into every hole that has no other value.
func fillAll(path string, values map[string]string, id string) string {
	return hole.ReplaceAllStringFunc(path, func(name string) string {
		if value, ok := values[strings.Trim(name, "{}")]; ok {
			return value
		}
		return id
	})
}

// requestID differs with every answer.
var requestID = regexp.MustCompile(`"request_id":"[^"]*"`)

func (v victim) leaks(a answer) bool {
	raw, _ := json.Marshal(a.header)
	return strings.Contains(a.text, v.canary) || strings.Contains(string(raw), v.canary)
}

// TestNoRouteShowsOrChangesAnothersRows attacks each route of routes.go, as
// another sub-account of the same agency and as another agency: no answer holds
// the victim's canary, and the victim's rows are what they were.
func TestNoRouteShowsOrChangesAnothersRows(t *testing.T) {
	t.Parallel()
	b, s := newBench(t, patient), readSpec(t)
	sibling, abroad := b.victim(b.acme, acmeHost, b.two), b.victim(b.beta, betaHost, b.abroad)
	for name, tc := range map[string]struct {
		victim victim
		token  string
	}{
		"another sub-account of the agency": {sibling, b.token(b.acme, b.one.ID, access.AccountAdmin)},
		"another agency":                    {abroad, b.token(b.acme, uuid.Nil, access.AgencyOwner)},
	} {
		v := tc.victim
		v.sees(t, s)
		before := v.rows()
		me := map[string]string{"sub_account": b.one.ID.String(), "name": "no-such-name", "token": "omi_nonsense"}
		for _, r := range s.routes {
			if r.ends() || r.id == "sign-in" || r.listens() || r.id == "accept-invitation" {
				continue // tested where sessions, streams and invitations are
			}
			for _, attack := range s.attacks(t, r, me, v) {
				attack.token = tc.token
				got := b.do(attack.ask)
				if v.leaks(got) && !strings.Contains(attack.path, v.canary) && r.id != "get-invitation" {
					t.Errorf("%s: %s: %s %s %s: %d %s", name, attack.why, attack.method, attack.path, attack.body, got.status, got.text)
				}
			}
		}
		after := v.rows()
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("%s: the victim's rows changed:\n%s", name, diff)
		}
	}
}

// sees proves that the canary is there to be found: the victim finds it at every
// route that lists or reads, and its cursors with it.
func (v *victim) sees(t *testing.T, s spec) {
	t.Helper()
	found := map[string]bool{}
	for _, r := range s.routes {
		if r.method != http.MethodGet || !r.inSub() || r.listens() {
			continue
		}
		for _, id := range v.ids {
			path := fillAll(r.path, map[string]string{"sub_account": v.bench.one.ID.String()}, id)
			a := v.bench.do(ask{host: v.host, path: path, token: v.token})
			found[r.id] = found[r.id] || a.status == 200 && v.leaks(a)
			if slices.ContainsFunc(r.params, func(p parameter) bool { return p.Name == "limit" }) {
				short := v.bench.do(ask{host: v.host, path: path + "?limit=1", token: v.token})
				if next := short.str("next_cursor"); next != "" {
					v.cursor[path] = next
				}
			}
		}
	}
	for _, id := range []string{
		"list-contacts", "get-contact", "list-companies", "get-company", "list-contact-notes", "get-note", "list-tasks", "get-task", "list-files", "get-file", "get-file-content", "list-imports", "get-import", "list-views", "get-view", "list-bulk-actions", "get-bulk-action", "list-contact-timeline", "list-company-timeline", "list-dismissed-duplicates",
		"list-conversations", "get-conversation", "list-messages", "list-members", "list-audit",
		"list-api-keys", "get-job", "list-parked-events", "list-teams", "get-team", "list-invitations", "get-member",
		"list-webhooks", "get-webhook", "list-webhook-deliveries",
	} {
		if !found[id] {
			t.Errorf("the victim itself finds no canary by %s: the test could not fail", id)
		}
	}
	if len(v.cursor) < 3 {
		t.Errorf("only %d cursors were found", len(v.cursor))
	}
}

// TestAForeignIdReadsLikeOneThatNeverWas: whether a record exists elsewhere
// makes no difference to the answer, but for the id that was asked for.
func TestAForeignIdReadsLikeOneThatNeverWas(t *testing.T) {
	t.Parallel()
	b, s := newBench(t, patient), readSpec(t)
	v := b.victim(b.beta, betaHost, b.abroad)
	token := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	me := map[string]string{"sub_account": b.one.ID.String(), "name": "no-such-name", "token": "omi_nonsense"}
	same := func(q ask, id string) string {
		a := b.do(q)
		text := requestID.ReplaceAllString(a.text, "")
		return fmt.Sprint(a.status, strings.ReplaceAll(text, id, "ID"), a.header.Get("ETag"))
	}
	for _, r := range s.routes {
		if !strings.Contains(r.path, "{") || r.ends() || r.listens() || r.id == "get-invitation" || r.id == "accept-invitation" {
			continue
		}
		never := uuid.NewString()
		for _, id := range v.ids {
			at := func(id string) ask {
				body := s.bodyOf(t, r, func(at string, s schema) any {
					if s.Format == "uuid" {
						return id
					}
					return example(at, s)
				})
				return ask{method: r.method, path: fillAll(r.path, me, id), token: token, body: body, header: map[string]string{"If-Match": `"1"`}}
			}
			if theirs, nobodys := same(at(id), id), same(at(never), never); theirs != nobodys && !strings.HasPrefix(theirs, "2") {
				t.Errorf("%s %s tells that %s exists:\n%s\n%s", r.method, r.path, id, theirs, nobodys)
			}
		}
		named := ask{method: r.method, path: fill(r.path, map[string]string{"sub_account": b.one.ID.String(), "name": v.names["name"]}), token: token}
		if strings.Contains(r.path, "{name}") {
			if a := b.do(named); a.status != http.StatusNotFound && a.status != http.StatusUnprocessableEntity && a.status != http.StatusBadRequest {
				t.Errorf("%s %s by another agency's name: %d %s", r.method, r.path, a.status, a.text)
			}
		}
	}
}

// TestAStreamTellsNothingOfOthers reads a stream from its beginning until an
// event of its own comes.
func TestAStreamTellsNothingOfOthers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.victim(b.acme, acmeHost, b.two)
	b.victim(b.beta, betaHost, b.abroad)
	token := b.token(b.acme, b.one.ID, access.AccountAdmin)
	b.createContact(token, "Maria")
	stream := b.listen(token, "0")
	b.createContact(token, "Ada")
	for _, want := range []string{"Maria", "Ada"} {
		_, _, data := stream.next()
		if raw := string(data.Payload); !strings.Contains(raw, want) || strings.Contains(raw, canary) {
			t.Errorf("got %s, want %s", raw, want)
		}
	}
	for _, foreign := range []uuid.UUID{b.two.ID, b.abroad.ID} {
		b.must(404, ask{path: "/api/v1/sub-accounts/" + foreign.String() + "/events", token: token, header: map[string]string{"Last-Event-ID": "0"}})
	}
}

// TestAnIdempotencyKeyIsItsOwnersAlone: the same key, of another tenant, is
// neither refused nor answered with what the other got.
func TestAnIdempotencyKeyIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	create := func(host string, in directory.SubAccount, token, name string) answer {
		return b.must(201, ask{
			method: "POST", host: host, path: "/api/v1/sub-accounts/" + in.ID.String() + "/contacts", token: token,
			body: `{"first_name":"` + name + `"}`, header: map[string]string{"Idempotency-Key": "k"},
		})
	}
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	create(acmeHost, b.two, owner, canary)
	create(betaHost, b.abroad, b.token(b.beta, uuid.Nil, access.AgencyOwner), canary)
	for who, token := range map[string]string{"the same person elsewhere": owner, "somebody else": b.token(b.acme, b.one.ID, access.AccountAdmin)} {
		a := create(acmeHost, b.one, token, "mine")
		if strings.Contains(a.text, canary) || a.header.Get("Idempotency-Replayed") != "" || a.str("first_name") != "mine" {
			t.Errorf("%s: got %s %v", who, a.text, a.header)
		}
	}
}
