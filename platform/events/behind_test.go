package events_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/events"
)

// behind is the square of somebody whose events are heard behind others'.
func (s *square) behind() *square {
	other := *s
	other.ctx = events.Behind(s.ctx)
	return &other
}

func TestWhatIsBehindIsHeardAfterWhatCameLater(t *testing.T) {
	t.Parallel()
	tagged, other := uuid.New(), uuid.New()
	for name, c := range map[string]struct {
		say   func(s *square)
		turns [][]string // what is heard in each turn of three events
	}{
		"of other subjects": {
			func(s *square) {
				s.behind().say(tagged, "a", "b", "c", "d")
				s.say(other, "x", "y")
			},
			[][]string{{"a", "x", "y"}, {"b", "c", "d"}},
		},
		"but of the same subject all of it comes along": {
			func(s *square) {
				s.behind().say(other, "a", "b", "c", "d")
				s.behind().say(tagged, "e", "f", "g", "h")
				s.say(tagged, "x")
				s.behind().say(tagged, "i")
			},
			[][]string{{"a", "b", "e", "f", "g", "h", "x"}, {"c", "d", "i"}},
		},
		"and goes on where nobody else stops": {
			func(s *square) {
				s.behind().say(tagged, "a", "b", "c")
				s.say(other, "1", "2", "3", "4", "5", "6")
			},
			[][]string{{"a", "1", "2", "3"}, {"b", "4", "5", "6"}, {"c"}},
		},
		"what was written after the last of a full turn waits": {
			func(s *square) {
				s.say(other, "1", "2", "3")
				s.behind().say(tagged, "a")
				s.say(tagged, "4")
			},
			[][]string{{"1", "2", "3"}, {"a", "4"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, e := newSquare(t), &ear{name: "ear"}
			c.say(s)
			consumer := s.consumer(e)
			var turns [][]string
			for range c.turns {
				before := len(e.words())
				if _, err := consumer.Once(s.ctx, s.place.SubAccount); err != nil {
					t.Fatal(err)
				}
				turns = append(turns, e.words()[before:])
			}
			if diff := cmp.Diff(c.turns, turns); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOfThousandsThatAreBehindAPersonsChangeIsHeardInTheNextTurn(t *testing.T) {
	t.Parallel()
	s, e := newSquare(t), &ear{name: "ear"}
	consumer := s.consumer(e)
	for i := range 50 {
		s.behind().say(uuid.New(), "tagged "+strconv.Itoa(i))
	}
	for range 3 {
		if _, err := consumer.Once(s.ctx, s.place.SubAccount); err != nil {
			t.Fatal(err)
		}
	}
	s.say(uuid.New(), "renamed")
	if _, err := consumer.Once(s.ctx, s.place.SubAccount); err != nil {
		t.Fatal(err)
	}
	if heard := e.words(); !slices.Contains(heard, "renamed") || len(heard) != 12 {
		t.Errorf("heard %d: %v", len(heard), heard)
	}
	s.drain(consumer)
	if heard := e.words(); len(heard) != 51 {
		t.Errorf("heard %d of 51", len(heard))
	}
}
