package compliance_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/compliance"
)

func TestTheFirstObjectionDecides(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)
	evidence := uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120003")
	out := func(channel string, ago time.Duration) []compliance.Suppression {
		return []compliance.Suppression{{
			Channel: channel, Address: "+14155550123", OptedOut: true, OptOutID: evidence, Since: now.Add(-ago),
		}}
	}
	text := func(purpose string) compliance.Send {
		return compliance.Send{Channel: "sms", Address: "+14155550123", Purpose: purpose}
	}
	all := []string{"account.suspended", "opt_out", "dnd"}
	for name, c := range map[string]struct {
		facts compliance.Facts
		rule  string
	}{
		"nothing stands in the way": {compliance.Facts{Send: text(compliance.Marketing), Scope: compliance.ScopeAll}, ""},
		"a suspended account, before all else": {
			compliance.Facts{Send: text(compliance.Conversational), Suspended: true, Suppressions: out("sms", time.Hour)}, "account.suspended",
		},
		"an opt-out": {compliance.Facts{Send: text(compliance.Conversational), Scope: compliance.ScopeAll, Suppressions: out("sms", time.Hour)}, "opt_out"},
		"an opt-out on another channel": {
			compliance.Facts{Send: text(compliance.Transactional), Scope: compliance.ScopeAll, Suppressions: out("voice", time.Hour)}, "opt_out",
		},
		"an opt-out on another channel, when each stands alone": {
			compliance.Facts{Send: text(compliance.Transactional), Scope: compliance.ScopeChannel, Suppressions: out("voice", time.Hour)}, "",
		},
		"an opt-out that was taken back": {
			compliance.Facts{Send: text(compliance.Marketing), Suppressions: []compliance.Suppression{{Channel: "sms", Since: now}}}, "",
		},
		"the confirmation, within five minutes": {
			compliance.Facts{Send: text(compliance.OptOutNotice), Scope: compliance.ScopeAll, Suppressions: out("sms", compliance.NoticeWithin)}, "",
		},
		"the confirmation, too late": {
			compliance.Facts{Send: text(compliance.OptOutNotice), Scope: compliance.ScopeAll, Suppressions: out("sms", compliance.NoticeWithin+1)}, "opt_out",
		},
		"a channel that somebody closed for the contact": {
			compliance.Facts{Send: text(compliance.Transactional), Blocked: []string{"sms"}}, "dnd",
		},
		"another channel that somebody closed": {
			compliance.Facts{Send: text(compliance.Transactional), Blocked: []string{"email"}}, "",
		},
		"the confirmation over a closed channel": {
			compliance.Facts{Send: text(compliance.OptOutNotice), Blocked: []string{"sms"}}, "",
		},
		"an opt-out, before a closed channel": {
			compliance.Facts{Send: text(compliance.Marketing), Blocked: []string{"sms"}, Suppressions: out("sms", time.Hour)}, "opt_out",
		},
		"the answer to HELP": {compliance.Facts{Send: text(compliance.Help), Scope: compliance.ScopeAll, Suppressions: out("sms", time.Hour)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.facts.Now = now
			d := compliance.Judge(compliance.Rules(), c.facts)
			if d.Rule != c.rule || d.Allowed != (c.rule == "") || !d.DecidedAt.Equal(now) {
				t.Fatalf("%+v", d)
			}
			if d.Evidence.Valid != (c.rule == "opt_out") {
				t.Errorf("evidence: %v", d.Evidence)
			}
			checked := all
			switch c.rule {
			case "account.suspended":
				checked = all[:1]
			case "opt_out":
				checked = all[:2]
			}
			if diff := cmp.Diff(checked, d.Checked); diff != "" {
				t.Error(diff)
			}
		})
	}
}
