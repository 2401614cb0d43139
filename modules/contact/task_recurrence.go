package contact

import (
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// A recurrence is a subset of RFC 5545, section 3.3.10: what a person can say,
// and what comes round rarely enough to be done by hand.
var recurrenceParts = []string{"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL"}

const maxInterval = 1000

// recurrence reads a rule whose days and times are those of a zone. mend
// tells the person who wrote it how to mend it, "" where that is not needed.
func recurrence(rule string, zone *time.Location) (o *rrule.ROption, mend string) {
	if len(rule) > 200 {
		return nil, "It is too long."
	}
	for part := range strings.SplitSeq(rule, ";") {
		name, _, _ := strings.Cut(part, "=")
		if !slices.Contains(recurrenceParts, name) {
			return nil, "Use FREQ, INTERVAL, BYDAY, BYMONTHDAY, COUNT and UNTIL alone, like FREQ=WEEKLY;BYDAY=MO,TH."
		}
	}
	o, err := rrule.StrToROptionInLocation(rule, zone)
	if err != nil {
		return nil, "It can't be read. Write it like FREQ=MONTHLY;BYMONTHDAY=1."
	}
	switch {
	case !strings.Contains(rule, "FREQ=") || o.Freq > rrule.DAILY:
		return nil, "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY."
	case o.Interval < 0 || o.Interval > maxInterval || strings.Contains(rule, "INTERVAL=0"):
		return nil, "INTERVAL is 1 to 1000."
	case o.Count < 0 || o.Count > maxInterval || strings.Contains(rule, "COUNT=0"):
		return nil, "COUNT is 1 to 1000."
	case o.Count > 0 && !o.Until.IsZero():
		return nil, "Use COUNT or UNTIL, not both."
	}
	for _, day := range o.Bymonthday {
		if day == 0 || day < -31 || day > 31 {
			return nil, "BYMONTHDAY is 1 to 31, or -1 to -31 from the month's end."
		}
	}
	return o, ""
}

// following is the first time of the task's series behind its own due time and
// not before now; false when the series is over. It is reckoned on the wall
// clock of the task's zone, so nine o'clock stays nine o'clock when summer time
// begins; a time that the change leaves out comes as much later.
func (t Task) following(now time.Time) (time.Time, bool) {
	if t.Recurrence == "" || t.DueAt == nil || t.SeriesStart == nil {
		return time.Time{}, false
	}
	zone, err := time.LoadLocation(t.Timezone)
	if err != nil {
		return time.Time{}, false
	}
	o, mend := recurrence(t.Recurrence, zone)
	if mend != "" {
		return time.Time{}, false
	}
	o.Dtstart = t.SeriesStart.In(zone)
	rule, err := rrule.NewRRule(*o)
	if err != nil {
		return time.Time{}, false
	}
	after := *t.DueAt
	if t.AllDay { // today's is still to be done
		y, m, d := now.In(zone).Date()
		now = time.Date(y, m, d, 0, 0, 0, 0, zone).Add(-time.Second)
	}
	if now.After(after) {
		after = now
	}
	next := rule.After(after.In(zone), false)
	return next.UTC(), !next.IsZero()
}

// next is the task that follows a completed one; false when none does. The
// reminder keeps its distance on the wall clock.
func (t Task) next(now time.Time) (Task, bool) {
	due, ok := t.following(now)
	if !ok {
		return Task{}, false
	}
	n := t
	n.DueAt, n.CompletedAt, n.RemindedAt = &due, nil, nil
	if t.ReminderAt != nil {
		zone, err := time.LoadLocation(t.Timezone)
		if err != nil {
			return Task{}, false
		}
		at := shifted(t.ReminderAt.In(zone), t.DueAt.In(zone), due.In(zone)).UTC()
		n.ReminderAt = &at
	}
	return n, true
}

// shifted moves a time as a second one moves, on the wall clock.
func shifted(at, from, to time.Time) time.Time {
	wall := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	}
	w := wall(at).Add(wall(to).Sub(wall(from)))
	return time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), w.Nanosecond(), to.Location())
}
