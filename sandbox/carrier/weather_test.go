package carrier_test

import (
	"net/url"
	"testing"

	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

// The same seed makes the same weather, and the ledger tells what was done, whatever
// was answered.
func TestWeatherIsRepeatedByItsSeed(t *testing.T) {
	t.Parallel()
	w := carrier.Weather{Seed: 7, Fail: 0.2, Throttle: 0.2, FailAfter: 0.2, Lost: 0.5}
	run := func() (answers []int, landed int, damage map[string]int) {
		s := carrier.Start(t, carrier.Options{})
		s.SetWeather(w)
		main := newClient(t, s, s.Account())
		for range 40 {
			status, _ := main.do("POST", main.path("/Messages.json"), url.Values{"From": {ours}, "To": {theirs}, "Body": {"x"}})
			answers = append(answers, status)
		}
		return answers, len(s.Ledger()), s.Damage()
	}
	answers, landed, damage := run()
	again, _, _ := run()
	equal(t, answers, again)
	taken := 0
	for _, status := range answers {
		if status == 201 {
			taken++
		}
	}
	if damage[carrier.Fail] == 0 || damage[carrier.Throttle] == 0 || damage[carrier.FailAfter] == 0 || damage[carrier.Dropped] == 0 {
		t.Fatalf("the weather did %v", damage)
	}
	equal(t, taken+damage[carrier.FailAfter], landed)
	equal(t, 40-taken, damage[carrier.Fail]+damage[carrier.Throttle]+damage[carrier.FailAfter])
}

func TestWeatherPasses(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	s.SetWeather(carrier.Weather{Fail: 1})
	main := newClient(t, s, s.Account())
	form := url.Values{"From": {ours}, "To": {theirs}, "Body": {"x"}}
	if status, _ := main.do("POST", main.path("/Messages.json"), form); status < 500 {
		t.Fatalf("a storm answers %d", status)
	}
	s.SetWeather(carrier.Weather{})
	if status, _ := main.do("POST", main.path("/Messages.json"), form); status != 201 {
		t.Fatalf("a calm answers %d", status)
	}
	equal(t, map[string]int{carrier.Fail: 1}, s.Damage())
}
