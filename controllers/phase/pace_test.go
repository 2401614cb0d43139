package phase

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/platform/clock"
)

// TestAThousandThatWaitAreATrickle lets resources wait for an hour for something that does not come, on a fake clock.
func TestAThousandThatWaitAreATrickle(t *testing.T) {
	t.Parallel()
	const crowd = 1000
	looks := map[time.Duration]int{} // by the minute
	for range crowd {
		fake := clock.NewFake(time.Unix(0, 0))
		l := &Loop[*v1alpha1.SubAccount]{Clock: fake}
		obj := &v1alpha1.SubAccount{}
		for now := time.Duration(0); now < time.Hour; {
			looks[now.Truncate(time.Minute)]++
			result, err := l.blocked(obj, "Placement", intentOf(Waiting(5*time.Second, "NotReady", "x")), nil)
			if err != nil || result.RequeueAfter <= 0 || *result.Priority != handler.LowPriority {
				t.Fatalf("%+v, %v", result, err)
			}
			now += result.RequeueAfter
			fake.Advance(result.RequeueAfter)
		}
	}
	for _, tc := range []struct {
		minute time.Duration
		most   int
	}{{0, 9 * crowd}, {time.Minute, 3 * crowd}, {10 * time.Minute, crowd / 2}, {50 * time.Minute, crowd / 5}} {
		if looks[tc.minute] > tc.most || looks[0] < crowd {
			t.Errorf("in the minute after %s: %d looks at %d resources, at most %d are right", tc.minute, looks[tc.minute], crowd, tc.most)
		}
	}
}

func TestRetriesBackOffAndAreBounded(t *testing.T) {
	t.Parallel()
	limiter := retries()
	one := reconcile.Request{NamespacedName: types.NamespacedName{Name: "one"}}
	var last time.Duration
	for range 20 {
		last = limiter.When(one)
	}
	if last < longestRetry*8/10 || last > longestRetry*12/10 {
		t.Errorf("the twentieth retry comes after %s, want about %s", last, longestRetry)
	}
	limiter.Forget(one)
	crowded := retries()
	var latest time.Duration
	for i := range 1000 {
		latest = max(latest, crowded.When(reconcile.Request{NamespacedName: types.NamespacedName{Name: string(rune(i))}}))
	}
	if want := (1000 - retryBurst) / retriesPerSecond * time.Second; latest < want-2*time.Second {
		t.Errorf("a thousand first retries are over after %s, want them spread over %s", latest, want)
	}
}

func TestAMomentThatIsKnownIsWaitedForExactly(t *testing.T) {
	t.Parallel()
	l := &Loop[*v1alpha1.SubAccount]{Clock: fixed(time.Unix(1_000_000, 0))}
	obj := &v1alpha1.SubAccount{}
	obj.Status.Conditions = []metav1.Condition{{Type: "Cleanup", Status: metav1.ConditionFalse, LastTransitionTime: metav1.NewTime(time.Unix(0, 0))}}
	if got := l.patience(obj, "Cleanup", intentOf(Until(3*time.Second, "GracePeriod", "x"))); got != 3*time.Second {
		t.Errorf("waits %s", got)
	}
}
