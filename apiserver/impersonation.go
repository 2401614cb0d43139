package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// Impersonation is one of the agency's people in a sub-account as one of its
// members.
type Impersonation struct {
	By           Impersonator `json:"by" doc:"Who it really is."`
	SubAccountID uuid.UUID    `json:"sub_account_id" format:"uuid" doc:"Where." example:"01920e5c-7f3a-7c1e-9d59-0242ac120002"`
	Reason       string       `json:"reason" doc:"Why; the audit keeps it." example:"Ticket 4711: the list stays empty"`
	ReadOnly     bool         `json:"read_only" doc:"They only look: whatever would change something answers 403 impersonation.read_only." example:"true"`
	Until        time.Time    `json:"until" doc:"When they are themselves again." example:"2026-02-02T09:15:00Z"`
}

// Impersonator is who acted as somebody else.
type Impersonator struct {
	ID   string `json:"id" doc:"The person's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120014"`
	Name string `json:"name" doc:"What to show." example:"Grace Hopper"`
}

// StartImpersonation names whom to be, and why.
type StartImpersonation struct {
	SubAccountID uuid.UUID `json:"sub_account_id" format:"uuid" doc:"Where." example:"01920e5c-7f3a-7c1e-9d59-0242ac120002"`
	MemberID     uuid.UUID `json:"member_id" format:"uuid" doc:"One of the sub-account's own members." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	Reason       string    `json:"reason" maxLength:"500" doc:"Why, in at least five characters; the audit keeps it." example:"Ticket 4711: the list stays empty"`
	ReadOnly     bool      `json:"read_only,omitempty" doc:"Only look." example:"true"`
}

type startImpersonationInput struct{ Body StartImpersonation }

func (s *server) startImpersonation() operation {
	return op("start-impersonation", "Enter a sub-account as one of its members",
		"The session is taken for the member's, for an hour: it may do what both may. Every change is recorded with both, and GET /api/v1/session says so. "+
			"What concerns the person themselves, such as their password, answers 403 impersonation.personal.",
		func(ctx context.Context, in *startImpersonationInput) (*sessionOutput, error) {
			p, err := s.Access.Impersonate(ctx, callOf(ctx).principal, access.ImpersonateInput{
				SubAccount: in.Body.SubAccountID, Person: in.Body.MemberID, Reason: in.Body.Reason, ReadOnly: in.Body.ReadOnly,
			})
			if err != nil {
				return nil, err
			}
			session, err := s.sessionOf(ctx, p)
			return &sessionOutput{Body: session}, err
		}, fails(http.StatusNotFound, http.StatusConflict), rehearsed)
}

func (s *server) endImpersonation() operation {
	return op("end-impersonation", "Be oneself again", "Nothing happens to somebody who is.",
		func(ctx context.Context, _ *struct{}) (*struct{}, error) {
			return nil, s.Access.EndImpersonation(ctx, callOf(ctx).principal)
		})
}

// impersonationOf tells of it; nil where somebody is themselves.
func impersonationOf(p access.Principal) *Impersonation {
	i := p.Impersonation
	if i == nil {
		return nil
	}
	return &Impersonation{
		By: Impersonator{ID: i.By.ID.String(), Name: i.By.Name}, SubAccountID: i.SubAccount,
		Reason: i.Reason, ReadOnly: i.ReadOnly, Until: i.Until,
	}
}
