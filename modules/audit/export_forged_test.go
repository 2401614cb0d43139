package audit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/audit"
)

func TestAForgedExportIsFoundOut(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	_, b, _ := history(v)
	whole, part := v.export(audit.Query{}), v.export(audit.Query{Subject: b})
	keys := v.keysOf()
	type lines = [][]byte
	at := func(find string) func(lines) int {
		return func(l lines) int {
			return slices.IndexFunc(l, func(line []byte) bool { return bytes.Contains(line, []byte(find)) })
		}
	}
	entry := func(seq int) func(lines) int { return at(fmt.Sprintf(`{"type":"entry","seq":%d,`, seq)) }
	drop := func(where func(lines) int) func(lines) lines {
		return func(l lines) lines { i := where(l); return slices.Delete(l, i, i+1) }
	}
	edit := func(where func(lines) int, old, new string) func(lines) lines {
		return func(l lines) lines {
			i := where(l)
			if l[i] = bytes.Replace(l[i], []byte(old), []byte(new), 1); old == new {
				t.Error("nothing is edited")
			}
			return l
		}
	}
	for name, tc := range map[string]struct {
		file  []byte
		forge func(lines) lines
		says  string
	}{
		"a value is edited":                  {whole, edit(entry(3), `a@example.com2`, `x@example.com`), "entry 3: the value after was changed"},
		"an actor is renamed":                {whole, edit(entry(3), `"Ada"`, `"Eve"`), "entry 3: the actor was changed"},
		"an actor is taken out":              {whole, edit(entry(3), `"actor":{`, `"was":{`), "line"},
		"an actor's id is edited":            {whole, edit(entry(3), `"actor_id":"1"`, `"actor_id":"2"`), "entry 3: the entry was changed"},
		"a kind is edited":                   {whole, edit(entry(3), `contact.updated`, `contact.created`), "entry 3: the entry was changed"},
		"a value and its commitment go":      {whole, editValue(3), "entry 3: the entry was changed"},
		"an entry is removed":                {whole, drop(entry(3)), "entry 4: entry 2 is followed by 4"},
		"the last entry is removed":          {whole, drop(entry(12)), "no checkpoint vouches for the entries from here to 11"},
		"two entries are exchanged":          {whole, exchange(entry(3), entry(4)), "entry 4: entry 2 is followed by 4"},
		"an entry is there twice":            {whole, double(entry(3)), "entry 3: entry 3 is followed by 3"},
		"another chain's entry is put in":    {whole, edit(at(`"omnicrm.audit.export"`), v.one.SubAccount.String(), uuid.NewString()), "a checkpoint's signature is false"},
		"the last checkpoint is removed":     {whole, drop(at(`"checkpoint","seq":12`)), "no checkpoint vouches for the entries from here to 12"},
		"a checkpoint in between is removed": {whole, drop(at(`"checkpoint","seq":5`)), "the file is not the one that was sealed"},
		"a checkpoint is edited":             {whole, edit(at(`"checkpoint","seq":5`), `"seq":5`, `"seq":4`), "a checkpoint's signature is false"},
		"the filter is edited":               {part, edit(at(`"omnicrm.audit.export"`), `"subject":"`+b.String()+`"`, ``), "the file is not the one that was sealed"},
		"the end is cut off":                 {whole, func(l lines) lines { return l[:len(l)-1] }, "ends without a seal"},
		"half a line is cut off":             {whole, func(l lines) lines { l[len(l)-1] = l[len(l)-1][:40]; return l }, "breaks off"},
		"something stands behind the seal":   {whole, func(l lines) lines { return append(l, l[3]) }, "stands behind the seal"},
		"the seal is of another file": {whole, func(l lines) lines {
			s := bytes.SplitAfter(part, []byte("\n"))
			return append(l[:len(l)-1], s[len(s)-2])
		}, "the seal is of"},
		"a left out entry is edited":         {part, editBody, "entry 4: the entry does not follow the one before it"},
		"left out entries are removed":       {part, drop(at(`{"type":"omitted"`)), "entry 4: entry 0 is followed by 4"},
		"an entry of a part is removed":      {part, drop(entry(4)), "entry 5: entry 3 is followed by 5"},
		"an entry of a part is left out":     {part, leaveOut(entry(12)), "is not the one that was signed"},
		"entries of a part are exchanged":    {part, exchange(entry(4), entry(5)), "entry 5: entry 3 is followed by 5"},
		"members that nobody checks come in": {whole, edit(entry(3), `"seq":3,`, `"seq":3,"note":"x",`), "unknown field"},
		"it is another sort of file":         {whole, func(l lines) lines { return l[1:] }, "the file is not an export"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := bytes.SplitAfter(bytes.Clone(tc.file), []byte("\n"))
			forged := bytes.Join(tc.forge(l[:len(l)-1]), nil)
			if bytes.Equal(forged, tc.file) {
				t.Fatal("nothing was forged")
			}
			_, err := audit.VerifyFile(bytes.NewReader(forged), keys)
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := audit.VerifyFile(bytes.NewReader(whole), newVaultKeys(t)); err == nil || !strings.Contains(err.Error(), "key that is not known") {
		t.Errorf("signed by somebody else: %v", err)
	}
}

// editValue changes a value and the commitment to it, as somebody would who knows
// the format.
func editValue(seq int) func([][]byte) [][]byte {
	return func(l [][]byte) [][]byte {
		for i := range l {
			if bytes.HasPrefix(l[i], fmt.Appendf(nil, `{"type":"entry","seq":%d,`, seq)) {
				var e map[string]any
				if json.Unmarshal(l[i], &e) == nil {
					delete(e, "after")
					delete(e, "after_hash")
					l[i], _ = json.Marshal(e)
					l[i] = append(l[i], '\n')
				}
			}
		}
		return l
	}
}

func editBody(l [][]byte) [][]byte {
	for i := range l {
		if at := bytes.Index(l[i], []byte(`"bodies":["`)); at > 0 {
			c := &l[i][at+len(`"bodies":["`)]
			if *c++; *c > 'f' || *c == ':' {
				*c = '0'
			}
			break
		}
	}
	return l
}

func exchange(a, b func([][]byte) int) func([][]byte) [][]byte {
	return func(l [][]byte) [][]byte {
		i, j := a(l), b(l)
		l[i], l[j] = l[j], l[i]
		return l
	}
}

func double(a func([][]byte) int) func([][]byte) [][]byte {
	return func(l [][]byte) [][]byte { return slices.Insert(l, a(l), l[a(l)]) }
}

// leaveOut puts a line of left out entries in an entry's place, with a body that is
// made up.
func leaveOut(a func([][]byte) int) func([][]byte) [][]byte {
	return func(l [][]byte) [][]byte {
		var e struct{ Seq int }
		_ = json.Unmarshal(l[a(l)], &e)
		l[a(l)] = fmt.Appendf(nil, `{"type":"omitted","seq":%d,"bodies":["%064x"]}`+"\n", e.Seq, 7)
		return l
	}
}

func newVaultKeys(t *testing.T) audit.Trusted {
	t.Helper()
	v := newVault(t)
	v.happens(1, uuid.New(), "a@example.com")
	v.keep()
	return v.keysOf()
}
