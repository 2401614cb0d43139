package apiserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/omnicrm/omnicrm/modules/access"
)

func TestBothCompaniesTellOfAContactThatWentFromOneToTheOther(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, b.one.ID, access.AccountAdmin)
	made := func(path, body string) string {
		t.Helper()
		return b.must(http.StatusCreated, ask{method: http.MethodPost, path: b.sub(path), token: owner, body: body}).str("id")
	}
	rossi, bianchi := made("/companies", `{"name":"Rossi"}`), made("/companies", `{"name":"Bianchi"}`)
	maria := made("/contacts", `{"first_name":"Maria","company_id":"`+rossi+`"}`)
	b.must(http.StatusOK, ask{method: http.MethodPatch, path: b.sub("/contacts/" + maria), token: owner, body: `{"company_id":"` + bianchi + `"}`})
	_, err := b.consumer.Once(t.Context(), b.one.ID)
	b.ok(err)
	names := `"companies":[{"id":"` + rossi + `","name":"Rossi"},{"id":"` + bianchi + `","name":"Bianchi"}]`
	for _, company := range []string{rossi, bianchi} {
		page := b.must(http.StatusOK, ask{path: b.sub("/companies/" + company + "/timeline?limit=1"), token: owner})
		if rows := page.rows(); len(rows) != 1 || rows[0]["kind"] != "contact.updated" || !strings.Contains(page.text, names) {
			t.Errorf("%s: %s", company, page.text)
		}
	}
}
