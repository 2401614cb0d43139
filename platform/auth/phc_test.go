package auth

import (
	"strings"
	"testing"
)

func FuzzParsePHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$c29tZWtleXNvbWVrZXlzb21la2V5")
	f.Add("$argon2id$v=19$m=,t=,p=$$")
	f.Add("")
	f.Fuzz(func(t *testing.T, input string) {
		params, salt, key, err := parsePHC(input)
		if err != nil {
			return
		}
		if params.MemoryKiB > maxMemoryKiB || params.Passes > maxPasses || params.Lanes == 0 {
			t.Errorf("costs beyond the bounds: %+v", params)
		}
		// What is accepted reads the same when written again, but for leading zeros.
		again := formatPHC(params, salt, key)
		if p, _, _, err := parsePHC(again); err != nil || p != params || !strings.HasPrefix(again, "$argon2id$v=19$m=") {
			t.Errorf("%q became %q: %v", input, again, err)
		}
	})
}
