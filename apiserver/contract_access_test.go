package apiserver_test

import (
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// accessPosts are the posts of people, roles and teams.
func (b *bench) accessPosts(owner string) map[string]func() ask {
	return map[string]func() ask{
		"create-role": func() ask {
			return ask{path: "/api/v1/agency/roles", body: `{"name":"r` + uuid.NewString() + `","level":"account","permissions":["contacts.read"]}`}
		},
		"issue-person-password-reset": func() ask {
			return ask{path: "/api/v1/agency/people/" + b.person(b.token(b.acme, b.one.ID, access.AccountUser)) + "/password-reset"}
		},
		"issue-member-password-reset": func() ask {
			return ask{path: b.sub("/members/" + b.person(b.token(b.acme, b.one.ID, access.AccountUser)) + "/password-reset")}
		},
		"renew-recovery-codes": func() ask {
			token, secret := b.enrolled(access.AccountUser)
			return ask{path: "/api/v1/me/recovery-codes", token: token, body: `{"code":"` + b.code(secret, 30*time.Second) + `"}`}
		},
		"create-oauth-app":         func() ask { return register(`"confidential":true`) },
		"create-identity-provider": func() ask { return provider("https://id."+uuid.NewString()+".example", "") },
		"rotate-oauth-app-secret": func() ask {
			q := register(`"confidential":true`)
			q.method, q.token = "POST", owner
			return ask{path: q.path + "/" + b.must(201, q).str("id") + "/secret"}
		},
		"create-team":              func() ask { return ask{path: b.sub("/teams"), body: `{"name":"t` + uuid.NewString() + `"}`} },
		"create-invitation":        func() ask { return invite(b.sub("/invitations"), "account_user") },
		"create-agency-invitation": func() ask { return invite("/api/v1/agency/invitations", "agency_support") },
		"resend-invitation":        func() ask { return b.resend(owner, invite(b.sub("/invitations"), "account_user")) },
		"resend-agency-invitation": func() ask { return b.resend(owner, invite("/api/v1/agency/invitations", "agency_support")) },
	}
}

// enrolled is a member of one with an authenticator; secret is what it knows.
func (b *bench) enrolled(role access.Role) (token, secret string) {
	b.t.Helper()
	token = b.token(b.acme, b.one.ID, role)
	secret = b.must(200, ask{method: "POST", path: "/api/v1/me/totp", token: token}).str("secret")
	b.must(200, ask{method: "POST", path: "/api/v1/me/totp/confirm", token: token, body: `{"code":"` + b.code(secret, 0) + `"}`})
	return token, secret
}

// code is what an authenticator shows so much later: each code is good once, and
// the next one is taken a step ahead.
func (b *bench) code(secret string, later time.Duration) string {
	b.t.Helper()
	code, err := auth.TOTPCode(secret, time.Now().Add(later))
	b.ok(err)
	return code
}

// register asks for an app with the one redirect URI callback.
func register(more string) ask {
	return ask{
		path: "/api/v1/agency/oauth-apps",
		body: `{"name":"Bookings","redirect_uris":["` + callback + `"],"scopes":["contacts.read","contacts.write","agency.jobs.read"],` + more + `}`,
	}
}

// provider asks for an identity provider of the domain below its name; more are
// further members of the request.
func provider(issuer, more string) ask {
	u, _ := url.Parse(issuer)
	_, domain, _ := strings.Cut(u.Hostname(), ".")
	return ask{
		path: "/api/v1/agency/identity-providers",
		body: `{"name":"Ours","issuer":"` + issuer + `","client_id":"crm","client_secret":"s","domains":["` + domain + `"]` + more + `}`,
	}
}

func invite(path, role string) ask {
	return ask{path: path, body: `{"email":"` + uuid.NewString() + `@people.example","role":"` + role + `"}`}
}

// resend invites somebody and gives the request that does it once more.
func (b *bench) resend(owner string, q ask) ask {
	b.t.Helper()
	q.method, q.token = "POST", owner
	return ask{path: q.path + "/" + b.must(201, q).str("id") + "/resend"}
}

// accessEdits are the edits of people, roles and teams.
func (b *bench) accessEdits(owner string) map[string]func() (string, ask) {
	made := func(post, method, body string) (string, ask) {
		q := b.accessPosts(owner)[post]()
		q.method, q.token = "POST", owner
		a := b.must(201, q)
		return a.header.Get("ETag"), ask{method: method, path: q.path + "/" + a.str("id"), body: body}
	}
	member := func(in uuid.UUID, list string, role access.Role, method, body string) (string, ask) {
		path := list + "/" + b.person(b.token(b.acme, in, role))
		return b.must(200, ask{path: path, token: owner}).header.Get("ETag"), ask{method: method, path: path, body: body}
	}
	inOne, inAgency := b.sub("/members"), "/api/v1/agency/members"
	return map[string]func() (string, ask){
		"patch-passkey": func() (string, ask) {
			made := b.passkey(owner, parts.Passkey())
			return made.header.Get("ETag"), ask{method: "PATCH", path: "/api/v1/me/passkeys/" + made.str("id"), body: `{"name":"b"}`}
		},
		"patch-security-policy": func() (string, ask) {
			path := "/api/v1/agency/security-policy"
			return b.must(200, ask{path: path, token: owner}).header.Get("ETag"), ask{method: "PATCH", path: path, body: `{"mfa":"optional"}`}
		},
		"patch-oauth-app":  func() (string, ask) { return made("create-oauth-app", "PATCH", `{"name":"b"}`) },
		"delete-oauth-app": func() (string, ask) { return made("create-oauth-app", "DELETE", "") },

		"patch-identity-provider":  func() (string, ask) { return made("create-identity-provider", "PATCH", `{"name":"b"}`) },
		"delete-identity-provider": func() (string, ask) { return made("create-identity-provider", "DELETE", "") },

		"patch-role":  func() (string, ask) { return made("create-role", "PATCH", `{"description":"b"}`) },
		"delete-role": func() (string, ask) { return made("create-role", "DELETE", "") },
		"patch-team":  func() (string, ask) { return made("create-team", "PATCH", `{"members":[]}`) },
		"delete-team": func() (string, ask) { return made("create-team", "DELETE", "") },
		"patch-member": func() (string, ask) {
			return member(b.one.ID, inOne, access.AccountUser, "PATCH", `{"role":"account_manager"}`)
		},
		"remove-member": func() (string, ask) { return member(b.one.ID, inOne, access.AccountUser, "DELETE", "") },
		"patch-agency-member": func() (string, ask) {
			return member(uuid.Nil, inAgency, access.AgencyAdmin, "PATCH", `{"role":"agency_support"}`)
		},
		"remove-agency-member": func() (string, ask) { return member(uuid.Nil, inAgency, access.AgencyAdmin, "DELETE", "") },
	}
}
