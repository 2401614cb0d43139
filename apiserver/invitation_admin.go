package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// SentInvitation is an invitation as those see it who invite.
type SentInvitation struct {
	ID        uuid.UUID `json:"id" format:"uuid" doc:"The invitation's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120012"`
	Email     string    `json:"email" doc:"Whom it is for." example:"ada@acme.example"`
	Name      string    `json:"name" doc:"Their name, as far as is known." example:"Ada"`
	Role      string    `json:"role" doc:"The id of the role that they will hold." example:"account_user"`
	State     string    `json:"state" doc:"Whether its link still works." enum:"open,expired" example:"open"`
	ExpiresAt time.Time `json:"expires_at" doc:"Until when it can be accepted." example:"2026-03-01T12:00:00Z"`
	CreatedAt time.Time `json:"created_at" doc:"When it was made." example:"2026-02-22T12:00:00Z"`
	Link      string    `json:"link,omitempty" format:"uri" doc:"What to send to the person: only in the answer that makes it. It works once." example:"https://app.acme.example/invitation/omi_3fTq8sLrVxW2kZb9"`
}

// CreateInvitation invites somebody.
type CreateInvitation struct {
	Email string `json:"email" maxLength:"254" doc:"Whom to invite." example:"ada@acme.example"`
	Name  string `json:"name,omitempty" maxLength:"120" doc:"Their name; they may write another." example:"Ada"`
	Role  string `json:"role" maxLength:"64" doc:"The id of the role that they will hold; it allows no more than yours." example:"account_user"`
}

// CreateAgencyInvitation invites somebody into the agency.
type CreateAgencyInvitation struct {
	Email string `json:"email" maxLength:"254" doc:"Whom to invite." example:"ada@acme.example"`
	Name  string `json:"name,omitempty" maxLength:"120" doc:"Their name; they may write another." example:"Ada"`
	Role  string `json:"role" maxLength:"64" doc:"The id of the agency's role that they will hold; it allows no more than yours." example:"agency_support"`
}

type InvitationID struct {
	Invitation uuid.UUID `path:"invitation" format:"uuid" doc:"The invitation's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120012"`
}

type SubInvitationPath struct {
	InSub
	InvitationID
}

type (
	sentOutput              struct{ Body SentInvitation }
	sentListOutput          struct{ Body List[SentInvitation] }
	createAgencyInviteInput struct{ Body CreateAgencyInvitation }
	createInviteInput       struct {
		InSub
		Body CreateInvitation
	}
)

const (
	listingInvitations  = "Those that nobody has accepted yet, the newest first."
	creatingInvitations = "The answer holds the link, this once: send it to the person. A former unanswered invitation of theirs to this place ends. " +
		"A role that allows more than the caller may do answers 403 role.escalation."
	resendingInvitations = "A new link for another week; the former one ends. The answer holds it, this once."
)

func (s *server) listAgencyInvitations() operation {
	return op("list-agency-invitations", "List the agency's invitations", listingInvitations,
		func(ctx context.Context, _ *struct{}) (*sentListOutput, error) { return s.invitationsOf(ctx, uuid.Nil) })
}

func (s *server) listInvitations() operation {
	return op("list-invitations", "List a sub-account's invitations", listingInvitations,
		func(ctx context.Context, in *InSub) (*sentListOutput, error) {
			return s.invitationsOf(ctx, in.SubAccount)
		})
}

func (s *server) createAgencyInvitation() operation {
	return op("create-agency-invitation", "Invite somebody into the agency", creatingInvitations,
		func(ctx context.Context, in *createAgencyInviteInput) (*sentOutput, error) {
			return s.invite(ctx, uuid.Nil, CreateInvitation(in.Body))
		}, created, once(inControl), fails(http.StatusConflict), rehearsed)
}

func (s *server) createInvitation() operation {
	return op("create-invitation", "Invite somebody into a sub-account", creatingInvitations,
		func(ctx context.Context, in *createInviteInput) (*sentOutput, error) {
			return s.invite(ctx, in.SubAccount, in.Body)
		}, created, once(inControl), fails(http.StatusConflict), rehearsed)
}

func (s *server) resendAgencyInvitation() operation {
	return op("resend-agency-invitation", "Renew an invitation into the agency", resendingInvitations,
		func(ctx context.Context, in *InvitationID) (*sentOutput, error) {
			return s.sentAnswer(ctx)(s.Access.ResendInvitation(ctx, callOf(ctx).principal, uuid.Nil, in.Invitation))
		}, once(inControl))
}

func (s *server) resendInvitation() operation {
	return op("resend-invitation", "Renew an invitation into a sub-account", resendingInvitations,
		func(ctx context.Context, in *SubInvitationPath) (*sentOutput, error) {
			return s.sentAnswer(ctx)(s.Access.ResendInvitation(ctx, callOf(ctx).principal, in.SubAccount, in.Invitation))
		}, once(inControl))
}

func (s *server) revokeAgencyInvitation() operation {
	return op("revoke-agency-invitation", "Revoke an invitation into the agency", "Its link stops working at once.",
		func(ctx context.Context, in *InvitationID) (*struct{}, error) {
			return nil, s.Access.RevokeInvitation(ctx, callOf(ctx).principal, uuid.Nil, in.Invitation)
		})
}

func (s *server) revokeInvitation() operation {
	return op("revoke-invitation", "Revoke an invitation into a sub-account", "Its link stops working at once.",
		func(ctx context.Context, in *SubInvitationPath) (*struct{}, error) {
			return nil, s.Access.RevokeInvitation(ctx, callOf(ctx).principal, in.SubAccount, in.Invitation)
		})
}

func (s *server) invitationsOf(ctx context.Context, subAccount uuid.UUID) (*sentListOutput, error) {
	list, err := s.Access.Invitations(ctx, callOf(ctx).principal, subAccount)
	return &sentListOutput{Body: listOf(list, "", func(i access.Invitation) SentInvitation { return s.wireInvitation(ctx, i, "") })}, err
}

func (s *server) invite(ctx context.Context, subAccount uuid.UUID, in CreateInvitation) (*sentOutput, error) {
	return s.sentAnswer(ctx)(s.Access.InviteBy(ctx, callOf(ctx).principal, access.InviteInput{
		SubAccount: subAccount, Email: in.Email, Name: in.Name, Role: access.Role(in.Role),
	}))
}

func (s *server) sentAnswer(ctx context.Context) func(access.Invitation, string, error) (*sentOutput, error) {
	return func(i access.Invitation, token string, err error) (*sentOutput, error) {
		if err != nil {
			return nil, err
		}
		return &sentOutput{Body: s.wireInvitation(ctx, i, token)}, nil
	}
}

func (s *server) wireInvitation(ctx context.Context, i access.Invitation, token string) SentInvitation {
	out := SentInvitation{
		ID: i.ID, Email: i.Email, Name: i.Name, Role: string(i.Role), State: "expired", ExpiresAt: i.ExpiresAt, CreatedAt: i.CreatedAt,
	}
	if i.Open(s.Clock.Now()) {
		out.State = "open"
	}
	if token != "" {
		out.Link = callOf(ctx).origin + "/invitation/" + token
	}
	return out
}
