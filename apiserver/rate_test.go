package apiserver_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/apiserver"
	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/limit"
)

func slow(o *apiserver.Options) {
	o.Rates = apiserver.Rates{Anonymous: limit.Rate{Burst: 3, Per: time.Hour}, Caller: limit.Rate{Burst: 3, Per: time.Hour}}
}

// patient lets a test ask for as much as it has to.
func patient(o *apiserver.Options) {
	o.Rates = apiserver.Rates{Anonymous: limit.Rate{Burst: 1e6, Per: time.Minute}, Caller: limit.Rate{Burst: 1e6, Per: time.Minute}}
}

func TestAnIdCountsTheSameHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	b := newBench(t, slow)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	plain, shouted := b.sub("/members"), "/api/v1/sub-accounts/"+strings.ToUpper(b.one.ID.String())+"/members"
	b.must(200, ask{path: plain, token: token})
	b.must(200, ask{path: shouted, token: token})
	last := b.must(200, ask{path: plain, token: token})
	if last.header.Get("RateLimit-Remaining") != "0" {
		t.Errorf("%s remain", last.header.Get("RateLimit-Remaining"))
	}
	over := b.must(429, ask{path: shouted, token: token})
	if over.header.Get("Retry-After") == "" || over.code() != "rate.exceeded" {
		t.Errorf("got %s %v", over.text, over.header)
	}
}

func TestWhoGuessesIsSlowedAndNobodyElse(t *testing.T) {
	t.Parallel()
	b := newBench(t, slow)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	for range 3 {
		b.must(404, ask{path: "/api/v1/sub-accounts/" + uuid.NewString() + "/contacts", token: token})
		b.must(401, ask{path: b.sub("/contacts"), token: "oms_" + uuid.NewString()})
	}
	b.must(429, ask{path: "/api/v1/sub-accounts/" + uuid.NewString() + "/contacts", token: token})
	b.must(429, ask{path: b.sub("/contacts"), token: "oms_" + uuid.NewString()})
	b.must(200, ask{path: b.sub("/contacts"), token: token})
	b.must(200, ask{path: "/api/v1/brand"})
}
