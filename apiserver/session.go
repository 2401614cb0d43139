package apiserver

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// Session is who is signed in, and what they may do.
type Session struct {
	Person        Person              `json:"person" doc:"Who is signed in."`
	Agency        SessionAgency       `json:"agency" doc:"The agency of this host."`
	MFARequired   bool                `json:"mfa_required" doc:"The agency asks for a second factor and the person has none: until they set one up, everything else answers 403 mfa.required." example:"false"`
	Impersonation *Impersonation      `json:"impersonation,omitempty" doc:"Who it really is, where one of the agency's people is taken for the person; absent otherwise."`
	SubAccounts   []SessionSubAccount `json:"sub_accounts" doc:"The sub-accounts where they may work, by name."`
	Permissions   []string            `json:"permissions" doc:"What they may do in the agency or in at least one sub-account." example:"[\"contacts.read\",\"contacts.write\"]"`
}

// Person is a signed-in person.
type Person struct {
	ID          uuid.UUID `json:"id" format:"uuid" doc:"The person's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	Email       string    `json:"email" doc:"The address they sign in with." example:"ada@acme.example"`
	Name        string    `json:"name" doc:"What colleagues read." example:"Ada Lovelace"`
	TOTPEnabled bool      `json:"totp_enabled" doc:"Whether signing in takes a code." example:"true"`
}

// SessionAgency is the agency, and one's role in it.
type SessionAgency struct {
	ID       uuid.UUID `json:"id" format:"uuid" doc:"The agency's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120001"`
	Name     string    `json:"name" doc:"What people read." example:"Acme Marketing"`
	Role     string    `json:"role,omitempty" doc:"The id of the role in the agency; absent for people of sub-accounts alone." example:"agency_owner"`
	RoleName string    `json:"role_name,omitempty" doc:"The role in the agency, as people read it." example:"Agency owner"`
}

// SessionSubAccount is a sub-account, and one's role in it.
type SessionSubAccount struct {
	ID          uuid.UUID `json:"id" format:"uuid" doc:"The sub-account's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120002"`
	Name        string    `json:"name" doc:"What people read." example:"Bakery Rossi"`
	Role        string    `json:"role" doc:"The id of the role in it, the agency's roles included." example:"account_admin"`
	RoleName    string    `json:"role_name" doc:"The role, as people read it." example:"Admin"`
	Reach       string    `json:"reach" doc:"Whose records the role reaches." enum:"all,team,assigned" example:"all"`
	Permissions []string  `json:"permissions" doc:"What they may do here; nothing while it can't be entered." example:"[\"contacts.read\",\"contacts.write\"]"`
	Status      string    `json:"status" doc:"Nobody works in a suspended one." enum:"active,suspended,deleting,retained" example:"active"`
	Timezone    string    `json:"timezone" doc:"IANA name." example:"America/New_York"`
	PhoneNumber string    `json:"phone_number,omitempty" doc:"The number it texts from, in E.164; absent when there is none yet." example:"+14155550100"`
}

// SignIn is what a person gives to sign in.
type SignIn struct {
	Email    string `json:"email" maxLength:"254" doc:"The address of the invitation." example:"ada@acme.example"`
	Password string `json:"password" maxLength:"1024" doc:"The password." example:"correct horse battery staple"`
	Code     string `json:"code,omitempty" maxLength:"64" doc:"The six digits of the authenticator, or a recovery code, when the answer was session.code_required." example:"492039"`
}

type signInInput struct{ Body SignIn }

type sessionOutput struct{ Body Session }

// enteredOutput signs the browser in.
type enteredOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie" doc:"The session; it is opaque and HttpOnly."`
	Body      Session
}

// leftOutput signs the browser out.
type leftOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie" doc:"Takes the session's cookie away."`
}

func (s *server) signIn() operation {
	return op("sign-in", "Sign in",
		"Signs a person in at this host's agency and sets the session's cookie. 401 session.invalid tells nothing about which accounts exist; "+
			"401 session.code_required asks for the same again with a code; 429 says when to try again.",
		func(ctx context.Context, in *signInInput) (*enteredOutput, error) {
			c := callOf(ctx)
			signed, err := s.Access.SignIn(ctx, access.SignInInput{
				Agency: c.agency.ID, Email: in.Body.Email, Password: in.Body.Password, Code: in.Body.Code,
				IP: c.ip.String(), UserAgent: c.userAgent,
			})
			if err != nil {
				return nil, err
			}
			return s.entered(ctx, signed)
		}, fails(http.StatusUnauthorized, http.StatusForbidden))
}

// entered answers a fresh session.
func (s *server) entered(ctx context.Context, signed access.SignedIn) (*enteredOutput, error) {
	session, err := s.sessionOf(ctx, signed.Principal)
	return &enteredOutput{SetCookie: sessionCookie(signed.Token, signed.ExpiresAt), Body: session}, err
}

func (s *server) getSession() operation {
	return op("get-session", "Read who is signed in",
		"The person, the agency of this host, the sub-accounts where they may work, and what they may do.",
		func(ctx context.Context, _ *struct{}) (*sessionOutput, error) {
			session, err := s.sessionOf(ctx, callOf(ctx).principal)
			return &sessionOutput{Body: session}, err
		})
}

func (s *server) signOut() operation {
	return op("sign-out", "Sign out", "Ends this session.",
		func(ctx context.Context, _ *struct{}) (*leftOutput, error) {
			return &leftOutput{SetCookie: noCookie()}, s.Access.SignOut(ctx, callOf(ctx).principal)
		})
}

func (s *server) signOutEverywhere() operation {
	return op("sign-out-everywhere", "Sign out everywhere", "Ends every session of the person, this one included.",
		func(ctx context.Context, _ *struct{}) (*leftOutput, error) {
			return &leftOutput{SetCookie: noCookie()}, s.Access.SignOutEverywhere(ctx, callOf(ctx).principal)
		})
}

func (s *server) sessionOf(ctx context.Context, p access.Principal) (Session, error) {
	v, err := s.Access.View(ctx, p)
	if err != nil {
		return Session{}, err
	}
	out := Session{
		Person:      Person{ID: v.Person.ID, Email: v.Person.Email, Name: v.Person.Name, TOTPEnabled: v.Person.TOTPEnabled},
		Agency:      SessionAgency{ID: v.Agency.ID, Name: v.Agency.Name, Role: string(v.AgencyRole), RoleName: v.RoleName},
		MFARequired: p.MustEnrol, Impersonation: impersonationOf(p),
		SubAccounts: make([]SessionSubAccount, 0, len(v.SubAccounts)),
		Permissions: texts(v.Permissions),
	}
	for _, a := range v.SubAccounts {
		out.SubAccounts = append(out.SubAccounts, SessionSubAccount{
			ID: a.ID, Name: a.Name, Role: string(a.Role), RoleName: a.RoleName, Reach: string(a.Reach), Permissions: texts(a.Permissions), Status: string(a.Status), Timezone: a.Timezone, PhoneNumber: a.PhoneNumber,
		})
	}
	return out, nil
}
