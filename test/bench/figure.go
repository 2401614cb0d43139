package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"
)

// Bound is what a figure has to keep. The zero value states the figure without
// judging it.
type Bound struct {
	Least *float64 `json:"least,omitempty"`
	Most  *float64 `json:"most,omitempty"`
}

// Stated is the bound of a figure that is told, not judged.
var Stated = Bound{}

// AtLeast bounds a figure from below.
func AtLeast(value float64) Bound { return Bound{Least: &value} }

// AtMost bounds a figure from above.
func AtMost(value float64) Bound { return Bound{Most: &value} }

// Keeps tells whether the value lies within the bound.
func (b Bound) Keeps(value float64) bool {
	return (b.Least == nil || value >= *b.Least) && (b.Most == nil || value <= *b.Most)
}

// Figure is one measured number.
type Figure struct {
	Name  string  `json:"name"` // noun/what, the key of the table: "queue/interactive-p99"
	What  string  `json:"what"` // one sentence: the workload, and the floor if it is a ratio
	Value float64 `json:"value"`
	Unit  string  `json:"unit"` // "ms", "jobs/s", "%", "KiB"
	Want  Bound   `json:"want"`
}

// Series is one line of a plot: Y over X, of equal length.
type Series struct {
	Name string    `json:"name"`
	X    []float64 `json:"x"`
	Y    []float64 `json:"y"`
}

// Plot is a picture for docs/benchmarks, named like a figure.
type Plot struct {
	Name   string   `json:"name"`
	Title  string   `json:"title"`
	XLabel string   `json:"x_label"`
	YLabel string   `json:"y_label"`
	Series []Series `json:"series"`
}

// record is one line of the file that OMNICRM_BENCH_OUT names.
type record struct {
	Figure *Figure `json:"figure,omitempty"`
	Plot   *Plot   `json:"plot,omitempty"`
}

// Report prints a figure beside its bound and records it for the verdict. A
// missed bound doesn't fail the benchmark: the machine may be busy, and the
// verdict says so in one place.
func Report(b testing.TB, figure Figure) {
	b.Helper()
	word := "stated"
	if figure.Want != Stated {
		word = "missed"
		if figure.Want.Keeps(figure.Value) {
			word = "kept"
		}
	}
	b.Logf("%s: %.4g %s (%s)", figure.Name, figure.Value, figure.Unit, word)
	write(b, record{Figure: &figure})
}

// Curve records a plot.
func Curve(b testing.TB, plot Plot) {
	b.Helper()
	write(b, record{Plot: &plot})
}

// Quantile is the duration that the given share (0 to 1) of the sample does
// not exceed, by nearest rank. It sorts a copy; of an empty sample it is 0.
func Quantile(sample []time.Duration, share float64) time.Duration {
	if len(sample) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(sample))
	rank := int(share*float64(len(sorted))+0.999999) - 1
	return sorted[min(max(rank, 0), len(sorted)-1)]
}

// Milliseconds is d as the unit of most latency figures.
func Milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

var file sync.Mutex

func write(b testing.TB, line record) {
	b.Helper()
	path := os.Getenv("OMNICRM_BENCH_OUT")
	if path == "" {
		return
	}
	text, err := json.Marshal(line)
	if err != nil {
		b.Fatal(err)
	}
	file.Lock()
	defer file.Unlock()
	out, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := fmt.Fprintf(out, "%s\n", text); err != nil {
		b.Fatal(err)
	}
	if err := out.Close(); err != nil {
		b.Fatal(err)
	}
}
