package apiserver

import (
	"context"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// Member is a person who works in a sub-account.
type Member struct {
	ID    uuid.UUID `json:"id" format:"uuid" doc:"The person's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	Name  string    `json:"name" doc:"What colleagues read." example:"Ada Lovelace"`
	Email string    `json:"email" doc:"Their address." example:"ada@acme.example"`
	Role  string    `json:"role" doc:"Their role, the agency's roles included." enum:"agency_owner,agency_admin,account_admin,account_user" example:"account_user"`
}

type membersOutput struct{ Body List[Member] }

func (s *server) listMembers() operation {
	return op("list-members", "List members", "Everybody who works in the sub-account and can own a contact, by name.",
		func(ctx context.Context, _ *InSub) (*membersOutput, error) {
			members, err := s.Access.Members(ctx, callOf(ctx).tenant)
			return &membersOutput{Body: listOf(members, "", func(m access.Member) Member {
				return Member{ID: m.ID, Name: m.Name, Email: m.Email, Role: string(m.Role)}
			})}, err
		})
}
