// Command bench turns what the benchmarks recorded into the verdict: a table
// on the terminal and, with -docs, the table and the plots of
// docs/benchmarks.md. It is a module of its own so that drawing never becomes
// the product's dependency.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
)

type bound struct {
	Least *float64 `json:"least"`
	Most  *float64 `json:"most"`
}

type figure struct {
	Name, What, Unit string
	Value            float64
	Want             bound
}

type record struct {
	Figure *figure  `json:"figure"`
	Plot   *plotted `json:"plot"`
}

// outcome is one figure over all of its runs.
type outcome struct {
	figure
	values []float64
}

func main() {
	docs := flag.String("docs", "", "the docs folder whose benchmarks.md and plots to renew")
	flag.Parse()
	if err := run(flag.Arg(0), *docs); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(path, docs string) error {
	outcomes, plots, err := read(path)
	if err != nil {
		return err
	}
	if len(outcomes) == 0 {
		return fmt.Errorf("%s holds no figure", path)
	}
	if err := printTable(os.Stdout, outcomes); err != nil {
		return err
	}
	if docs == "" {
		return nil
	}
	for _, p := range plots {
		if err := p.draw(filepath.Join(docs, "benchmarks")); err != nil {
			return err
		}
	}
	return renew(filepath.Join(docs, "benchmarks.md"), outcomes)
}

// read gathers the figures in the order in which they first came, and the last
// plot of each name.
func read(path string) ([]*outcome, []*plotted, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	var outcomes []*outcome
	var plots []*plotted
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var line record
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", path, err)
		}
		if p := line.Plot; p != nil {
			plots = append(slices.DeleteFunc(plots, func(old *plotted) bool { return old.Name == p.Name }), p)
		}
		if f := line.Figure; f != nil {
			i := slices.IndexFunc(outcomes, func(o *outcome) bool { return o.Name == f.Name })
			if i < 0 {
				outcomes = append(outcomes, &outcome{})
				i = len(outcomes) - 1
			}
			outcomes[i].figure = *f
			outcomes[i].values = append(outcomes[i].values, f.Value)
		}
	}
	return outcomes, plots, lines.Err()
}

// median is the middle run; of an even number, the lower middle.
func (o *outcome) median() float64 {
	sorted := slices.Sorted(slices.Values(o.values))
	return sorted[(len(sorted)-1)/2]
}

func (o *outcome) measured() string {
	text := fmt.Sprintf("%s %s", short(o.median()), o.Unit)
	if len(o.values) > 1 {
		text += fmt.Sprintf(" (%s to %s)", short(slices.Min(o.values)), short(slices.Max(o.values)))
	}
	return text
}

func (o *outcome) wanted() string {
	switch {
	case o.Want.Least != nil:
		return fmt.Sprintf("≥ %s %s", short(*o.Want.Least), o.Unit)
	case o.Want.Most != nil:
		return fmt.Sprintf("≤ %s %s", short(*o.Want.Most), o.Unit)
	}
	return "stated"
}

func (o *outcome) verdict() string {
	value := o.median()
	switch {
	case o.Want == bound{}:
		return ""
	case o.Want.Least != nil && value < *o.Want.Least, o.Want.Most != nil && value > *o.Want.Most:
		return "missed"
	}
	return "kept"
}

// short shows three digits, and large numbers whole.
func short(value float64) string {
	if value >= 1000 || value <= -1000 {
		return grouped(fmt.Sprintf("%.0f", value))
	}
	return fmt.Sprintf("%.3g", value)
}

func grouped(digits string) string {
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func printTable(w io.Writer, outcomes []*outcome) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	missed := 0
	for _, o := range outcomes {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", o.Name, o.measured(), o.wanted(), o.verdict())
		if o.verdict() == "missed" {
			missed++
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%d figures, %d bounds missed\n", len(outcomes), missed)
	return err
}

const (
	opening = "<!-- table: written by make bench -->\n"
	closing = "<!-- end of table -->\n"
)

// renew replaces the rows of the figures that were measured and keeps the
// others, so that one benchmark may be run again alone.
func renew(path string, outcomes []*outcome) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, found := bytes.Cut(text, []byte(opening))
	old, after, closed := bytes.Cut(rest, []byte(closing))
	if !found || !closed {
		return fmt.Errorf("%s has no place for the table", path)
	}
	rows := map[string]string{}
	for line := range strings.Lines(string(old)) {
		if name, _, ok := strings.Cut(strings.TrimPrefix(line, "| `"), "`"); ok && strings.HasPrefix(line, "| `") {
			rows[name] = line
		}
	}
	for _, o := range outcomes {
		rows[o.Name] = fmt.Sprintf("| `%s` | %s | %s | %s | %s |\n", o.Name, o.What, o.measured(), o.wanted(), o.verdict())
	}
	var out bytes.Buffer
	out.Write(before)
	out.WriteString(opening + "| figure | workload | measured | wanted | verdict |\n|---|---|---|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		out.WriteString(rows[name])
	}
	out.WriteString(closing)
	out.Write(after)
	return os.WriteFile(path, out.Bytes(), 0o644)
}
