package audit

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
)

// TestALinkIsHashedInItsCanonicalForm holds what is written by hand to what
// encoding/json makes of the same members.
func TestALinkIsHashedInItsCanonicalForm(t *testing.T) {
	t.Parallel()
	for name, l := range map[string]Link{
		"empty": {},
		"full": {
			Chain: uuid.New(), Seq: 1 << 60, ID: uuid.New(), Kind: "contact.updated", SubjectKind: "contact", SubjectID: uuid.New(), About: uuid.New(),
			Paths: []string{"tags", "custom.plan", `a"b\\c`, "é\u2028<&>", "\x01\xff", ""}, OccurredAt: time.Date(2026, 3, 1, 9, 0, 0, 123_456_789, time.FixedZone("", 3600)),
			ActorKind: "person", ActorID: `"ö"`, ActorHash: []byte{1}, BeforeHash: []byte{2, 255}, AfterHash: []byte{3}, PrevHash: []byte{4},
		},
	} {
		for version := range int64(3) {
			said := map[string]any{
				"v": version, "chain": l.Chain, "seq": l.Seq, "id": l.ID, "kind": l.Kind, "subject_kind": l.SubjectKind, "subject_id": l.SubjectID,
				"about": l.About, "paths": append([]string{}, l.Paths...), "occurred_at": instant(l.OccurredAt),
				"actor_kind": l.ActorKind, "actor_id": l.ActorID, "actor": hex.EncodeToString(l.ActorHash),
				"before": hex.EncodeToString(l.BeforeHash), "after": hex.EncodeToString(l.AfterHash),
			}
			if version == 1 {
				said["prev"] = hex.EncodeToString(l.PrevHash)
			}
			want, err := encode(said)
			if err != nil {
				t.Fatal(err)
			}
			if got := l.said(version); !bytes.Equal(got, want) || !json.Valid(got) {
				t.Errorf("%s, version %d:\ngot  %s\nwant %s", name, version, got, want)
			}
		}
	}
}
