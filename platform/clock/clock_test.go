package clock_test

import (
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/platform/clock"
)

func TestAFakeClockWakesSleepersWhenTheirTimeHasCome(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 31, 23, 0, 0, 0, time.UTC)
	f := clock.NewFake(start)
	late, soon, now := f.After(48*time.Hour), f.After(time.Hour), f.After(0)
	if got := <-now; !got.Equal(start) {
		t.Errorf("no wait woke at %v", got)
	}
	f.Advance(time.Hour)
	if got := <-soon; !got.Equal(start.Add(time.Hour)) {
		t.Errorf("an hour woke at %v", got)
	}
	select {
	case <-late:
		t.Error("two days were over after an hour")
	default:
	}
	f.Advance(47 * time.Hour)
	if got := <-late; !got.Equal(start.Add(48 * time.Hour)) {
		t.Errorf("two days woke at %v", got)
	}
}

func TestAwaitSleepersReturnsOnceSomebodySleeps(t *testing.T) {
	t.Parallel()
	f := clock.NewFake(time.Unix(0, 0))
	woken := make(chan time.Time)
	go func() { woken <- <-f.After(time.Minute) }()
	f.AwaitSleepers(1)
	f.Advance(time.Minute)
	if got := <-woken; got.Unix() != 60 {
		t.Errorf("woke at %v", got)
	}
}
