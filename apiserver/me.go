package apiserver

import (
	"context"
	"net/http"
)

// TotpSetup is what an authenticator needs.
type TotpSetup struct {
	Secret string `json:"secret" doc:"The secret in base32, to type." example:"JBSWY3DPEHPK3PXP"`
	URL    string `json:"url" format:"uri" doc:"The same as otpauth URL, to show as QR code." example:"otpauth://totp/Acme:ada@acme.example?secret=JBSWY3DPEHPK3PXP&issuer=Acme"`
}

// TotpCode proves that the authenticator works.
type TotpCode struct {
	Code string `json:"code" minLength:"6" maxLength:"6" pattern:"^[0-9]{6}$" patternDescription:"six digits" doc:"The six digits that it shows." example:"492039"`
}

// RecoveryCodes are shown once.
type RecoveryCodes struct {
	Codes []string `json:"recovery_codes" doc:"Each signs in once in place of a code. They are shown now and never again." example:"[\"k7m2-9xqp-4trd\"]"`
}

// PasswordCheck asks for the password once more.
type PasswordCheck struct {
	Password string `json:"password" maxLength:"1024" doc:"The person's present password." example:"correct horse battery staple"`
}

// ChangePassword replaces the password.
type ChangePassword struct {
	Password    string `json:"password" maxLength:"1024" doc:"The person's present password." example:"correct horse battery staple"`
	NewPassword string `json:"new_password" maxLength:"1024" doc:"A new one of at least 12 characters that not everybody uses." example:"velvet tractor ninety"`
}

type changePasswordInput struct{ Body ChangePassword }

type totpSetupOutput struct{ Body TotpSetup }

type confirmInput struct{ Body TotpCode }

type recoveryOutput struct{ Body RecoveryCodes }

type passwordInput struct{ Body PasswordCheck }

func (s *server) beginTOTP() operation {
	return op("begin-totp", "Set up an authenticator", "Gives a secret to an authenticator; nothing changes until it is confirmed.",
		func(ctx context.Context, _ *struct{}) (*totpSetupOutput, error) {
			e, err := s.Access.EnrolTOTP(ctx, callOf(ctx).principal)
			return &totpSetupOutput{Body: TotpSetup{Secret: e.Secret, URL: e.URL}}, err
		}, once(inControl))
}

func (s *server) confirmTOTP() operation {
	return op("confirm-totp", "Confirm the authenticator", "From now on, signing in takes a code. Answers the recovery codes, once.",
		func(ctx context.Context, in *confirmInput) (*recoveryOutput, error) {
			codes, err := s.Access.ConfirmTOTP(ctx, callOf(ctx).principal, in.Body.Code)
			return &recoveryOutput{Body: RecoveryCodes{Codes: codes}}, err
		}, once(inControl))
}

func (s *server) renewRecoveryCodes() operation {
	return op("renew-recovery-codes", "Make new recovery codes", "Given a code of the authenticator. The former codes end; the answer holds the new ones, once.",
		func(ctx context.Context, in *confirmInput) (*recoveryOutput, error) {
			codes, err := s.Access.RenewRecoveryCodes(ctx, callOf(ctx).principal, in.Body.Code)
			return &recoveryOutput{Body: RecoveryCodes{Codes: codes}}, err
		}, once(inControl), fails(http.StatusConflict))
}

func (s *server) changePassword() operation {
	return op("change-password", "Change the password", "Given the present one. The person's other sessions end.",
		func(ctx context.Context, in *changePasswordInput) (*struct{}, error) {
			return nil, s.Access.ChangePassword(ctx, callOf(ctx).principal, in.Body.Password, in.Body.NewPassword)
		})
}

func (s *server) removeTOTP() operation {
	return op("remove-totp", "Remove the authenticator", "Signing in takes the password alone again; the recovery codes end.",
		func(ctx context.Context, in *passwordInput) (*struct{}, error) {
			return nil, s.Access.DisableTOTP(ctx, callOf(ctx).principal, in.Body.Password)
		}, fails(http.StatusBadRequest, http.StatusConflict))
}
