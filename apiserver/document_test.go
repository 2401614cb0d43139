package apiserver_test

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/apiserver"
)

var update = flag.Bool("update", false, "write openapi.json anew")

func TestCommittedDocumentIsWhatTheCodeSays(t *testing.T) {
	t.Parallel()
	got, err := apiserver.Document()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("openapi.json", got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("openapi.json is stale; run go generate ./apiserver (-committed +code):\n%s", diff)
	}
}
