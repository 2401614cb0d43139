package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/omnicrm/omnicrm/modules/access"
)

// Invitation is what an invited person reads before they accept.
type Invitation struct {
	Email      string    `json:"email" doc:"Whom it is for; they sign in with it." example:"ada@acme.example"`
	Agency     string    `json:"agency" doc:"Who invites." example:"Acme Marketing"`
	SubAccount string    `json:"sub_account,omitempty" doc:"Where they will work, if not in the whole agency." example:"Bakery Rossi"`
	Known      bool      `json:"known" doc:"Whether the person has a password here already, and joins with it." example:"false"`
	ExpiresAt  time.Time `json:"expires_at" doc:"Until when it can be accepted." example:"2026-03-01T12:00:00Z"`
}

// AcceptInvitation is how an invited person introduces themselves.
type AcceptInvitation struct {
	Name     string `json:"name" maxLength:"120" doc:"What colleagues read." example:"Ada Lovelace"`
	Password string `json:"password" maxLength:"1024" doc:"A new one of at least 12 characters that not everybody uses; of a known person, the present one." example:"correct horse battery staple"`
	Code     string `json:"code,omitempty" maxLength:"64" doc:"Of a known person with an authenticator: the six digits." example:"492039"`
}

type InvitationPath struct {
	Token string `path:"token" maxLength:"128" doc:"The token of the invitation's link." example:"omi_3fTq8sLrVxW2kZb9"`
}

type invitationOutput struct{ Body Invitation }

type acceptInput struct {
	InvitationPath
	Body AcceptInvitation
}

func (s *server) getInvitation() operation {
	return op("get-invitation", "Read an invitation",
		"What the invited person reads before they accept. One that has expired, was used or was replaced answers 404.",
		func(ctx context.Context, in *InvitationPath) (*invitationOutput, error) {
			v, err := s.Access.Invitation(ctx, callOf(ctx).agency.ID, in.Token)
			if err != nil {
				return nil, err
			}
			return &invitationOutput{Body: Invitation{
				Email: v.Email, Agency: v.AgencyName, SubAccount: v.SubAccountName, Known: v.Known, ExpiresAt: v.ExpiresAt,
			}}, nil
		})
}

func (s *server) acceptInvitation() operation {
	return op("accept-invitation", "Accept an invitation",
		"Makes the person's account, or adds the place to the account that they have, and signs them in.",
		func(ctx context.Context, in *acceptInput) (*enteredOutput, error) {
			c := callOf(ctx)
			signed, err := s.Access.Accept(ctx, access.AcceptInput{
				Agency: c.agency.ID, Token: in.Token, Name: in.Body.Name, Password: in.Body.Password, Code: in.Body.Code,
				IP: c.ip.String(), UserAgent: c.userAgent,
			})
			if err != nil {
				return nil, err
			}
			return s.entered(ctx, signed)
		}, fails(http.StatusUnauthorized, http.StatusForbidden, http.StatusConflict))
}
