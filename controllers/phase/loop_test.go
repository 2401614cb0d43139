package phase

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
)

type fixed time.Time

func (f fixed) Now() time.Time { return time.Time(f) }

// kstatus reads a resource as sigs.k8s.io/cli-utils' kstatus does, and with it Argo CD, Flux and kubectl wait.
func kstatus(obj Object) string {
	s := obj.Common()
	switch {
	case s.ObservedGeneration != obj.GetGeneration():
		return "InProgress"
	case meta.IsStatusConditionTrue(s.Conditions, Stuck):
		return "Failed"
	case meta.IsStatusConditionTrue(s.Conditions, Reconciling), !meta.IsStatusConditionTrue(s.Conditions, Ready):
		return "InProgress"
	}
	return "Current"
}

// A first pass that loses a race has said something of its first phases; who
// reads the status must see that more is to come.
func TestALostRaceSaysThatMoreIsToCome(t *testing.T) {
	t.Parallel()
	obj, ran := &v1alpha1.DatabaseServer{}, ""
	obj.Generation = 1
	l := &Loop[*v1alpha1.DatabaseServer]{Clock: fixed(time.Unix(1, 0)), Phases: []Phase[*v1alpha1.DatabaseServer]{
		step("First", &ran, nil, false), step("Second", &ran, apierrors.NewConflict(schema.GroupResource{}, "a", nil), false),
	}}
	result, err := l.run(t.Context(), obj)
	if err != nil || result.RequeueAfter == 0 {
		t.Errorf("it doesn't come again: %v, %v", result, err)
	}
	conditions := obj.Status.Conditions
	if !meta.IsStatusConditionTrue(conditions, Reconciling) || !meta.IsStatusConditionFalse(conditions, Ready) || kstatus(obj) != "InProgress" {
		t.Errorf("got %v", conditions)
	}
}

func TestAPassIsSummedUpAsKstatusReadsIt(t *testing.T) {
	t.Parallel()
	const before, now = 1, 2
	tests := map[string]struct {
		second   error
		fault    bool
		kstatus  string
		observed int64
		ready    string
		again    bool // comes back by itself
		fails    bool // and by backoff
	}{
		"all done":                             {kstatus: "Current", observed: now, ready: "Ready", again: true},
		"done, with something worth a look":    {fault: true, kstatus: "Current", observed: now, ready: "Ready", again: true},
		"stalled is a verdict on this spec":    {second: Stalled("NameTaken", "x"), kstatus: "Failed", observed: now, ready: "NameTaken", again: true},
		"waiting is none yet":                  {second: Waiting(time.Second, "NotReady", "x"), kstatus: "InProgress", observed: before, ready: "NotReady", again: true},
		"an error is none yet, and is retried": {second: errors.New("boom"), kstatus: "InProgress", observed: before, ready: "Failed", fails: true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			obj := &v1alpha1.DatabaseServer{}
			obj.Generation, obj.Status.ObservedGeneration = now, before
			ran := ""
			l := &Loop[*v1alpha1.DatabaseServer]{Clock: fixed(time.Unix(1, 0)), Phases: []Phase[*v1alpha1.DatabaseServer]{
				step("First", &ran, nil, false), step("Second", &ran, tc.second, tc.fault), step("Third", &ran, nil, false),
			}}
			result, err := l.run(t.Context(), obj)
			if got := kstatus(obj); got != tc.kstatus || obj.Status.ObservedGeneration != tc.observed {
				t.Errorf("kstatus %s, observed %d", got, obj.Status.ObservedGeneration)
			}
			if (err != nil) != tc.fails || (result.RequeueAfter > 0) != tc.again {
				t.Errorf("%+v, %v", result, err)
			}
			want := "First Second Third "
			if tc.second != nil {
				want = "First Second "
			}
			if diff := cmp.Diff(want, ran); diff != "" {
				t.Error(diff)
			}
			if c := meta.FindStatusCondition(obj.Status.Conditions, Ready); c.Reason != tc.ready {
				t.Errorf("Ready: %+v", c)
			}
			third := meta.FindStatusCondition(obj.Status.Conditions, "Third")
			if wantUnknown := tc.second != nil; wantUnknown != (third.Reason == ReasonPending) {
				t.Errorf("Third: %+v", third)
			}
		})
	}
}

func step(name string, ran *string, err error, fault bool) Phase[*v1alpha1.DatabaseServer] {
	return Phase[*v1alpha1.DatabaseServer]{Condition: name, Run: func(_ context.Context, _ *v1alpha1.DatabaseServer) (Outcome, error) {
		*ran += name + " "
		return Outcome{Reason: "Done", Fault: fault}, err
	}}
}
