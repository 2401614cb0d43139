package queue

import (
	"errors"
	"strings"
	"time"

	"github.com/adhocore/gronx"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// A cron expression is matched against the clock on the wall of its zone. Where
// that clock is put forward or back, the rule is the one that cron has had
// since Vixie's and that Debian documents (cron(8), "daylight saving"):
//
//   - a time of day that the clock skips runs once, at the first instant after
//     the gap, and a time of day that comes twice runs the first time;
//   - an expression with * in the minute or the hour, such as */15, goes on by
//     the clock: it runs in both hours that have the same name, and has nothing
//     to make up for in an hour that never was.
type cron struct {
	expression string
	wildcard   bool
	zone       *time.Location
}

var errNever = errors.New("queue: the expression names no time to come")

// parseCron reads five fields, or a name such as @daily, and an IANA zone.
// Errors: Invalid at "cron" or "timezone".
func parseCron(expression, zone string) (cron, error) {
	var f fault.Checks
	segments, err := gronx.Segments(expression)
	// Segments puts the second before five fields.
	ok := err == nil && len(segments) == 6 && segments[0] == "0" && gronx.IsValid(expression)
	f.Check(ok, "cron", "Give five fields, minute, hour, day, month and weekday, as in 30 2 * * 1-5, or @daily.")
	location, err := time.LoadLocation(zone)
	f.Check(err == nil && zone != "" && zone != "Local", "timezone", "Give an IANA name, such as America/New_York.")
	if err := f.Err("schedule.invalid"); err != nil {
		return cron{}, err
	}
	c := cron{
		expression: expression, zone: location,
		wildcard: strings.HasPrefix(segments[1], "*") || strings.HasPrefix(segments[2], "*"),
	}
	return c, nil
}

// next gives the first run after an instant. Its error is errNever: the 31st of
// February.
func (c cron) next(after time.Time) (time.Time, error) {
	if c.wildcard {
		return c.nextByTheClock(after)
	}
	wall := onTheWall(after.In(c.zone))
	for {
		var err error
		if wall, err = c.nextOnTheWall(wall); err != nil {
			return time.Time{}, err
		}
		if at := c.instant(wall); at.After(after) {
			return at, nil
		}
	}
}

// NextRuns gives the next n runs of an expression after an instant, fewer if
// there are no more, for people to see before they trust it. Errors: Invalid at
// "cron" or "timezone".
func NextRuns(expression, zone string, after time.Time, n int) ([]time.Time, error) {
	c, err := parseCron(expression, zone)
	if err != nil {
		return nil, err
	}
	var runs []time.Time
	for len(runs) < n {
		if after, err = c.next(after); err != nil {
			break
		}
		runs = append(runs, after)
	}
	return runs, nil
}

// nextByTheClock looks in one stretch after another in which the zone keeps its
// offset.
func (c cron) nextByTheClock(after time.Time) (time.Time, error) {
	here := after.In(c.zone)
	wall := onTheWall(here)
	for {
		next, err := c.nextOnTheWall(wall)
		if err != nil {
			return time.Time{}, err
		}
		at := next.Add(-offset(here))
		_, end := here.ZoneBounds()
		if end.IsZero() || at.Before(end) {
			return at, nil
		}
		here = end.In(c.zone)
		wall = onTheWall(here).Add(-time.Nanosecond)
	}
}

// nextOnTheWall knows no zone: it counts as if every day had 24 hours.
func (c cron) nextOnTheWall(wall time.Time) (time.Time, error) {
	at, err := gronx.NextTickAfter(c.expression, wall, false)
	if err != nil || !at.After(wall) {
		return time.Time{}, errNever
	}
	return at, nil
}

// instant is when the wall shows this for the first time, or the end of the gap
// in which it never does.
func (c cron) instant(wall time.Time) time.Time {
	guess := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), 0, 0, c.zone)
	start, end := guess.ZoneBounds()
	stretches := []time.Time{guess}
	if !start.IsZero() {
		stretches = []time.Time{start.Add(-time.Nanosecond).In(c.zone), guess}
	}
	if !end.IsZero() {
		stretches = append(stretches, end.In(c.zone))
	}
	for i, stretch := range stretches {
		at := wall.Add(-offset(stretch))
		from, to := stretch.ZoneBounds()
		if !to.IsZero() && !at.Before(to) {
			continue // later than the stretch lasts
		}
		if i > 0 && at.Before(from) {
			return from.UTC() // neither in the one before nor in this: in the gap between
		}
		return at.UTC()
	}
	return guess.UTC()
}

// onTheWall is what a clock on the wall shows, as an instant of a zone without
// an offset.
func onTheWall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

func offset(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}
