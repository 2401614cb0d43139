package bench_test

import (
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/test/bench"
)

func TestQuantile(t *testing.T) {
	t.Parallel()
	var hundred []time.Duration
	for i := range 100 {
		hundred = append(hundred, time.Duration(100-i))
	}
	for name, test := range map[string]struct {
		sample []time.Duration
		share  float64
		want   time.Duration
	}{
		"the 99th of a hundred":              {hundred, 0.99, 99},
		"the median of a hundred":            {hundred, 0.5, 50},
		"all of it is the largest":           {hundred, 1, 100},
		"none of it is the smallest":         {hundred, 0, 1},
		"a single one is every quantile":     {[]time.Duration{7}, 0.99, 7},
		"nothing measured is zero":           {nil, 0.99, 0},
		"a small sample takes its worst one": {[]time.Duration{1, 2, 3}, 0.99, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := bench.Quantile(test.sample, test.share); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func TestBound(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		bound bench.Bound
		value float64
		want  bool
	}{
		"what is stated is always kept": {bench.Stated, 1e9, true},
		"at least includes the bound":   {bench.AtLeast(40), 40, true},
		"below at least is missed":      {bench.AtLeast(40), 39.9, false},
		"at most includes the bound":    {bench.AtMost(50), 50, true},
		"above at most is missed":       {bench.AtMost(50), 50.1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.bound.Keeps(test.value); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
