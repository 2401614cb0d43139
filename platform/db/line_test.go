package db

import (
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// Whatever comes and goes: nobody is lost or served twice, each tenant's are served in the order in which they came,
// and between two of one tenant every other that waits is served once.
func TestALineIsFair(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		var l line
		tenants := make([]uuid.UUID, 4)
		for i := range tenants {
			tenants[i] = uuid.New()
		}
		in := map[uuid.UUID][]*waiter{}
		passed := map[uuid.UUID]map[uuid.UUID]int{} // how often others were served while it waits
		length := 0
		serve := func() {
			w := l.first()
			if w == nil {
				if length != 0 {
					r.Fatalf("%d are forgotten", length)
				}
				return
			}
			if in[w.who][0] != w {
				r.Fatal("served out of its order")
			}
			l.serve()
			length--
			in[w.who] = in[w.who][1:]
			delete(passed, w.who)
			for other, queue := range in {
				if len(queue) == 0 || other == w.who {
					continue
				}
				if passed[other] == nil {
					passed[other] = map[uuid.UUID]int{}
				}
				if passed[other][w.who]++; passed[other][w.who] > 1 {
					r.Fatal("one tenant was served twice while another waited")
				}
			}
		}
		r.Repeat(map[string]func(*rapid.T){
			"join": func(r *rapid.T) {
				w := &waiter{caller: caller{who: rapid.SampledFrom(tenants).Draw(r, "who")}}
				l.join(w)
				in[w.who] = append(in[w.who], w)
				length++
			},
			"serve": func(*rapid.T) { serve() },
			"leave": func(r *rapid.T) {
				who := rapid.SampledFrom(tenants).Draw(r, "who")
				if len(in[who]) == 0 {
					r.Skip("nobody to leave")
				}
				i := rapid.IntRange(0, len(in[who])-1).Draw(r, "place")
				w := in[who][i]
				if !l.leave(w) || l.leave(w) {
					r.Fatal("leaving is once")
				}
				in[who] = append(append([]*waiter{}, in[who][:i]...), in[who][i+1:]...)
				length--
				if len(in[who]) == 0 {
					delete(passed, who)
				}
			},
			"": func(r *rapid.T) {
				if l.length != length {
					r.Fatalf("%d in line, want %d", l.length, length)
				}
			},
		})
		for length > 0 {
			serve()
		}
	})
}
