package contact

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	numbered = regexp.MustCompile(`^([0-9]{1,4})([./-])([0-9]{1,2})([./-])([0-9]{1,4})\.?$`)
	clocked  = regexp.MustCompile(`^(.*?)(?:T|,?\s+)([0-9]{1,2}:[0-9]{2}.*)$`)
)

// order is which of day, month and year comes first. Points part days as in
// Germany, strokes as the country does.
func (r reading) order(by string) string {
	switch {
	case r.settings.DateOrder != "":
		return r.settings.DateOrder
	case by != "." && slices.Contains([]string{"US", "PH", "CA"}, r.country):
		return "mdy"
	}
	return "dmy"
}

// day gives a day as 2006-01-02; a time behind it is left out. What can't be
// read stays as it is.
func (r reading) day(s string) (string, bool) {
	if m := clocked.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	if m := numbered.FindStringSubmatch(s); m != nil {
		a, b, c := m[1], m[3], m[5]
		order := r.order(m[2])
		switch {
		case m[2] != m[4]:
			return s, false
		case len(a) == 4:
			order = "ymd"
		case order == "ymd" && len(c) == 4: // it is not at the front here
			order = "dmy"
		}
		switch order {
		case "mdy":
			a, b, c = c, a, b
		case "dmy":
			a, c = c, a
		}
		day := fmt.Sprintf("%s-%02s-%02s", year(a), b, c)
		if !anyDate(day) {
			return s, false
		}
		return day, true
	}
	for _, layout := range []string{
		"20060102", "Jan 2 2006", "Jan 2, 2006", "2 Jan 2006", "2-Jan-2006", "January 2, 2006", "January 2 2006", "2 January 2006", "2. January 2006",
	} {
		if d, err := time.Parse(layout, s); err == nil {
			return d.Format(time.DateOnly), true
		}
	}
	return s, false
}

// year takes two digits for the nearest past, as spreadsheets do: 30 and more
// are of the last century.
func year(s string) string {
	if len(s) != 2 {
		return s
	}
	if n, err := strconv.Atoi(s); err == nil && n < 30 {
		return "20" + s
	}
	return "19" + s
}

// moment gives a time: without its zone it is of the sub-account's, without a
// time of day the day's first moment there.
func (r reading) moment(s string) (time.Time, bool) {
	if at, err := time.Parse(time.RFC3339, strings.Replace(s, " ", "T", 1)); err == nil {
		return at.UTC(), true
	}
	day, ok := r.day(s)
	if !ok {
		return time.Time{}, false
	}
	clock := "00:00"
	if m := clocked.FindStringSubmatch(s); m != nil {
		clock = strings.ToUpper(strings.TrimSpace(m[2]))
	}
	for _, layout := range []string{"15:04", "15:04:05", "15:04:05.999999", "3:04 PM", "3:04:05 PM", "3:04PM"} {
		if at, err := time.ParseInLocation(time.DateOnly+" "+layout, day+" "+clock, r.zone); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}
