// Package eventtest holds what modules publish in their tests to what they
// declare.
package eventtest

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/omnicrm/omnicrm/platform/events"
)

// Exact refuses events whose payload has a member, or a type, that the example of
// their kind has not; and it remembers which kinds it has seen.
type Exact struct {
	events.Kinds
	mu   sync.Mutex
	seen map[string]bool
}

// New makes an Exact of what a module declares, and of others' kinds that its
// tests publish too.
func New(kinds events.Kinds) *Exact { return &Exact{Kinds: kinds, seen: map[string]bool{}} }

// Check is events.Checker.
func (x *Exact) Check(e events.New) error {
	if err := x.Kinds.Check(e); err != nil {
		return err
	}
	kind, _ := x.Find(e.Kind)
	raw, err := json.Marshal(e.Payload)
	if err != nil {
		return err
	}
	var got, want any
	if err := json.Unmarshal(raw, &got); err != nil {
		return err
	}
	if err := json.Unmarshal(kind.Payload(), &want); err != nil {
		return err
	}
	if err := same(got, want, e.Kind, kind.Free); err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.seen[e.Kind] = true
	return nil
}

// same tells what got has that the example has not. null fits everything.
func same(got, example any, at string, free []string) error {
	if got == nil {
		return nil
	}
	switch got := got.(type) {
	case map[string]any:
		want, ok := example.(map[string]any)
		if !ok {
			return differs(at, got, example)
		}
		for name, value := range got {
			if slices.Contains(free, name) {
				continue
			}
			shown, ok := want[name]
			if !ok {
				return fmt.Errorf("eventtest: %s.%s is published, and the example doesn't have it", at, name)
			}
			if err := same(value, shown, at+"."+name, free); err != nil {
				return err
			}
		}
	case []any:
		want, ok := example.([]any)
		if !ok || len(want) == 0 && len(got) > 0 {
			return differs(at, got, example)
		}
		for i, value := range got {
			if err := same(value, want[0], fmt.Sprintf("%s[%d]", at, i), free); err != nil {
				return err
			}
		}
	default:
		if fmt.Sprintf("%T", got) != fmt.Sprintf("%T", example) {
			return differs(at, got, example)
		}
	}
	return nil
}

func differs(at string, got, example any) error {
	return fmt.Errorf("eventtest: %s is published as %v, and its example is %v", at, got, example)
}

// Runner is testing.M.
type Runner interface{ Run() int }

// Main runs a package's tests and fails, to out, where all of them ran and a kind
// was never published: then nobody has seen whether its example is right. Kinds
// that the tests only hear of are excepted.
func (x *Exact) Main(m Runner, out io.Writer, excepted ...string) int {
	code := m.Run()
	for _, picking := range []string{"run", "skip", "list", "bench", "fuzz", "fuzzworker"} {
		if f := flag.Lookup("test." + picking); f != nil && f.Value.String() != f.DefValue {
			return code
		}
	}
	if code != 0 {
		return code
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, k := range x.All() {
		if k.Only == "" && !x.seen[k.Name] && !slices.Contains(excepted, k.Name) {
			_, _ = fmt.Fprintf(out, "no test publishes %s, which is declared\n", k.Name)
			code = 1
		}
	}
	return code
}

// Names are those of kinds.
func Names(kinds []events.Kind) (out []string) {
	for _, k := range kinds {
		out = append(out, k.Name)
	}
	return out
}
