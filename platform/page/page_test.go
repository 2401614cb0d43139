package page_test

import (
	"strings"
	"testing"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/page"
)

type position struct {
	Key string `json:"k"`
	ID  int    `json:"i"`
}

func TestCursorComesBackAsItWasGiven(t *testing.T) {
	t.Parallel()
	c, err := page.Encode("contact name", position{"zoë", 7})
	if err != nil {
		t.Fatal(err)
	}
	var got position
	ok, err := page.Decode(c, "contact name", &got)
	if err != nil || !ok || got != (position{"zoë", 7}) {
		t.Fatalf("got %v %v %v", got, ok, err)
	}
}

func TestForeignCursorIsRefused(t *testing.T) {
	t.Parallel()
	good, err := page.Encode("contact name", position{"a", 1})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]string{
		"of another order":    good,
		"not base64":          "%%%",
		"not JSON":            "aGVsbG8",
		"with letters turned": strings.Map(func(r rune) rune { return r ^ 1 }, good),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got position
			if _, err := page.Decode(c, "contact created_at", &got); !fault.Is(err, fault.Invalid) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	good, _ := page.Encode("s", position{"a", 1})
	f.Add(good)
	f.Add("")
	f.Fuzz(func(t *testing.T, c string) {
		var got position
		if _, err := page.Decode(c, "s", &got); err != nil && !fault.Is(err, fault.Invalid) {
			t.Fatal(err)
		}
	})
}
