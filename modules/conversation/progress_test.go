package conversation_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/omnicrm/omnicrm/modules/conversation"
)

var statuses = []conversation.Status{
	conversation.Held, conversation.Queued, conversation.Sending, conversation.Unknown, conversation.Sent,
	conversation.Delivered, conversation.Undelivered, conversation.Failed,
}

func TestNewsMovesAMessageOnlyForwards(t *testing.T) {
	t.Parallel()
	at := func(attempt int, s conversation.Status, acknowledged bool) conversation.Progress {
		return conversation.Progress{Attempt: attempt, Status: s, Acknowledged: acknowledged}
	}
	for name, c := range map[string]struct {
		now, news conversation.Progress
		moves     bool
	}{
		"delivered after sent":                    {at(1, conversation.Sent, true), at(1, conversation.Delivered, true), true},
		"sent after delivered":                    {at(1, conversation.Delivered, true), at(1, conversation.Sent, true), false},
		"delivered twice":                         {at(1, conversation.Delivered, true), at(1, conversation.Delivered, true), false},
		"failed after delivered":                  {at(1, conversation.Delivered, true), at(1, conversation.Failed, true), false},
		"acknowledged while sending":              {at(1, conversation.Sending, false), at(1, conversation.Sending, true), true},
		"a lost answer after the acknowledgement": {at(1, conversation.Sending, true), at(1, conversation.Unknown, false), false},
		"a lost answer":                           {at(1, conversation.Sending, false), at(1, conversation.Unknown, false), true},
		"an unknown one that was found":           {at(1, conversation.Unknown, false), at(1, conversation.Sending, true), true},
		"late news of the attempt before":         {at(2, conversation.Queued, false), at(1, conversation.Delivered, true), false},
		"a new attempt after a failure":           {at(1, conversation.Failed, true), at(2, conversation.Queued, false), true},
		"the gate changes its mind":               {at(1, conversation.Queued, false), at(1, conversation.Held, false), true},
		"the gate does not while it is sending":   {at(1, conversation.Sending, false), at(1, conversation.Held, false), false},
		"a word nobody knows":                     {at(1, conversation.Sent, true), at(1, "exploded", true), false},
		"news of what came in":                    {at(0, conversation.Received, false), at(1, conversation.Delivered, true), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, moved := c.now.Next(c.news)
			if moved != c.moves || moved && got != c.news || !moved && got != c.now {
				t.Fatalf("%+v, %v", got, moved)
			}
		})
	}
}

// However the news of a message are shuffled and repeated, its states are those
// of a steady story: an attempt never falls behind, an end is an end.
func TestNoOrderOfNewsTakesAMessageBackwards(t *testing.T) {
	t.Parallel()
	ended := map[conversation.Status]bool{conversation.Delivered: true, conversation.Undelivered: true, conversation.Failed: true}
	order := map[conversation.Status]int{
		conversation.Held: 0, conversation.Queued: 0, conversation.Sending: 1, conversation.Unknown: 2, conversation.Sent: 4,
		conversation.Delivered: 5, conversation.Undelivered: 5, conversation.Failed: 5,
	}
	rank := func(p conversation.Progress) int {
		if p.Status == conversation.Sending && p.Acknowledged {
			return 3
		}
		return order[p.Status]
	}
	news := rapid.Custom(func(r *rapid.T) conversation.Progress {
		return conversation.Progress{
			Attempt: rapid.IntRange(1, 3).Draw(r, "attempt"), Status: rapid.SampledFrom(statuses).Draw(r, "status"),
			Acknowledged: rapid.Bool().Draw(r, "acknowledged"),
		}
	})
	rapid.Check(t, func(r *rapid.T) {
		now := conversation.Progress{Attempt: 1, Status: conversation.Queued}
		for _, n := range rapid.SliceOf(news).Draw(r, "news") {
			next, moved := now.Next(n)
			switch {
			case !moved && next != now:
				r.Fatalf("%+v changed without moving: %+v", now, next)
			case next.Attempt < now.Attempt:
				r.Fatalf("%+v fell back to the attempt of %+v", now, next)
			case next.Attempt == now.Attempt && rank(next) < rank(now):
				r.Fatalf("%+v fell back to %+v", now, next)
			case moved && next.Attempt == now.Attempt && ended[now.Status]:
				r.Fatalf("%+v had ended and moved to %+v", now, next)
			}
			if _, again := next.Next(n); again && moved {
				r.Fatalf("the same news moved %+v twice", now)
			}
			now = next
		}
	})
}
