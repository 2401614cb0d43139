package contact_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/queue"
)

// Jobs outlive releases: what an earlier one wrote must still be read.
func TestOldPayloadsStillDecode(t *testing.T) {
	t.Parallel()
	for _, payload := range []queue.Payload{
		contact.BulkJob{BulkID: uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120012")},
		contact.BulkTidyJob{BulkID: uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120012")},
		contact.EraseJob{ContactID: uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120005")},
		contact.ImportJob{ImportID: uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120010")},
		contact.MergeExpiryJob{},
		contact.MatchWalkJob{},
		contact.TaskReminderJob{TaskID: uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac12000d")},
	} {
		golden, err := os.ReadFile("testdata/" + payload.Kind() + ".json")
		if err != nil {
			t.Fatal(err)
		}
		now, err := json.Marshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.TrimSpace(string(golden)), string(now)); diff != "" {
			t.Errorf("%s: %s", payload.Kind(), diff)
		}
	}
}
