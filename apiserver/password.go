package apiserver

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// IssuedReset is a link to set a password.
type IssuedReset struct {
	Email     string    `json:"email" doc:"Whose password it sets." example:"ada@acme.example"`
	Link      string    `json:"link" format:"uri" doc:"What to send to the person, and to nobody else. It works once." example:"https://app.acme.example/password-reset/omr_3fTq8sLrVxW2kZb9"`
	ExpiresAt time.Time `json:"expires_at" doc:"Until when it works." example:"2026-02-02T12:00:00Z"`
}

// PasswordReset is what a person reads before they set their password.
type PasswordReset struct {
	Email     string    `json:"email" doc:"Whose password it sets." example:"ada@acme.example"`
	Agency    string    `json:"agency" doc:"Where they sign in with it." example:"Acme Marketing"`
	ExpiresAt time.Time `json:"expires_at" doc:"Until when the link works." example:"2026-02-02T12:00:00Z"`
}

// NewPassword is a password that a person sets.
type NewPassword struct {
	Password string `json:"password" maxLength:"1024" doc:"A new one of at least 12 characters that not everybody uses." example:"velvet tractor ninety"`
}

type ResetPath struct {
	Token string `path:"token" maxLength:"128" doc:"The token of the link." example:"omr_3fTq8sLrVxW2kZb9"`
}

type (
	issuedResetOutput struct{ Body IssuedReset }
	resetOutput       struct{ Body PasswordReset }
	useResetInput     struct {
		ResetPath
		Body NewPassword
	}
)

const issuingReset = "The answer holds a link, this once, that works for a day and ends a former one: send it to the person. " +
	"Somebody who may do more than the caller answers 403 role.escalation."

func (s *server) issuePersonReset() operation {
	return op("issue-person-password-reset", "Make a link to set somebody's password", issuingReset,
		func(ctx context.Context, in *PersonID) (*issuedResetOutput, error) {
			return s.issueReset(ctx, ofAgency(ctx), in.Person)
		},
		created, once(inControl))
}

func (s *server) issueMemberReset() operation {
	return op("issue-member-password-reset", "Make a link to set a member's password", issuingReset,
		func(ctx context.Context, in *MemberPath) (*issuedResetOutput, error) {
			return s.issueReset(ctx, callOf(ctx).tenant, in.Member)
		}, created, once(inControl))
}

func (s *server) getReset() operation {
	return op("get-password-reset", "Read a link to set a password", "What the person reads before. One that has expired, was used or was replaced answers 404.",
		func(ctx context.Context, in *ResetPath) (*resetOutput, error) {
			r, err := s.Access.Reset(ctx, callOf(ctx).agency.ID, in.Token)
			return &resetOutput{Body: PasswordReset{Email: r.Person.Email, Agency: r.AgencyName, ExpiresAt: r.ExpiresAt}}, err
		})
}

func (s *server) useReset() operation {
	return op("use-password-reset", "Set a password by a link",
		"Ends every session of the person, who signs in with it from now on, and with their second factor as before. The link works once.",
		func(ctx context.Context, in *useResetInput) (*struct{}, error) {
			c := callOf(ctx)
			return nil, s.Access.UseReset(ctx, c.agency.ID, in.Token, in.Body.Password, c.ip.String())
		})
}

func (s *server) issueReset(ctx context.Context, place tenancy.Tenant, who uuid.UUID) (*issuedResetOutput, error) {
	r, token, err := s.Access.IssueReset(ctx, callOf(ctx).principal, place, who)
	if err != nil {
		return nil, err
	}
	return &issuedResetOutput{Body: wireReset(callOf(ctx), r, token)}, nil
}

func wireReset(c *call, r access.PasswordReset, token string) IssuedReset {
	return IssuedReset{Email: r.Person.Email, Link: c.origin + "/password-reset/" + token, ExpiresAt: r.ExpiresAt}
}
