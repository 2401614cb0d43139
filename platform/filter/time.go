package filter

import (
	"fmt"
	"time"
)

// Unit is what a Period is counted in.
type Unit string

// The units.
const (
	Days   Unit = "days"
	Weeks  Unit = "weeks"
	Months Unit = "months"
	Years  Unit = "years"
)

var longest = map[Unit]int{Days: 36_600, Weeks: 5_200, Months: 1_200, Years: 100}

// Period is a length of calendar time.
type Period struct {
	N    int
	Unit Unit
}

// days is at least as long as the period.
func (p Period) days() int {
	return p.N * map[Unit]int{Days: 1, Weeks: 7, Months: 30, Years: 366}[p.Unit]
}

func (p Period) String() string {
	unit := string(p.Unit)
	if p.N == 1 || p.N == -1 {
		unit = unit[:len(unit)-1]
	}
	return fmt.Sprintf("%d %s", max(p.N, -p.N), unit)
}

// after is t moved on by n times the period, on the clock and the calendar of
// its zone. A month that lacks the day ends on its last one: a month before 31
// March is 28 February.
func (p Period) after(t time.Time, n int) time.Time {
	n *= p.N
	switch p.Unit {
	case Weeks:
		return t.AddDate(0, 0, 7*n)
	case Months:
		return months(t, n)
	case Years:
		return months(t, 12*n)
	}
	return t.AddDate(0, 0, n)
}

func months(t time.Time, n int) time.Time {
	y, m, d := t.Date()
	last := time.Date(y, m+time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC)
	hour, minute, second := t.Clock()
	return time.Date(last.Year(), last.Month(), min(d, last.Day()), hour, minute, second, t.Nanosecond(), t.Location())
}

// today is the day in the zone, as midnight in UTC.
func (e Env) today() time.Time {
	y, m, d := e.Now.In(e.zone()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// now is as fine as PostgreSQL keeps it.
func (e Env) now() time.Time { return e.Now.Truncate(time.Microsecond) }

// begins is when a day begins in the zone.
func (e Env) begins(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, e.zone())
}

// span is a stretch of time: from the first on, and until the end, which does
// not belong to it. Zero is without end.
type span struct{ from, until time.Time }

// span is what a moment takes: a day from its beginning to the next one's, or
// the point itself, which is a microsecond long.
func (e Env) span(m moment, kind Kind) span {
	if !m.day {
		return span{m.at, m.at.Add(time.Microsecond)}
	}
	day := m.at
	if m.from != nil {
		day = m.from.after(e.today(), 1)
	}
	next := day.AddDate(0, 0, 1)
	if kind == Date {
		return span{day, next}
	}
	return span{e.begins(day), e.begins(next)}
}

// recent is the period before now, or after it, for the kind.
func (e Env) recent(p Period, kind Kind, direction int) span {
	if kind == Date {
		a, b := e.today(), p.after(e.today(), direction)
		if direction < 0 {
			a, b = b, a
		}
		return span{a, b.AddDate(0, 0, 1)}
	}
	a, b := e.now(), p.after(e.now().In(e.zone()), direction)
	if direction < 0 {
		a, b = b, a
	}
	return span{a, b.Add(time.Microsecond)}
}

// yearly is a stretch of days of every year, both included, each as 100 times
// the month plus the day. It may pass over the end of a year: then from > to.
type yearly struct{ from, to int }

const leapDay = 229

// anniversaries gives the days of every year that have one in the period. Who
// was born on 29 February has it on the 28th in years without a 29th.
func (e Env) anniversaries(p Period, direction int) yearly {
	a, b := e.today(), p.after(e.today(), direction)
	if direction < 0 {
		a, b = b, a
	}
	if b.Sub(a) >= 365*24*time.Hour {
		return yearly{101, 1231}
	}
	y := yearly{monthDay(a), monthDay(b)}
	if y.to == 228 && b.AddDate(0, 0, 1).Month() == time.March {
		y.to = leapDay
	}
	return y
}

func monthDay(t time.Time) int { return 100*int(t.Month()) + t.Day() }

func (y yearly) holds(day int) bool {
	if y.from > y.to {
		return day >= y.from || day <= y.to
	}
	return day >= y.from && day <= y.to
}
