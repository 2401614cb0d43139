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
// How often one is looked at follows from the bounds of the jitter, whatever is drawn; that the crowd doesn't march in
// step is held with a margin of some twenty standard deviations.
func TestAThousandThatWaitAreATrickle(t *testing.T) {
	t.Parallel()
	const crowd = 1000
	windows := []struct {
		from, until time.Duration
		most        int // looks at one resource
	}{{0, time.Minute, 9}, {time.Minute, 2 * time.Minute, 3}, {10 * time.Minute, 14 * time.Minute, 1}, {50 * time.Minute, 59 * time.Minute, 1}}
	together := map[time.Duration]int{} // looks at all of them, by the second
	for range crowd {
		fake := clock.NewFake(time.Unix(0, 0))
		l := &Loop[*v1alpha1.SubAccount]{Clock: fake}
		obj := &v1alpha1.SubAccount{}
		looks := make([]int, len(windows))
		for now := time.Duration(0); now < time.Hour; {
			together[now.Truncate(time.Second)]++
			for i, w := range windows {
				if w.from <= now && now < w.until {
					looks[i]++
				}
			}
			result, err := l.blocked(obj, "Placement", intentOf(Waiting(5*time.Second, "NotReady", "x")), nil)
			if err != nil || result.RequeueAfter <= 0 || *result.Priority != handler.LowPriority {
				t.Fatalf("%+v, %v", result, err)
			}
			now += result.RequeueAfter
			fake.Advance(result.RequeueAfter)
		}
		for i, w := range windows {
			if looks[i] > w.most {
				t.Errorf("from %s to %s: %d looks at one resource, at most %d are right", w.from, w.until, looks[i], w.most)
			}
		}
	}
	for second, looks := range together {
		if second >= 10*time.Minute && looks > crowd/10 {
			t.Errorf("in the second after %s: %d looks at %d resources, which should be spread", second, looks, crowd)
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
	began := time.Now() // the bucket fills by the machine's clock, also while this test is kept waiting
	var latest time.Duration
	for i := range 1000 {
		wait := crowded.When(reconcile.Request{NamespacedName: types.NamespacedName{Name: string(rune(i))}})
		latest = max(latest, time.Since(began)+wait)
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
