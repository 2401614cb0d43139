package page_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"unicode/utf8"

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

// FuzzDecode: whatever is sent is refused as Invalid, or is a position that
// comes back the same, and that a database can compare with.
func FuzzDecode(f *testing.F) {
	good, _ := page.Encode("s", position{"a", 1})
	f.Add(good)
	f.Add("")
	for _, forged := range []string{`null`, `{}`, `{"k":"a\u0000b"}`, `{"k":"a","i":1,"x":2}`, `{"i":1e400}`, `[]`, `{"k":"a"} {}`} {
		f.Add(forge(good, forged))
	}
	f.Fuzz(func(t *testing.T, c string) {
		var got position
		ok, err := page.Decode(c, "s", &got)
		switch {
		case err != nil && !fault.Is(err, fault.Invalid):
			t.Fatal(err)
		case err != nil || !ok:
			return
		case strings.ContainsRune(got.Key, 0) || !utf8.ValidString(got.Key):
			t.Fatalf("%q holds %q", c, got.Key)
		}
		again, err := page.Encode("s", got)
		if err != nil {
			t.Fatal(err)
		}
		var same position
		if _, err := page.Decode(again, "s", &same); err != nil || same != got {
			t.Fatalf("%v comes back as %v, %v", got, same, err)
		}
		if _, err := page.Decode(c, "another list", &same); !fault.Is(err, fault.Invalid) {
			t.Fatalf("another list takes it: %v", err)
		}
	})
}

// FuzzEncode: every position of ours comes back as it was given, and to its own
// list alone.
func FuzzEncode(f *testing.F) {
	f.Add("contacts/name", "zoë", 7)
	f.Add("", "", 0)
	f.Fuzz(func(t *testing.T, scope, key string, id int) {
		key = strings.ReplaceAll(strings.ToValidUTF8(key, "?"), "\x00", "") // as PostgreSQL keeps texts
		c, err := page.Encode(scope, position{key, id})
		if err != nil {
			t.Fatal(err)
		}
		var got position
		if ok, err := page.Decode(c, scope, &got); !ok || err != nil || got != (position{key, id}) {
			t.Fatalf("got %v %v %v", got, ok, err)
		}
		if _, err := page.Decode(c, scope+"x", &got); !fault.Is(err, fault.Invalid) {
			t.Fatalf("another list takes it: %v", err)
		}
		if _, err := page.Decode(c[:len(c)-1], scope, &got); !fault.Is(err, fault.Invalid) {
			t.Fatalf("one cut short is taken: %v", err)
		}
	})
}

// forge puts another position into a good cursor.
func forge(good, position string) string {
	raw, _ := base64.RawURLEncoding.DecodeString(good)
	before, _, _ := strings.Cut(string(raw), `"p":`)
	return base64.RawURLEncoding.EncodeToString([]byte(before + `"p":` + position + "}"))
}
