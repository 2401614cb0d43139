package contact_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// TestATableIsReadHoweverItsProgramEndsLines holds files as programs write them
// against the people in them.
func TestATableIsReadHoweverItsProgramEndsLines(t *testing.T) {
	t.Parallel()
	two := []string{"Ann ann@x.example", "Bob bob@x.example"}
	for name, content := range map[string]string{
		"carriage returns alone, as a Macintosh had them": "Name,Email\rAnn,ann@x.example\rBob,bob@x.example\r",
		"a carriage return too many":                      "Name,Email\r\r\nAnn,ann@x.example\r\r\nBob,bob@x.example\r\r\n",
		"no end of the last line":                         "Name,Email\rAnn,ann@x.example\rBob,bob@x.example",
		"Excel's line with the delimiter":                 "sep=;\r\nName;Email\r\nAnn;ann@x.example\r\nBob;bob@x.example\r\n",
		"the same in quotes, with a mark":                 "\ufeff\"sep=|\"\nName|Email\nAnn|ann@x.example\nBob|bob@x.example\n",
		"delimiters at the end of some rows":              "Name,Email\nAnn,ann@x.example,,,\nBob,bob@x.example\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			i := d.imported(d.file("a.csv", []byte(content)))
			if diff := cmp.Diff(two, d.people()); diff != "" || !i.Headed || i.Total != 2 || i.Failed != 0 {
				t.Error(diff, i)
			}
		})
	}
}

func TestLinesEndTheSameHoweverTheyAreRead(t *testing.T) {
	t.Parallel()
	const written, read = "a\rb\r\nc\n\r\r\nd\r", "a\nb\r\nc\n\n\r\nd\n"
	for name, from := range map[string]io.Reader{
		"at once":        strings.NewReader(written),
		"byte by byte":   iotest.OneByteReader(strings.NewReader(written)),
		"over a buffer":  iotest.HalfReader(strings.NewReader(written)),
		"with its error": iotest.DataErrReader(strings.NewReader(written)),
	} {
		got, err := io.ReadAll(contact.Decoded(from, "utf-8"))
		if err != nil || string(got) != read {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	long := strings.Repeat(strings.Repeat("x", 4095)+"\r", 8)
	if got, err := io.ReadAll(contact.Decoded(strings.NewReader(long), "utf-8")); err != nil || string(got) != strings.ReplaceAll(long, "\r", "\n") {
		t.Errorf("of long lines %d bytes of %d, %v", len(got), len(long), err)
	}
}

func TestATableThatIsTooWideIsToldSo(t *testing.T) {
	t.Parallel()
	row := strings.Repeat("x,", 500) + "x\n"
	_, _, err := contact.Inspect(bytes.Repeat([]byte(row), 2))
	if f, ok := fault.As(err); !ok || f.Slug != "import.unreadable" || !strings.Contains(f.Message, "500 columns") {
		t.Error(err)
	}
}
