package apiserver_test

import (
	"testing"

	"github.com/omnicrm/omnicrm/modules/access"
)

func TestWhatPeopleLetAppsDoEndsWithTheProviderThatIsTheirOnlyWayIn(t *testing.T) {
	t.Parallel()
	c := newCompany(t, "")
	p := c.thirdParty(c.owner, `"confidential":true`)
	c.must(201, ask{method: "POST", path: c.sub("/invitations"), token: c.owner, body: `{"email":"ann@people.example","role":"account_user"}`})
	c.visit(c.signIn(somebody("ann@people.example")))
	anns := p.tokens(c.session())
	own := c.token(c.acme, c.one.ID, access.AccountUser)
	me, _ := c.must(200, ask{path: "/api/v1/session", token: own}).json["person"].(map[string]any)
	address, _ := me["email"].(string)
	c.browser()
	c.visit(c.signIn(somebody(address))) // who has a password, and comes by the provider as well
	bobs := p.tokens(c.session())
	if !p.works(anns.AccessToken) || !p.works(bobs.AccessToken) {
		t.Fatal("the app can't act")
	}
	c.must(204, ask{method: "DELETE", path: "/api/v1/agency/identity-providers/" + c.id, token: c.owner})
	if p.works(anns.AccessToken) {
		t.Error("the app acts on for somebody who can't sign in any more")
	}
	if _, err := p.refresh(anns.RefreshToken); refused(err) != "invalid_grant" {
		t.Errorf("it gets new tokens: %v", err)
	}
	if !p.works(bobs.AccessToken) {
		t.Error("it doesn't act for who has a password")
	}
	if _, err := p.refresh(bobs.RefreshToken); err != nil {
		t.Errorf("nor gets new tokens: %v", err)
	}
	if !c.audited(c.owner, "identity_provider.deleted") {
		t.Error("the audit doesn't tell")
	}
}

func TestAnAppActsForWhoCanSignIn(t *testing.T) {
	t.Parallel()
	c := newCompany(t, "")
	p := c.thirdParty(c.owner, `"confidential":true`)
	c.must(201, ask{method: "POST", path: c.sub("/invitations"), token: c.owner, body: `{"email":"ann@people.example","role":"account_user"}`})
	ann := somebody("ann@people.example")
	c.visit(c.signIn(ann))
	session := c.session()
	anns := p.tokens(session)
	bob := c.token(c.acme, c.one.ID, access.AccountUser)
	bobs := p.tokens(bob)
	if _, err := p.refresh(bobs.RefreshToken); err != nil {
		t.Fatal(err)
	}
	bobs = p.tokens(bob)

	c.must(204, ask{method: "DELETE", path: "/api/v1/agency/identity-providers/" + c.id + "/people/" + c.person(session), token: c.owner})
	if _, err := p.refresh(anns.RefreshToken); refused(err) != "invalid_grant" {
		t.Errorf("who was unbound has no way in: %v", err)
	}
	c.browser()
	c.visit(c.signIn(ann))
	if _, err := p.refresh(anns.RefreshToken); err != nil {
		t.Errorf("who signed in again: %v", err)
	}

	secret := c.must(200, ask{method: "POST", path: "/api/v1/me/totp", token: c.owner}).str("secret")
	c.must(200, ask{method: "POST", path: "/api/v1/me/totp/confirm", token: c.owner, body: `{"code":"` + c.code(secret, 0) + `"}`})
	c.must(200, ask{method: "PATCH", path: "/api/v1/agency/identity-providers/" + c.id, token: c.owner, body: `{"enforced":true}`, header: map[string]string{"If-Match": "*"}})
	if _, err := p.refresh(bobs.RefreshToken); refused(err) != "invalid_grant" {
		t.Errorf("a password lets nobody in where a provider is enforced: %v", err)
	}
	c.must(200, ask{method: "PATCH", path: "/api/v1/agency/identity-providers/" + c.id, token: c.owner, body: `{"enforced":false}`, header: map[string]string{"If-Match": "*"}})
	if _, err := p.refresh(bobs.RefreshToken); err != nil {
		t.Errorf("it is a way in again: %v", err)
	}
}
