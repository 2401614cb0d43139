package phase

import (
	"context"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/tools/events"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/platform/clock"
)

func TestDriftIsToldOnceAndShownForMinutes(t *testing.T) {
	t.Parallel()
	fake, recorder := clock.NewFake(time.Unix(0, 0)), events.NewFakeRecorder(10)
	mended := ""
	l := &Loop[*v1alpha1.DatabaseServer]{Clock: fake, Recorder: recorder, Phases: []Phase[*v1alpha1.DatabaseServer]{{
		Condition: "Grants", Run: func(context.Context, *v1alpha1.DatabaseServer) (Outcome, error) {
			return Outcome{Reason: "Granted", Message: "All is well.", Mended: mended}, nil
		},
	}}}
	obj := &v1alpha1.DatabaseServer{}
	obj.Generation = 1
	for _, step := range []struct {
		what, mended, reason string
		after                time.Duration
		events               int
	}{
		{"the first pass makes what is not drift", "A grant was gone.", "Granted", 0, 0},
		{"a later one finds drift", "A grant was gone.", ReasonDriftMended, 0, 1},
		{"the next finds nothing and leaves the word", "", ReasonDriftMended, time.Minute, 0},
		{"the word is gone after some minutes", "", "Granted", mendedShown, 0},
	} {
		fake.Advance(step.after)
		mended = step.mended
		if _, err := l.run(t.Context(), obj); err != nil {
			t.Fatal(err)
		}
		c := meta.FindStatusCondition(obj.Status.Conditions, "Grants")
		if c.Reason != step.reason || len(recorder.Events) != step.events {
			t.Errorf("%s: %s (%s), %d events", step.what, c.Reason, c.Message, len(recorder.Events))
		}
		for len(recorder.Events) > 0 {
			if e := <-recorder.Events; !strings.Contains(e, step.mended) {
				t.Errorf("%s: %s", step.what, e)
			}
		}
	}
}
