package apiserver

import (
	"context"
	"errors"

	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// AuditVerification says whether a chain holds.
type AuditVerification struct {
	Holds       bool   `json:"holds" doc:"True: no entry was changed, removed or moved, and everything that was signed is there." example:"true"`
	Entries     int    `json:"entries" doc:"How many entries were looked at." example:"1042"`
	First       int64  `json:"first" doc:"The place of the first of them; 0 without one." example:"1"`
	Last        int64  `json:"last" doc:"The place of the last of them; 0 without one." example:"1042"`
	Signed      int64  `json:"signed" doc:"Up to which place a checkpoint vouches for them." example:"1000"`
	Checkpoints int    `json:"checkpoints" doc:"How many signed checkpoints fit." example:"12"`
	Erased      int    `json:"erased" doc:"Of how many entries the values were erased." example:"3"`
	BrokenAt    int64  `json:"broken_at,omitempty" doc:"The first place where the chain does not hold; absent if it does." example:"17"`
	Why         string `json:"why,omitempty" doc:"What is wrong there; absent if nothing is." example:"the value after was changed"`
}

type verificationOutput struct{ Body AuditVerification }

const verificationWords = "Every hash is computed again and every signature checked, with the keys that this installation has. Somebody who has the database in " +
	"hand could have put a key into it: for a proof that needs no trust in it, download an export and check that elsewhere."

func (s *server) verifyAudit() operation {
	return op("verify-audit", "Verify the audit's chain", verificationWords,
		func(ctx context.Context, _ *InSub) (*verificationOutput, error) {
			tenant, err := tenancy.From(ctx)
			if err != nil {
				return nil, err
			}
			return verification(s.Audit.Verify(ctx, tenant.SubAccount, nil))
		})
}

func (s *server) verifyAgencyAudit() operation {
	return op("verify-agency-audit", "Verify the chain of the administration's audit", verificationWords,
		func(ctx context.Context, _ *struct{}) (*verificationOutput, error) {
			return verification(s.Audit.VerifyControl(ctx, callOf(ctx).agency.ID, nil))
		})
}

func verification(sum audit.Verified, err error) (*verificationOutput, error) {
	out := AuditVerification{
		Holds: err == nil, Entries: sum.Entries, First: sum.First, Last: sum.Last, Signed: sum.Signed, Checkpoints: sum.Checkpoints, Erased: sum.Erased,
	}
	var broken *audit.Broken
	if errors.As(err, &broken) {
		out.BrokenAt, out.Why, err = broken.Seq, broken.Why, nil
	}
	return &verificationOutput{Body: out}, err
}
