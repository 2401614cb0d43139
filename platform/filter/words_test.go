package filter_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/platform/filter"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestWords reads testdata/words.txt: a filter, and below it what it says.
func TestWords(t *testing.T) {
	t.Parallel()
	const file = "testdata/words.txt"
	raw, err := os.ReadFile(file)
	ok(t, err)
	names := func(_ filter.Field, id string) string {
		return map[string]string{people[0].String(): "Ada Lovelace"}[id]
	}
	var out strings.Builder
	for block := range strings.SplitSeq(strings.TrimSpace(string(raw)), "\n\n") {
		in, _, _ := strings.Cut(block, "\n")
		f, err := filter.Parse([]byte(in), catalogue())
		if err != nil {
			t.Fatalf("%s: %v", in, err)
		}
		out.WriteString(in + "\n= " + f.Words(names) + "\n\n")
	}
	got := strings.TrimSpace(out.String()) + "\n"
	if *update {
		ok(t, os.WriteFile(file, []byte(got), 0o600))
		return
	}
	if diff := cmp.Diff(string(raw), got); diff != "" {
		t.Error(diff)
	}
}
