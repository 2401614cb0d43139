package audit

import (
	"context"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/db"
)

// AsFirstFormat gives the statements that hash a sub-account's chain as the release
// before entries had bodies did.
func AsFirstFormat(t *testing.T, s *Service, ctx context.Context, sub uuid.UUID) (out []string) { //nolint:revive // t comes first in tests
	t.Helper()
	err := s.tenants.Read(ctx, func(r db.Reader) error {
		all, err := links(ctx, r, sub, 0, chainBatch)
		var previous []byte
		for _, l := range all {
			l.PrevHash = previous
			l.Hash = l.firstDigest()
			previous = l.Hash
			out = append(out, fmt.Sprintf(`update audit_entry set prev_hash = '\x%s', hash = '\x%s' where sub_account_id = '%s' and seq = %d`,
				hex.EncodeToString(l.PrevHash), hex.EncodeToString(l.Hash), sub, l.Seq))
		}
		out = append(out, fmt.Sprintf(`update audit_chain set hash = '\x%s' where sub_account_id = '%s'`, hex.EncodeToString(previous), sub))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
