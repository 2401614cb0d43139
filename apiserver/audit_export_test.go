package apiserver_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/modules/audit"
)

func TestAnAuditIsTakenOutAndProvesItself(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	b.createContact(owner, "Ada")
	keys := audit.Trusted{}
	for name, path := range map[string]string{"a sub-account's": b.sub("/audit"), "the administration's": "/api/v1/agency/audit"} {
		file := b.must(200, ask{path: path + "/export", token: owner})
		if got := file.header.Get("Content-Disposition"); !strings.Contains(got, "audit.jsonl") {
			t.Errorf("%s: %q", name, got)
		}
		for _, k := range b.must(200, ask{path: "/api/v1/audit/keys"}).items() {
			read, err := audit.ReadKeys([]byte(k.(map[string]any)["pem"].(string)))
			if err != nil {
				t.Fatal(err)
			}
			for id, key := range read {
				keys[id] = key
			}
		}
		sum, err := audit.VerifyFile(strings.NewReader(file.text), keys)
		if err != nil || sum.Entries == 0 {
			t.Errorf("%s: %+v, %v", name, sum, err)
		}
		checked := b.must(200, ask{path: path + "/verification", token: owner})
		if checked.json["holds"] != true || checked.json["signed"] == float64(0) {
			t.Errorf("%s: %v", name, checked.json)
		}
	}
}
