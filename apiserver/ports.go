package apiserver

import (
	"context"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// Access is modules/access.
type Access interface {
	SignIn(ctx context.Context, in access.SignInInput) (access.SignedIn, error)
	View(ctx context.Context, p access.Principal) (access.View, error)
	SignOut(ctx context.Context, p access.Principal) error
	SignOutEverywhere(ctx context.Context, p access.Principal) error
	Invitation(ctx context.Context, agency uuid.UUID, token string) (access.InvitationView, error)
	Accept(ctx context.Context, in access.AcceptInput) (access.SignedIn, error)
	BeginTOTP(ctx context.Context, p access.Principal) (access.Enrolment, error)
	ConfirmTOTP(ctx context.Context, p access.Principal, code string) ([]string, error)
	RemoveTOTP(ctx context.Context, p access.Principal, password string) error
	APIKeys(ctx context.Context, p access.Principal, subAccount uuid.UUID) ([]access.APIKey, error)
	CreateAPIKey(ctx context.Context, p access.Principal, in access.APIKeyInput) (access.APIKey, string, error)
	RevokeAPIKey(ctx context.Context, p access.Principal, subAccount, id uuid.UUID) error
	Members(ctx context.Context, subAccount uuid.UUID) ([]access.Member, error)
}
