package queue

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/adhocore/gronx"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

func TestRunsWhereTheClockIsChanged(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		cron, zone, after string
		want              []string
	}{
		"a time of day that Berlin skips runs when the gap ends": {
			"30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00+01:00",
			[]string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"},
		},
		"a time of day that comes twice in Berlin runs the first time": {
			"30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00+02:00",
			[]string{"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"},
		},
		"the second 2:30 of Berlin is not another run": {
			"30 2 * * *", "Europe/Berlin", "2026-10-25T02:30:00+02:00",
			[]string{"2026-10-26T02:30:00+01:00"},
		},
		"several skipped times run once together, and not again at the gap's end": {
			"0,30 2,3 * * *", "America/New_York", "2026-03-08T01:00:00-05:00",
			[]string{"2026-03-08T03:00:00-04:00", "2026-03-08T03:30:00-04:00", "2026-03-09T02:00:00-04:00"},
		},
		"each quarter of an hour goes on over New York's gap": {
			"*/15 * * * *", "America/New_York", "2026-03-08T01:40:00-05:00",
			[]string{"2026-03-08T01:45:00-05:00", "2026-03-08T03:00:00-04:00", "2026-03-08T03:15:00-04:00"},
		},
		"each half hour of one o'clock runs in both": {
			"*/30 1 * * *", "America/New_York", "2026-11-01T00:00:00-04:00",
			[]string{
				"2026-11-01T01:00:00-04:00", "2026-11-01T01:30:00-04:00",
				"2026-11-01T01:00:00-05:00", "2026-11-01T01:30:00-05:00", "2026-11-02T01:00:00-05:00",
			},
		},
		"Lord Howe puts its clock forward by half an hour": {
			"15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00+10:30",
			[]string{"2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"},
		},
		"and back by half an hour": {
			"45 1 * * *", "Australia/Lord_Howe", "2026-04-04T12:00:00+11:00",
			[]string{"2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30"},
		},
		"Kathmandu is a quarter off and never changes": {
			"0 9 * * 1-5", "Asia/Kathmandu", "2026-03-27T10:00:00+05:45",
			[]string{"2026-03-30T09:00:00+05:45", "2026-03-31T09:00:00+05:45"},
		},
		"Sao Paulo's midnight was skipped": {
			"@daily", "America/Sao_Paulo", "2018-11-03T12:00:00-03:00",
			[]string{"2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"},
		},
		"Sao Paulo's last hour of a day came twice": {
			"30 23 * * *", "America/Sao_Paulo", "2018-02-17T12:00:00-02:00",
			[]string{"2018-02-17T23:30:00-02:00", "2018-02-18T23:30:00-03:00"},
		},
		"Apia skipped a whole day": {
			"30 2 * * *", "Pacific/Apia", "2011-12-29T02:30:00-10:00",
			[]string{"2011-12-31T00:00:00+14:00", "2011-12-31T02:30:00+14:00"},
		},
		"the 29th of February waits for its year": {
			"0 12 29 2 *", "Europe/Berlin", "2026-01-01T00:00:00+01:00",
			[]string{"2028-02-29T12:00:00+01:00"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after, err := time.Parse(time.RFC3339, tc.after)
			if err != nil {
				t.Fatal(err)
			}
			runs, err := NextRuns(tc.cron, tc.zone, after, len(tc.want))
			if err != nil {
				t.Fatal(err)
			}
			zone, _ := time.LoadLocation(tc.zone)
			var got []string
			for _, at := range runs {
				got = append(got, at.In(zone).Format(time.RFC3339))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatIsNoScheduleIsRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ cron, zone, field string }{
		"seconds":                {"* * * * * *", "UTC", "cron"},
		"every second by name":   {"@everysecond", "UTC", "cron"},
		"four fields":            {"* * * *", "UTC", "cron"},
		"a minute too many":      {"60 * * * *", "UTC", "cron"},
		"nothing":                {"", "UTC", "cron"},
		"a zone that is nowhere": {"* * * * *", "Mars/Olympus", "timezone"},
		"the machine's own zone": {"* * * * *", "Local", "timezone"},
		"no zone":                {"* * * * *", "", "timezone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := NextRuns(tc.cron, tc.zone, time.Unix(0, 0), 1)
			if f, ok := fault.As(err); !ok || f.Fields[0].Path != tc.field {
				t.Errorf("%v", err)
			}
		})
	}
	if runs, err := NextRuns("0 0 31 2 *", "UTC", time.Unix(0, 0), 1); err != nil || len(runs) > 0 {
		t.Errorf("the 31st of February comes: %v, %v", runs, err)
	}
}

// The walk is the rule told another way: somebody looks at the clock on the wall
// once a minute.
func TestRunsAreThoseOfSomebodyWhoWatchesTheClock(t *testing.T) {
	t.Parallel()
	zones := []string{
		"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo", "Pacific/Apia", "UTC",
	}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		expression := strings.Join([]string{
			rapid.SampledFrom([]string{"0", "15", "30", "59", "0,30", "*/15", "*/20", "10-20", "*"}).Draw(t, "minute"),
			rapid.SampledFrom([]string{"0", "1", "2", "3", "23", "1,2", "0-3", "*/2", "*"}).Draw(t, "hour"),
			rapid.SampledFrom([]string{"*", "29", "30", "1-7", "*/2"}).Draw(t, "day"),
			rapid.SampledFrom([]string{"*", "*", "3,10", "12"}).Draw(t, "month"),
			rapid.SampledFrom([]string{"*", "0", "1-5", "SUN"}).Draw(t, "weekday"),
		}, " ")
		c, err := parseCron(expression, zone.String())
		if err != nil {
			t.Fatal(err)
		}
		from := nearAChange(t, zone)
		to := from.Add(36 * time.Hour)
		var got []time.Time
		for at := from; ; {
			if at, err = c.next(at); err != nil || at.After(to) {
				break
			}
			got = append(got, at)
		}
		if want := watched(c, from, to); !slices.EqualFunc(want, got, time.Time.Equal) {
			t.Fatalf("%s in %s after %s:\nwatched %v\nreckoned %v", expression, zone, from.In(zone), local(want, zone), local(got, zone))
		}
	})
}

// nearAChange draws an instant, most often shortly before the zone's offset
// changes.
func nearAChange(t *rapid.T, zone *time.Location) time.Time {
	at := time.Date(rapid.IntRange(2005, 2035).Draw(t, "year"), 1, 1, 0, 0, 0, 0, time.UTC)
	for range rapid.IntRange(1, 3).Draw(t, "changes") {
		if _, end := at.In(zone).ZoneBounds(); !end.IsZero() {
			at = end
		}
	}
	return at.Add(-time.Duration(rapid.IntRange(1, 24*60).Draw(t, "minutes before")) * time.Minute).UTC().Truncate(time.Minute)
}

func watched(c cron, from, to time.Time) (runs []time.Time) {
	due := func(wall time.Time) bool {
		is, err := gronx.New().IsDue(c.expression, wall)
		return err == nil && is
	}
	seen := onTheWall(from.In(c.zone))
	// The watcher has been there for a while: a wall that was put back before
	// from has shown later times than this.
	for back := time.Duration(0); back < 2*time.Hour; back += time.Minute {
		if wall := onTheWall(from.Add(-back).In(c.zone)); wall.After(seen) {
			seen = wall
		}
	}
	for at := from.Add(time.Minute); !at.After(to); at = at.Add(time.Minute) {
		wall := onTheWall(at.In(c.zone))
		if c.wildcard {
			if due(wall) {
				runs = append(runs, at)
			}
			continue
		}
		run := false
		for shown := seen.Add(time.Minute); !shown.After(wall); shown = shown.Add(time.Minute) {
			run = run || due(shown)
			seen = shown
		}
		if run {
			runs = append(runs, at)
		}
	}
	return runs
}

func local(at []time.Time, zone *time.Location) []string {
	out := make([]string, len(at))
	for i, a := range at {
		out[i] = fmt.Sprint(a.In(zone).Format(time.RFC3339))
	}
	return out
}
