package carrier_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sids(rows any) []string {
	out := []string{}
	for _, row := range rows.([]any) {
		out = append(out, row.(map[string]any)["sid"].(string))
	}
	return out
}

func equal[T any](t *testing.T, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
