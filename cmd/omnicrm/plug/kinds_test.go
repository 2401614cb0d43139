package plug_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/cmd/omnicrm/plug"
	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/platform/events"
)

var kindName = regexp.MustCompile(`^[a-z_]+\.[a-z_]+$`)

func TestEveryKindOfEventIsDeclaredOnceAndWhole(t *testing.T) {
	t.Parallel()
	seen, nouns := map[string]bool{}, map[string]string{}
	for _, k := range slices.Concat(plug.Declared()...) {
		if seen[k.Name] {
			t.Errorf("%s is declared twice", k.Name)
		}
		seen[k.Name] = true
		if !kindName.MatchString(k.Name) || k.Noun == "" || k.Title == "" || !strings.HasSuffix(k.When, ".") || len(k.Subjects) == 0 {
			t.Errorf("%s lacks a name, a noun, a title, a sentence or a subject: %+v", k.Name, k)
		}
		if !access.Permission(k.Permission).Known() || access.Permission(k.Permission).OfAgency() {
			t.Errorf("%s needs %q, which is no permission on a sub-account", k.Name, k.Permission)
		}
		if k.Only != "" && k.Webhooks {
			t.Errorf("%s is nobody's to publish, and yet webhooks may ask for it", k.Name)
		}
		if k.Only == "" && !json.Valid(k.Payload()) || k.Only == "" && string(k.Payload()) == "null" {
			t.Errorf("%s has no example", k.Name)
		}
		if other, ok := nouns[k.NounKey()]; ok && other != k.Noun && k.Only == "" {
			t.Errorf("%s is about %q, and others of %q about %q", k.Name, k.Noun, k.NounKey(), other)
		}
		nouns[k.NounKey()] = k.Noun
	}
}

func TestWhatFiltersCountIsWhatTheKindsSay(t *testing.T) {
	t.Parallel()
	var said []string
	for _, k := range plug.Kinds().All() {
		said = append(said, k.Counted...)
	}
	slices.Sort(said)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(conversation.Behaviours())), said); diff != "" {
		t.Errorf("filters count other events than the kinds say (-filters +kinds):\n%s", diff)
	}
}

// TestEveryConstantOfAnEventIsDeclared finds kinds that no test publishes: every
// constant Event… of a module names a kind that is declared.
func TestEveryConstantOfAnEventIsDeclared(t *testing.T) {
	t.Parallel()
	kinds, found := plug.Kinds(), 0
	err := filepath.WalkDir("../../../modules", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for name, value := range constants(file) {
			if k, known := kinds.Find(value); !known || k.Only != "" {
				t.Errorf("%s: %s is %q, which nobody declares", path, name, value)
			}
			found++
		}
		return nil
	})
	if err != nil || found < 40 {
		t.Fatalf("found %d constants: %v", found, err)
	}
}

func constants(file *ast.File) map[string]string {
	out := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, name := range spec.Names {
			if !strings.HasPrefix(name.Name, "Event") || i >= len(spec.Values) {
				continue
			}
			if literal, ok := spec.Values[i].(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if value, err := strconv.Unquote(literal.Value); err == nil {
					out[name.Name] = value
				}
			}
		}
		return true
	})
	return out
}

func TestAnEventThatNobodyDeclaredIsNotPublished(t *testing.T) {
	t.Parallel()
	kinds := plug.Kinds()
	for name, c := range map[string]struct {
		event events.New
		taken bool
	}{
		"a kind that is declared":               {events.New{Kind: "contact.updated", SubjectKind: "contact"}, true},
		"a kind that nobody declared":           {events.New{Kind: "contact.exploded", SubjectKind: "contact"}, false},
		"a kind that the stream alone makes":    {events.New{Kind: "contact.left", SubjectKind: "contact"}, false},
		"a kind about something else":           {events.New{Kind: "contact.updated", SubjectKind: "message"}, false},
		"a note, which may be about a company":  {events.New{Kind: "note.created", SubjectKind: "company"}, true},
		"no kind at all, as a lost state gives": {events.New{SubjectKind: "import"}, false},
	} {
		if err := kinds.Check(c.event); (err == nil) != c.taken {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheTableOfEventsIsAsTheModulesDeclare(t *testing.T) {
	t.Parallel()
	written, err := os.ReadFile("../../../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(plug.KindsPage()), string(written)); diff != "" {
		t.Errorf("run make generate (-declared +docs/events.md):\n%s", diff)
	}
}
