package apiserver_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/access"
)

func TestAllErrorsOfARequestAreToldAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountAdmin)
	contacts := b.sub("/contacts")
	made := b.must(201, ask{method: "POST", path: contacts, token: token, body: `{"first_name":"a","email":"a@x.example"}`})
	b.must(201, ask{method: "POST", path: b.sub("/custom-fields"), token: token, body: `{"object":"contact","key":"seats","name":"Seats","kind":"number"}`})
	contact := contacts + "/" + made.str("id")
	for name, tc := range map[string]struct {
		ask  ask
		code string // "" is request.invalid
		want []string
	}{
		"a contact in which much is wrong": {
			ask:  ask{path: contacts, body: `{"frist_name":"Maria","score":"high","email":"maria@","phone":"+1415","timezone":"Mars/Olympus","custom":{"colour":"red","seats":"many"}}`},
			want: []string{"custom.colour", "custom.seats", "email", "frist_name", "phone", "score", "timezone"},
		},
		"items in the order in which they stand": {
			ask: ask{path: contacts, body: `{"zzz":1,"emails":[` + strings.Repeat(`{"address":"nobody"},`, 10) + `{"address":5}]}`},
			want: []string{
				"emails[0].address", "emails[1].address", "emails[2].address", "emails[3].address", "emails[4].address", "emails[5].address",
				"emails[6].address", "emails[7].address", "emails[8].address", "emails[9].address", "emails[10].address", "zzz",
			},
		},
		"what stands in something of a wrong type": {
			ask: ask{path: contacts, body: `{"address":"Rome","email":"maria@"}`}, want: []string{"address", "email"},
		},
		"a name that can't be read is a name": {
			ask: ask{path: contacts, body: `{"first_name":7}`}, want: []string{"first_name"},
		},
		"what is sent under a misspelt name is not missing": {
			ask: ask{path: contacts, body: `{"frist_name":"Maria"}`}, want: []string{"frist_name"},
		},
		"what is not sent at all is": {
			ask: ask{path: contacts, body: `{"nickname":"Mary"}`}, want: []string{"first_name", "nickname"},
		},
		"a field in other letters is not read": {
			ask: ask{path: contacts, body: `{"first_name":"a","Email":"maria@"}`}, want: []string{"Email"},
		},
		"a list whose item can't be read is not judged": {
			ask: ask{path: contacts, body: `{"first_name":"a","tags":["", 5, "` + strings.Repeat("a", 65) + `"],"timezone":"Mars/Olympus"}`}, want: []string{"tags[1]", "timezone"},
		},
		"a value that is too long is told once": {
			ask: ask{path: contacts, body: `{"first_name":"` + strings.Repeat("a", 101) + `","email":"` + strings.Repeat("a", 255) + `"}`}, want: []string{"email", "first_name"},
		},
		"a custom field whose key has points and brackets": {
			ask: ask{path: contacts, body: `{"first_name":"a","birthday":1,"custom":{"a.b[0]":1}}`}, want: []string{"birthday", "custom.a.b[0]"},
		},
		"a change": {
			ask: ask{method: "PATCH", path: contact, body: `{"zzz":1,"email":"maria@","birthday":"yesterday"}`}, want: []string{"birthday", "email", "zzz"},
		},
		"a change takes what is absent as it is": {
			ask: ask{method: "PATCH", path: contact, body: `{"zzz":1,"first_name":5,"email":null}`}, want: []string{"first_name", "zzz"},
		},
		"a change of nobody": {
			ask: ask{method: "PATCH", path: contacts + "/" + uuid.NewString(), body: `{"zzz":1,"email":"maria@"}`}, want: []string{"zzz"},
		},
		"a change of what is no id": {
			ask: ask{method: "PATCH", path: contacts + "/7", body: `{"zzz":1,"email":"maria@"}`}, want: []string{"contact", "zzz"},
		},
		"a precondition that can't be read": {
			ask:  ask{method: "PATCH", path: contact, body: `{"email":"maria@"}`, header: map[string]string{"If-Match": "3"}},
			want: []string{"If-Match", "email"},
		},
		"a precondition that can't be read, with all else": {
			ask:  ask{method: "PATCH", path: contact, body: `{"zzz":1,"email":"maria@"}`, header: map[string]string{"If-Match": "3"}},
			want: []string{"If-Match", "email", "zzz"},
		},
		"a precondition that has lapsed tells nothing more": {
			ask:  ask{method: "PATCH", path: contact, body: `{"zzz":1}`, header: map[string]string{"If-Match": `"3"`}},
			want: []string{"zzz"},
		},
		"an address that somebody has is told when all else is right": {
			ask: ask{path: contacts, body: `{"zzz":1,"email":"a@x.example"}`}, want: []string{"zzz"},
		},
		"an unknown parameter": {
			ask: ask{path: contacts + "?zzz=1", body: `{"email":"maria@"}`}, want: []string{"email", "zzz"},
		},
		"a request under a key": {
			ask:  ask{path: contacts, body: `{"zzz":1,"email":"maria@"}`, header: map[string]string{"Idempotency-Key": "k"}},
			want: []string{"email", "zzz"},
		},
		"a filter in a body": {
			ask:  ask{path: contacts + "/query", body: `{"limit":0,"fields":["nonsense"],"filter":{"and":[{"field":"nonsense","op":"is","value":1},{"field":"tags","op":"nonsense"}]}}`},
			want: []string{"fields[0]", "filter.and[0].field", "filter.and[1].op", "limit"},
		},
		"a list and a filter of the business alone": {
			ask:  ask{path: contacts + "/query", body: `{"cursor":"nonsense","fields":["nonsense"],"filter":{"field":"nonsense","op":"is","value":1}}`},
			want: []string{"cursor", "fields[0]", "filter.field"},
		},
		"the kind of a field that there isn't leaves its options alone": {
			ask:  ask{path: b.sub("/custom-fields"), body: `{"object":"contact","kind":"selection","name":"","options":[{"key":"a","label":""}],"rules":{"min":1,"earliest":"soon"}}`},
			want: []string{"kind", "name", "options[0].label", "rules.earliest"},
		},
		"a webhook to where none may lead": {
			ask:  ask{path: b.sub("/webhooks"), body: `{"url":"https://10.0.0.1/","events":"all","secret":"s"}`},
			want: []string{"events", "secret", "url"},
		},
		"what is missing and what is wrong": {
			ask: ask{path: b.sub("/messages"), body: `{"channel":"sms","body":" "}`}, want: []string{"body", "contact_id"},
		},
		"an attack has no typing error to mend": {
			ask: ask{path: contacts, body: `{` + members(201) + `"email":"maria@"}`}, want: strings.Fields(names(201)),
		},
	} {
		t.Run(name, func(t *testing.T) {
			q := tc.ask
			if q.token = token; q.method == "" {
				q.method = "POST"
			}
			a := b.do(q)
			if a.status != http.StatusUnprocessableEntity {
				t.Fatalf("%d %s", a.status, a.text)
			}
			if diff := cmp.Diff(tc.want, a.paths()); diff != "" {
				t.Errorf("paths (-want +got):\n%s\n%s", diff, a.text)
			}
			if again := b.do(q); !cmp.Equal(again.paths(), a.paths()) {
				t.Errorf("asked again, it is told otherwise: %s, then %s", a.text, again.text)
			}
		})
	}
}

func members(n int) (out string) {
	for _, name := range strings.Fields(names(n)) {
		out += `"` + name + `":1,`
	}
	return out
}

func names(n int) (out string) {
	for i := range n {
		out += fmt.Sprintf("z%03d ", i)
	}
	return out
}

// TestWhatIsRefusedHasNoEffect asks each route for something right, with one
// member that there isn't.
func TestWhatIsRefusedHasNoEffect(t *testing.T) {
	t.Parallel()
	b, s := newBench(t, patient), readSpec(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	desk := b.desks(owner)
	for _, r := range s.routes {
		if _, tells := told[r.id]; !tells {
			continue
		}
		q, _ := desk(r)
		q.body = patched(t, q.body, `{"zzz":1}`)
		before := b.traces(owner)
		if a := b.do(q); a.status != http.StatusUnprocessableEntity || !cmp.Equal(a.paths(), []string{"zzz"}) {
			t.Errorf("%s: %d %s", r.id, a.status, a.text)
		}
		if diff := cmp.Diff(before, b.traces(owner)); diff != "" {
			t.Errorf("%s %s has left (-before +after):\n%s", r.id, q.body, diff)
		}
	}
}

// TestWhoMayNotIsToldNothingElse asks with errors of both kinds.
func TestWhoMayNotIsToldNothingElse(t *testing.T) {
	t.Parallel()
	b, s := newBench(t, patient), readSpec(t)
	desk := b.desks(b.token(b.acme, uuid.Nil, access.AgencyOwner))
	reader, stranger := b.token(b.acme, b.one.ID, access.AccountReadOnly), b.token(b.acme, b.two.ID, access.AccountAdmin)
	for _, r := range s.routes {
		if _, tells := told[r.id]; !tells || r.permission == "contacts.read" || r.permission == "" {
			continue
		}
		_, q := desk(r)
		q.body = patched(t, q.body, `{"zzz":1}`)
		for who, token := range map[string]string{"nobody": "", "a reader": reader, "a stranger": stranger} {
			q.token = token
			if a := b.do(q); a.status != 401 && a.status != 403 && a.status != 404 || len(a.paths()) > 0 {
				t.Errorf("%s as %s: %d %s", r.id, who, a.status, a.text)
			}
		}
	}
}

// traces are all that is kept: the sub-account's data, the control database but for
// when sessions were seen, and the cluster.
func (b *bench) traces(owner string) map[string]string {
	b.t.Helper()
	out := victim{bench: b}.rows()
	b.ok(b.options.Control.InTx(b.t.Context(), func(tx pgx.Tx) error {
		rows, err := tx.Query(b.t.Context(), `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`)
		if err != nil {
			return err
		}
		tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
		for _, table := range tables {
			var all string
			err = errors.Join(err, tx.QueryRow(b.t.Context(), `
				select coalesce(string_agg((to_jsonb(t) - '{seen_at,last_seen_at}'::text[])::text, e'\n' order by to_jsonb(t)::text), '')
				  from `+pgx.Identifier{table}.Sanitize()+` t`).Scan(&all))
			out["control."+table] = all
		}
		return err
	}))
	out["cluster"] = b.must(200, ask{path: "/api/v1/agency/sub-accounts", token: owner}).text
	return out
}
