package contact

import (
	"os"
	"strings"
	"testing"

	"github.com/omnicrm/omnicrm/platform/filter"
)

// Every example of docs/modules/filter.md runs, and says what stands below it.
func TestTheExamplesOfTheDocumentRun(t *testing.T) {
	t.Parallel()
	s, ctx, _ := equipped(t)
	s.Behaviours = messages()
	raw, err := os.ReadFile("../../docs/modules/filter.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := strings.Split(string(raw), "```json\n")[1:]
	if len(examples) < 8 {
		t.Fatalf("%d examples", len(examples))
	}
	for _, e := range examples {
		in, rest, _ := strings.Cut(e, "```")
		want, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(rest), "> "), "\n")
		words, err := s.Words(ctx, []byte(in))
		if err != nil || words != want {
			t.Errorf("%s says %q, %v", in, words, err)
		}
		if _, err := s.List(ctx, ListInput{Filter: []byte(in)}); err != nil {
			t.Errorf("%s: %v", in, err)
		}
	}
}

// messages are behaviour as modules/conversation gives it, which this package
// can't ask.
func messages() map[string]filter.Relation {
	return map[string]filter.Relation{"message.delivered": {
		Name: "message.delivered", One: "message delivered", Many: "messages delivered", At: "at", Only: "message.status = 'delivered'",
		Table: "message", SubAccount: "message.sub_account_id", Owner: "message.contact_id",
		Fields: filter.Fields{"at": {Name: "at", Label: "time", Kind: filter.DateTime, Column: filter.Plain{Expression: "message.status_at"}}},
	}}
}
