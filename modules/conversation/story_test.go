package conversation_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/platform/clock"
)

// budget is how long new cases begin, unless the long form is asked for.
const budget = 6 * time.Second

// told is what the events of a message say, in their order.
func (r *room) told(id uuid.UUID) (out []conversation.MessageChanged) {
	r.t.Helper()
	err := r.tenants.InTenant(r.ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(r.ctx, `select payload from event where subject_id = $1 order by written`, id)
		if err != nil {
			return err
		}
		var payload []byte
		_, err = pgx.ForEachRow(rows, []any{&payload}, func() error {
			var c conversation.MessageChanged
			out = append(out, c)
			return json.Unmarshal(payload, &out[len(out)-1])
		})
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

// story is one message and all that was ever seen of it.
type story struct {
	*room
	now   conversation.Message
	moves int
}

// saw holds what the message is now against what it was.
func (s *story) saw(rt *rapid.T, did string, anew bool) {
	m, err := s.Message(s.ctx, s.now.ID)
	if err != nil {
		rt.Fatal(err)
	}
	was, is := s.now.Progress(), m.Progress()
	ended := was.Status == conversation.Delivered || was.Status == conversation.Undelivered || was.Status == conversation.Failed
	switch {
	case is.Attempt < was.Attempt:
		rt.Fatalf("%s took it back from %+v to %+v", did, was, is)
	case is.Attempt == was.Attempt && ended && is != was:
		rt.Fatalf("%s moved %+v, which had ended, to %+v", did, was, is)
	case is.Attempt == was.Attempt && order[is.Status] < order[was.Status]:
		rt.Fatalf("%s took it back from %+v to %+v", did, was, is)
	case is.Attempt > was.Attempt && !anew:
		rt.Fatalf("%s began the attempt %+v after %+v", did, is, was)
	case m.StatusAt.Before(s.now.StatusAt):
		rt.Fatalf("%s happened before what it follows", did)
	}
	if is != was {
		s.moves++
	}
	s.now = m
}

var order = map[conversation.Status]int{
	conversation.Held: 0, conversation.Queued: 0, conversation.Sending: 1, conversation.Unknown: 1, conversation.Sent: 2,
	conversation.Delivered: 3, conversation.Undelivered: 3, conversation.Failed: 3,
}

// However the carrier's words about a message come (late, twice, turned round,
// contradicting each other), between whatever we do with it, its row tells a
// steady story, and each step of it is told once.
func TestEachStepOfAMessageIsToldOnceWhateverTheCarrierSays(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	maria := r.contact("+14155550123")
	over := clock.System().Now().Add(budget)
	rapid.Check(t, func(rt *rapid.T) {
		if os.Getenv("OMNICRM_FAULTS") != "long" && clock.System().Now().After(over) {
			return
		}
		r.shut = rapid.IntRange(0, 9).Draw(rt, "shut") == 9
		sent, err := r.Send(r.ctx, conversation.SendInput{ContactID: maria.ID, Channel: "sms", Body: "Hi"})
		if err != nil {
			rt.Fatal(err)
		}
		s := &story{room: r, now: sent}
		rt.Repeat(map[string]func(*rapid.T){
			"news": func(rt *rapid.T) {
				c := conversation.Change{
					Attempt:      rapid.IntRange(1, s.now.Attempt).Draw(rt, "attempt"),
					Status:       rapid.SampledFrom(statuses[2:]).Draw(rt, "status"),
					Acknowledged: rapid.Bool().Draw(rt, "acknowledged"), ProviderID: "SM1",
				}
				r.advance(sent.ID, c)
				s.saw(rt, "news", false)
				r.advance(sent.ID, c)
				was := s.moves
				if s.saw(rt, "the same news", false); s.moves != was {
					rt.Fatalf("the same news moved it twice: %+v", s.now)
				}
			},
			"begin": func(rt *rapid.T) {
				if err := r.tenants.InTenant(r.ctx, func(tx pgx.Tx) error {
					_, _, err := r.Begin(r.ctx, tx, sent.ID, rapid.IntRange(1, s.now.Attempt).Draw(rt, "attempt"))
					return err
				}); err != nil {
					rt.Fatal(err)
				}
				s.saw(rt, "begin", false)
			},
			"requeue": func(rt *rapid.T) {
				if err := r.tenants.InTenant(r.ctx, func(tx pgx.Tx) error {
					_, _, err := r.Requeue(r.ctx, tx, sent.ID, rapid.IntRange(1, s.now.Attempt).Draw(rt, "attempt"), "carrier.busy", "Busy.")
					return err
				}); err != nil {
					rt.Fatal(err)
				}
				s.saw(rt, "requeue", true)
			},
			"retry": func(rt *rapid.T) {
				was := s.now
				_, err := r.Retry(r.ctx, sent.ID)
				if (err == nil) != was.Retriable() {
					rt.Fatalf("a retry of %s: %v", was.Status, err)
				}
				s.saw(rt, "retry", true)
			},
			"time": func(rt *rapid.T) {
				r.clock.Advance(time.Duration(rapid.IntRange(1, 600).Draw(rt, "seconds")) * time.Second)
			},
		})
		s.checkTold(rt)
	})
}

// checkTold holds the events against the moves: one for each, each beginning
// where the one before ended, the last one telling how it is.
func (s *story) checkTold(rt *rapid.T) {
	told := s.told(s.now.ID)
	if len(told) != s.moves+1 {
		rt.Fatalf("%d events tell of %d moves", len(told), s.moves)
	}
	for i := 1; i < len(told); i++ {
		if told[i].Before.Status != told[i-1].After.Status {
			rt.Fatalf("event %d begins at %s, the one before ended at %s", i, told[i].Before.Status, told[i-1].After.Status)
		}
	}
	if last := told[len(told)-1].After; last.Status != s.now.Status {
		rt.Fatalf("the last event says %s, the message is %s", last.Status, s.now.Status)
	}
}
