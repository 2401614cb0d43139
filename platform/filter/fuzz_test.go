package filter_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/filter"
)

// FuzzParse: whatever comes is refused with places, or is a filter that comes
// back as it was, can be said, matched and compiled, and has no text of its own
// in its SQL.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"and":[{"field":"name","op":"contains","value":"zqx"},{"not":{"field":"size","op":"between","value":{"from":1e3,"to":2e3}}}]}`,
		`{"or":[{"event":"note.pinned","times":{"op":"at_least","value":2},"within":{"days":30}},{"field":"tags","op":"all_of","value":["a"]}]}`,
		`{"related":"notes","where":{"field":"at","op":"in_last","value":{"weeks":3}}}`,
		`{"field":"born","op":"anniversary_in_next","value":{"months":1}}`, `{"field":"owner","op":"is","value":"me"}`,
		`{"field":"doc.price","op":"at_least","value":{"amount":1,"currency":"EUR"}}`, `null`, `[[[[`, `{"field":"seen","op":"before","value":{"ago":{"years":100}}}`,
	} {
		f.Add([]byte(seed))
	}
	c, e := catalogue(), filter.Env{Now: time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)}
	f.Fuzz(func(t *testing.T, raw []byte) {
		parsed, err := filter.Parse(raw, c)
		if err != nil {
			if bad, is := fault.As(err); !is || len(bad.Fields) == 0 {
				t.Fatal(err)
			}
			return
		}
		out, err := parsed.MarshalJSON()
		ok(t, err)
		again, err := filter.Parse(out, c)
		ok(t, err)
		if twice, _ := again.MarshalJSON(); !bytes.Equal(out, twice) || again.Words(nil) != parsed.Words(nil) {
			t.Fatalf("%s came back as %s", out, twice)
		}
		args := pgx.StrictNamedArgs{}
		sql := parsed.SQL(e, filter.Target{Key: "thing.id", Args: args})
		if strings.ContainsAny(sql, `;\"$`) || bytes.Contains(raw, []byte("zqx")) && strings.Contains(sql, "zqx") {
			t.Fatalf("%s became %s", raw, sql)
		}
		one := thing{values: map[string]any{"name": "zqx"}}
		if parsed.Match(e, one) != parsed.Explain(e, one, nil).Holds {
			t.Fatal("matched and explained differently")
		}
	})
}
