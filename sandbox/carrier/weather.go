package carrier

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// Weather is how often the carrier misbehaves by itself: shares from 0 to 1 of
// the requests about messages, and of the messages whose callbacks go astray. The
// zero is calm. Faults and rules that were asked for one by one come first.
type Weather struct {
	// Seed repeats the draws; the order of the requests is the caller's.
	Seed uint64
	// Requests: a 500 or 503, a 429 with or without Retry-After, and silence, each
	// with nothing done.
	Fail, Throttle, Hang float64
	// Creations that are carried out, and answered with a 500, with silence, with a
	// broken connection, or with what nobody can read.
	FailAfter, Timeout, Disconnect, Garble float64
	// Messages whose callbacks, or whose webhook, are lost, come several times, out
	// of order, or late by LateBy (default 2 s).
	Lost, Duplicated, Reordered, Late float64
	LateBy                            time.Duration
}

// SetWeather changes the weather from now on; what it did so far stays counted.
func (c *Carrier) SetWeather(w Weather) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.weather.done
	c.weather = newWeather(w)
	c.weather.done = before
}

// Damage is how often the weather did what.
func (c *Carrier) Damage() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.weather.done)
}

type weather struct {
	Weather
	dice *rand.Rand
	done map[string]int
}

func newWeather(w Weather) *weather {
	return &weather{Weather: w, dice: rand.New(rand.NewPCG(w.Seed, 1)), done: map[string]int{}}
}

type chance struct {
	what  string
	share float64
}

// draw picks one of several, or "" for none of them.
func (w *weather) draw(chances ...chance) string {
	at := w.dice.Float64()
	for _, c := range chances {
		if at -= c.share; at < 0 {
			w.done[c.what]++
			return c.what
		}
	}
	return ""
}

// fault draws what happens to a request; nil for nothing.
func (w *weather) fault(r *http.Request) *Fault {
	if !strings.Contains(r.URL.Path, "/Messages") {
		return nil
	}
	chances := []chance{{Fail, w.Fail}, {Throttle, w.Throttle}, {Hang, w.Hang}}
	if r.Method == http.MethodPost {
		chances = append(chances, chance{FailAfter, w.FailAfter}, chance{Timeout, w.Timeout},
			chance{Disconnect, w.Disconnect}, chance{Garble, w.Garble})
	}
	kind := w.draw(chances...)
	if kind == "" {
		return nil
	}
	f := &Fault{Kind: kind, Status: http.StatusInternalServerError}
	if w.dice.IntN(2) == 0 {
		f.RetryAfter = 1
		f.Status = http.StatusServiceUnavailable
	}
	return f
}

// rule draws what becomes of a new message's callbacks; nil for nothing.
func (w *weather) rule() *CallbackRule {
	mode := w.draw(chance{Dropped, w.Lost}, chance{Duplicate, w.Duplicated}, chance{Reordered, w.Reordered}, chance{Late, w.Late})
	if mode == "" {
		return nil
	}
	late := cmp.Or(w.LateBy, 2*time.Second)
	return &CallbackRule{Mode: mode, Copies: defaultDup, DelayMS: int(late.Milliseconds())}
}
