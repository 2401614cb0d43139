package phase_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func TestIntentOfAnError(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	tests := map[string]struct {
		err              error
		stalled, waiting bool
		reason           string
	}{
		"stalled":                     {phase.Stalled("NameTaken", "choose another"), true, false, "NameTaken"},
		"waiting":                     {phase.Waiting(time.Second, "NotReady", "soon"), false, true, "NotReady"},
		"failed with words":           {phase.Failed(boom, "MigrationFailed", "it stopped"), false, false, "MigrationFailed"},
		"any other":                   {boom, false, false, phase.ReasonFailed},
		"wrapped":                     {fmt.Errorf("on the way: %w", phase.Stalled("NameTaken", "x")), true, false, "NameTaken"},
		"a module's conflict":         {fault.New(fault.Conflict, "directory.host_taken", "x"), true, false, "HostTaken"},
		"a module's refusal of input": {fault.New(fault.Invalid, "agency.invalid", "x"), true, false, "Invalid"},
		"a module that is away":       {fault.New(fault.Unavailable, "database.unavailable", "x"), false, false, "Unavailable"},
		"nothing":                     {nil, false, false, ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := phase.IsStalled(tc.err); got != tc.stalled {
				t.Errorf("stalled: %v", got)
			}
			if got := phase.IsWaiting(tc.err); got != tc.waiting {
				t.Errorf("waiting: %v", got)
			}
			if tc.err != nil && phase.ReasonOf(tc.err) != tc.reason {
				t.Errorf("reason: %s; want %s", phase.ReasonOf(tc.err), tc.reason)
			}
		})
	}
}
