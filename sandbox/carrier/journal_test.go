package carrier_test

import (
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

func TestTheStateSurvivesARestart(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(noon)
	o := carrier.Options{Clock: fake, Journal: filepath.Join(t.TempDir(), "journal"), HonourStop: true}
	before := carrier.Start(t, o)
	main := newClient(t, before, before.Account())
	sub := main.subaccount("omnicrm:1")
	pn := main.numberSID(ours)
	main.must("POST", main.path("/IncomingPhoneNumbers/"+pn+".json"), url.Values{"AccountSid": {sub.as.SID}, "FriendlyName": {"Desk"}})
	bought := main.must("POST", main.path("/IncomingPhoneNumbers.json"), url.Values{"AreaCode": {"206"}})
	main.must("DELETE", main.path("/IncomingPhoneNumbers/"+bought["sid"].(string)+".json"), nil)
	done := sub.send(ours, theirs, "before")
	if err := before.SetFate("+14155550135", carrier.Fate{Status: "undelivered"}); err != nil {
		t.Fatal(err)
	}
	if _, err := before.Handset("+14155550136").Text(ours, "STOP"); err != nil {
		t.Fatal(err)
	}
	fake.Advance(time.Minute)
	before.WaitForStatus(done, carrier.StatusDelivered)
	before.WaitSettled()
	under := sub.send(ours, "+14155550135", "under way")
	ledger, handsets := before.Ledger(), before.Handsets()
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}

	after := carrier.Start(t, o)
	equal(t, before.Account(), after.Account())
	if diff := cmp.Diff(ledger, after.Ledger(), cmpopts.IgnoreUnexported(carrier.Message{})); diff != "" {
		t.Errorf("the ledger: -before +after\n%s", diff)
	}
	equal(t, handsets, after.Handsets())
	sub = newClient(t, after, sub.as)
	if got := sub.must("GET", sub.path("/IncomingPhoneNumbers/"+pn+".json"), nil)["friendly_name"]; got != "Desk" {
		t.Errorf("the number's name: %v", got)
	}
	if _, body := sub.do("POST", sub.path("/Messages.json"), url.Values{"From": {ours}, "To": {"+14155550136"}, "Body": {"x"}}); body["code"] != 21610.0 {
		t.Errorf("the opt-out was forgotten: %v", body)
	}
	fake.Advance(time.Minute)
	after.WaitForStatus(under, carrier.StatusUndelivered)
}

func TestATornLastLineIsDropped(t *testing.T) {
	t.Parallel()
	o := carrier.Options{Journal: filepath.Join(t.TempDir(), "journal")}
	before := carrier.Start(t, o)
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(o.Journal, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(`{"account":{"sid":"AC`); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	equal(t, before.Account(), carrier.Start(t, o).Account())
}

func TestAJournalThatCantBeUsedIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	nonsense := filepath.Join(dir, "nonsense")
	if err := os.WriteFile(nonsense, []byte("not a journal\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(dir, "foreign")
	other, err := carrier.New(carrier.Options{Journal: foreign})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]carrier.Options{
		"a line that isn't JSON":    {Journal: nonsense},
		"a folder that isn't there": {Journal: filepath.Join(dir, "none", "journal")},
		"another account's":         {Journal: foreign, Account: carrier.Account{SID: "AC00000000000000000000000000000001"}},
		"numbers that aren't":       {Numbers: []string{"12"}},
		"an inventory of words":     {Inventory: []string{"desk"}},
	} {
		if c, err := carrier.New(o); err == nil {
			t.Errorf("%s was taken", name)
			_ = c.Close()
		}
	}
}
