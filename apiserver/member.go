package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Member is a person who works in a sub-account, or for the agency.
type Member struct {
	ID         uuid.UUID  `json:"id" format:"uuid" doc:"The person's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	Name       string     `json:"name" doc:"What colleagues read." example:"Ada Lovelace"`
	Email      string     `json:"email" doc:"Their address." example:"ada@acme.example"`
	Role       string     `json:"role" doc:"The id of their role, the agency's roles included." example:"account_user"`
	RoleName   string     `json:"role_name" doc:"The role, as people read it." example:"User"`
	Level      string     `json:"level" doc:"agency: one of the agency's people, who enter every sub-account." enum:"agency,account" example:"account"`
	MFA        bool       `json:"mfa" doc:"Whether they have a second factor: an authenticator or a passkey." example:"true"`
	JoinedAt   time.Time  `json:"joined_at" doc:"When they joined this place." example:"2026-02-01T12:00:00Z"`
	LastSeenAt *time.Time `json:"last_seen_at,omitempty" doc:"When they last did something, to the minute; absent while no session of theirs is open." example:"2026-02-02T08:15:00Z"`
	Version    int64      `json:"version" doc:"One more with every change of the role; the ETag holds it." example:"1"`
}

// PatchMember gives a member another role.
type PatchMember struct {
	Role string `json:"role" maxLength:"64" doc:"The id of the new role." example:"account_manager"`
}

// MemberID names a member.
type MemberID struct {
	Member uuid.UUID `path:"member" format:"uuid" doc:"The person's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
}

type MemberPath struct {
	InSub
	MemberID
}

type (
	memberOutput struct {
		ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
		Body Member
	}
	membersOutput    struct{ Body List[Member] }
	patchMemberInput struct {
		MemberPath
		Precondition
		Body PatchMember
	}
	removeMemberInput struct {
		MemberPath
		Precondition
	}
	patchAgencyMemberInput struct {
		MemberID
		Precondition
		Body PatchMember
	}
	removeAgencyMemberInput struct {
		MemberID
		Precondition
	}
)

func (s *server) listMembers() operation {
	return op("list-members", "List members", "Everybody who works in the sub-account and can own a contact, by name.",
		func(ctx context.Context, _ *InSub) (*membersOutput, error) {
			return s.membersOf(ctx, callOf(ctx).tenant)
		})
}

func (s *server) listAgencyMembers() operation {
	return op("list-agency-members", "List the agency's people", "Those who hold a role in the agency itself, by name.",
		func(ctx context.Context, _ *struct{}) (*membersOutput, error) { return s.membersOf(ctx, ofAgency(ctx)) })
}

func (s *server) getMember() operation {
	return op("get-member", "Read a member", "One of those who work in the sub-account.",
		func(ctx context.Context, in *MemberPath) (*memberOutput, error) {
			return memberAnswer(s.Access.MemberOf(ctx, callOf(ctx).tenant, in.Member))
		})
}

func (s *server) getAgencyMember() operation {
	return op("get-agency-member", "Read one of the agency's people", "Somebody who holds a role in the agency itself.",
		func(ctx context.Context, in *MemberID) (*memberOutput, error) {
			return memberAnswer(s.Access.MemberOf(ctx, ofAgency(ctx), in.Member))
		})
}

const changingMembers = "Effective with their next request. A role that allows more than the caller may do, the new or the present one, answers 403 role.escalation."

func (s *server) patchMember() operation {
	return op("patch-member", "Give a member another role", changingMembers,
		func(ctx context.Context, in *patchMemberInput) (*memberOutput, error) {
			return s.changeMember(ctx, in.SubAccount, in.Member, in.Precondition, in.Body)
		}, fails(http.StatusConflict, http.StatusPreconditionFailed), rehearsed)
}

func (s *server) patchAgencyMember() operation {
	return op("patch-agency-member", "Give one of the agency's people another role", changingMembers+" The last owner stays: 409 member.last_owner.",
		func(ctx context.Context, in *patchAgencyMemberInput) (*memberOutput, error) {
			return s.changeMember(ctx, uuid.Nil, in.Member, in.Precondition, in.Body)
		}, fails(http.StatusConflict, http.StatusPreconditionFailed), rehearsed)
}

const removingMembers = "Effective at once; whoever works nowhere any more is signed out. What they own stays theirs until somebody else gets it."

func (s *server) removeMember() operation {
	return op("remove-member", "Remove a member", removingMembers,
		func(ctx context.Context, in *removeMemberInput) (*struct{}, error) {
			return nil, s.dropMember(ctx, in.SubAccount, in.Member, in.Precondition)
		}, fails(http.StatusConflict, http.StatusPreconditionFailed))
}

func (s *server) removeAgencyMember() operation {
	return op("remove-agency-member", "Remove one of the agency's people", removingMembers+" The last owner stays: 409 member.last_owner.",
		func(ctx context.Context, in *removeAgencyMemberInput) (*struct{}, error) {
			return nil, s.dropMember(ctx, uuid.Nil, in.Member, in.Precondition)
		}, fails(http.StatusConflict, http.StatusPreconditionFailed))
}

// ofAgency is the agency of the request's host, as a place of its own.
func ofAgency(ctx context.Context) tenancy.Tenant {
	return tenancy.Tenant{Agency: callOf(ctx).agency.ID}
}

func (s *server) membersOf(ctx context.Context, place tenancy.Tenant) (*membersOutput, error) {
	members, err := s.Access.Members(ctx, place)
	return &membersOutput{Body: listOf(members, "", wireMember)}, err
}

func (s *server) changeMember(ctx context.Context, subAccount, who uuid.UUID, seen Precondition, to PatchMember) (*memberOutput, error) {
	version, err := seen.version()
	if err != nil {
		return nil, err
	}
	return memberAnswer(s.Access.ChangeMember(ctx, callOf(ctx).principal, access.MemberChange{
		SubAccount: subAccount, Person: who, Role: access.Role(to.Role), Version: version,
	}))
}

func (s *server) dropMember(ctx context.Context, subAccount, who uuid.UUID, seen Precondition) error {
	version, err := seen.version()
	if err != nil {
		return err
	}
	return s.Access.RemoveMember(ctx, callOf(ctx).principal, access.MemberChange{SubAccount: subAccount, Person: who, Version: version})
}

func memberAnswer(m access.Member, err error) (*memberOutput, error) {
	if err != nil {
		return nil, err
	}
	return &memberOutput{ETag: etag(m.Version), Body: wireMember(m)}, nil
}

func wireMember(m access.Member) Member {
	return Member{
		ID: m.ID, Name: m.Name, Email: m.Email, Role: string(m.Role), RoleName: m.RoleName, Level: string(m.Level),
		MFA: m.MFA, JoinedAt: m.CreatedAt, LastSeenAt: m.SeenAt, Version: m.Version,
	}
}
