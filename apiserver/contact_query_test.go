package apiserver_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/modules/access"
)

func TestContactsAreFoundByAFilter(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	for _, body := range []string{
		`{"first_name":"Maria","tags":["vip"],"email":"maria@example.com"}`, `{"first_name":"Mario","tags":["vip"]}`, `{"first_name":"Zoë"}`,
	} {
		b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: token, body: body})
	}
	query := func(body string) answer {
		return b.do(ask{method: "POST", path: b.sub("/contacts/query"), token: token, body: body})
	}
	for name, c := range map[string]struct {
		body   string
		status int
		says   []string
		not    []string
	}{
		"those it lets in": {`{"filter":{"field":"tags","op":"any_of","value":["VIP"]}}`, 200, []string{"Maria", "Mario"}, []string{"Zoë"}},
		"with a search":    {`{"filter":{"field":"tags","op":"any_of","value":["vip"]},"q":"maria"}`, 200, []string{"Maria"}, []string{"Mario"}},
		"from a row on":    {`{"at_row":2}`, 200, []string{"Zoë"}, []string{"Maria", "Mario"}},
		"some fields":      {`{"fields":["first_name"],"limit":1}`, 200, []string{`{"first_name":"Maria"}`}, []string{"email"}},
		"everybody":        {`{"filter":null}`, 200, []string{"Maria", "Mario", "Zoë"}, nil},
		"a field that is gone": {
			`{"filter":{"and":[{"field":"custom.plan","op":"is","value":"gold"}]}}`, 422, []string{"filter.invalid", `"path":"filter.and[0].field"`, `custom.plan`}, nil,
		},
		"everything wrong at once": {
			`{"filter":{"or":[{"field":"tags","op":"is","value":"x"},{"fields":1}]}}`, 422, []string{"filter.or[0].op", "filter.or[1].fields"}, nil,
		},
		"a field that no contact has": {`{"fields":["id","shoe_size"]}`, 422, []string{"request.invalid", "fields[1]"}, nil},
		"a row and a cursor":          {`{"at_row":1,"cursor":"x"}`, 422, []string{"at_row"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := query(c.body)
			if got.status != c.status {
				t.Fatalf("%d %s", got.status, got.text)
			}
			for _, want := range c.says {
				if !strings.Contains(got.text, want) {
					t.Errorf("%s lacks %s", got.text, want)
				}
			}
			for _, no := range c.not {
				if strings.Contains(got.text, no) {
					t.Errorf("%s has %s", got.text, no)
				}
			}
		})
	}
	counted := b.must(200, ask{method: "POST", path: b.sub("/contacts/count"), token: token, body: `{"filter":{"field":"first_name","op":"starts_with","value":"mari"}}`})
	if diff := cmp.Diff(`{"count":2,"exact":true,"words":"first name starts with “mari”"}`, strings.TrimSpace(counted.text)); diff != "" {
		t.Error(diff)
	}
	id := b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: token, body: `{"first_name":"Ada"}`}).str("id")
	why := b.must(200, ask{method: "POST", path: b.sub("/contacts/" + id + "/explain"), token: token, body: `{"filter":{"not":{"field":"tags","op":"empty"}}}`})
	if !strings.Contains(why.text, `"holds":false,"parts":[{"path":"","kind":"not"`) || !strings.Contains(why.text, `{"path":"not","kind":"condition","words":"tags are empty","holds":true,"found":0}`) {
		t.Error(why.text)
	}
}

func TestAContactsCompanyComesWithItWhereItIsAskedFor(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountAdmin)
	company := b.must(201, ask{method: "POST", path: b.sub("/companies"), token: token, body: `{"name":"Rossi SRL","domain":"rossi.example"}`}).str("id")
	b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: token, body: `{"first_name":"Employed","company_id":"` + company + `"}`})
	b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: token, body: `{"first_name":"Free"}`})
	for name, tc := range map[string]struct {
		q    ask
		want map[string]string // the company's name, by the contact's; "" for none
	}{
		"a list that asks":    {ask{path: b.sub("/contacts?expand=company"), token: token}, map[string]string{"Employed": "Rossi SRL", "Free": ""}},
		"a list that doesn't": {ask{path: b.sub("/contacts"), token: token}, map[string]string{"Employed": "", "Free": ""}},
		"a query that asks": {
			ask{method: "POST", path: b.sub("/contacts/query"), token: token, body: `{"expand":["company"]}`},
			map[string]string{"Employed": "Rossi SRL", "Free": ""},
		},
	} {
		got := map[string]string{}
		for _, row := range b.must(200, tc.q).rows() {
			first, _ := row["first_name"].(string)
			with, there := row["company"].(map[string]any)
			got[first], _ = with["name"].(string)
			if there != (tc.want[first] != "") || there && with["id"] != company {
				t.Errorf("%s: %s came with %v", name, first, row["company"])
			}
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if a := b.do(ask{path: b.sub("/contacts?expand=owner"), token: token}); a.status != 422 || !strings.Contains(a.text, "expand") {
		t.Errorf("what there isn't: %d %s", a.status, a.text)
	}
}
