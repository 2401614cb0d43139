package filter_test

import (
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/platform/filter"
)

// A filter about one date, at a moment in a zone.
func TestDatesAreReckonedInTheZone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		filter, now, zone string
		in, out           []string
	}{
		"the next week over the end of a year": {
			`{"field":"born","op":"anniversary_in_next","value":{"days":7}}`, "2026-12-29T12:00:00Z", "UTC",
			[]string{"1980-12-29", "1990-12-31", "2001-01-01", "2001-01-05"},
			[]string{"1980-12-28", "2001-01-06"},
		},
		"29 February comes on the 28th without one": {
			`{"field":"born","op":"anniversary_in_next","value":{"days":0}}`, "2026-02-28T12:00:00Z", "UTC",
			[]string{"2000-02-28", "2000-02-29"},
			[]string{"2000-03-01"},
		},
		"and on its own day where there is one": {
			`{"field":"born","op":"anniversary_in_next","value":{"days":0}}`, "2028-02-28T12:00:00Z", "UTC",
			[]string{"2000-02-28"},
			[]string{"2000-02-29"},
		},
		"29 February in a window that ends before it": {
			`{"field":"born","op":"anniversary_in_next","value":{"days":7}}`, "2027-02-21T12:00:00Z", "UTC",
			[]string{"2000-02-29", "2000-02-21"},
			[]string{"2000-03-01", "2000-02-20"},
		},
		"the last week over the end of a year": {
			`{"field":"born","op":"anniversary_in_last","value":{"weeks":1}}`, "2027-01-03T12:00:00Z", "UTC",
			[]string{"1999-12-27", "1999-12-31", "1999-01-03"},
			[]string{"1999-12-26", "1999-01-04"},
		},
		"a whole year is everybody": {
			`{"field":"born","op":"anniversary_in_next","value":{"months":12}}`, "2026-02-28T12:00:00Z", "UTC",
			[]string{"2000-02-29", "2000-02-27", "2000-01-01", "2000-12-31"},
			nil,
		},
		"today is the zone's": {
			`{"field":"born","op":"on","value":"today"}`, "2026-02-01T03:00:00Z", "America/New_York", []string{"2026-01-31"}, []string{"2026-02-01"},
		},
		"a month before 31 March is the last of February": {
			`{"field":"born","op":"on","value":{"ago":{"months":1}}}`, "2026-03-31T12:00:00Z", "UTC", []string{"2026-02-28"}, []string{"2026-03-03"},
		},
		"the last days begin with the day": {
			`{"field":"born","op":"in_last","value":{"days":2}}`, "2026-03-02T12:00:00Z", "UTC",
			[]string{"2026-02-28", "2026-03-01", "2026-03-02"},
			[]string{"2026-02-27", "2026-03-03"},
		},
		"a day that is 23 hours long": {
			`{"field":"seen","op":"on","value":"2026-03-08"}`, "2026-06-01T00:00:00Z", "America/New_York",
			[]string{"2026-03-08T05:00:00Z", "2026-03-09T03:59:59.999999Z"},
			[]string{"2026-03-08T04:59:59Z", "2026-03-09T04:00:00Z"},
		},
		"a day ago is the same time yesterday": {
			`{"field":"seen","op":"in_last","value":{"days":1}}`, "2026-03-09T00:30:00Z", "America/New_York",
			[]string{"2026-03-08T01:30:00Z", "2026-03-09T00:30:00Z"},
			[]string{"2026-03-08T01:29:59Z", "2026-03-09T00:31:00Z"},
		},
		"after a day begins with the next": {
			`{"field":"seen","op":"after","value":"2026-01-31"}`, "2026-06-01T00:00:00Z", "Europe/Rome",
			[]string{"2026-01-31T23:00:00Z"},
			[]string{"2026-01-31T22:59:59Z"},
		},
		"before a moment": {
			`{"field":"seen","op":"before","value":"2026-01-31T10:00:00+01:00"}`, "2026-06-01T00:00:00Z", "Europe/Rome",
			[]string{"2026-01-31T08:59:59.999999Z"},
			[]string{"2026-01-31T09:00:00Z"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := filter.Parse([]byte(c.filter), catalogue())
			ok(t, err)
			zone, err := time.LoadLocation(c.zone)
			ok(t, err)
			e := filter.Env{Now: point(c.now), Zone: zone}
			for _, dates := range []struct {
				days []string
				want bool
			}{{c.in, true}, {c.out, false}} {
				for _, d := range dates.days {
					one := thing{values: map[string]any{"born": point(d), "seen": point(d)}}
					if f.Match(e, one) != dates.want {
						t.Errorf("%s: %t", d, !dates.want)
					}
				}
			}
		})
	}
}
