package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// No environment is set for these: what an outsider has is the file and the key.
func TestAuditVerifyNeedsAFileAndAKeyAlone(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := filepath.Join("testdata", "audit.jsonl")
	key := filepath.Join("testdata", "audit.pem")
	raw, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	edited := write("edited.jsonl", strings.Replace(string(raw), "b@example.com2", "x@example.com2", 1))
	cut := write("cut.jsonl", string(raw[:bytes.LastIndexByte(raw[:len(raw)-1], '\n')+1]))
	for name, tc := range map[string]struct {
		args []string
		out  string
		err  string
	}{
		"a file that holds": {[]string{"--file", good, "--key", key}, "The file holds.", ""},
		"an edited one":     {[]string{"--file", edited, "--key", key}, "", "the value after was changed"},
		"one cut off":       {[]string{"--file", cut, "--key", key}, "", "ends without a seal"},
		"without a key":     {[]string{"--file", good}, "", "give --key with --file"},
		"with a sub-account": {
			[]string{"--file", good, "--key", key, "--agency", "00000000-0000-0000-0000-000000000000"}, "", "no --sub-account or --agency",
		},
		"with a key that is none": {[]string{"--file", good, "--key", good}, "", "no public key in PEM"},
		"of nothing":              {nil, "", "give --sub-account, --agency or --file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			cmd := root()
			cmd.SetOut(&out)
			cmd.SetArgs(append([]string{"audit", "verify"}, tc.args...))
			err := cmd.ExecuteContext(t.Context())
			if (err == nil) != (tc.err == "") || err != nil && !strings.Contains(err.Error(), tc.err) || !strings.Contains(out.String(), tc.out) {
				t.Errorf("got %q, %v", out.String(), err)
			}
		})
	}
}
