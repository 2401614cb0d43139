package audit_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/omnicrm/omnicrm/modules/audit"
)

// TestOldPayloadsStillDecode: jobs outlive releases.
func TestOldPayloadsStillDecode(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/" + audit.KeepJob{}.Kind() + ".json")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := json.Marshal(audit.KeepJob{}); err != nil || string(got)+"\n" != string(golden) {
		t.Errorf("got %s, %v", got, err)
	}
}
