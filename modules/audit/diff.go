package audit

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/rawjson"
)

// Change is a field that differs between before and after.
type Change struct {
	Path   string          // "phone", "custom.plan"; a list is one field
	Before json.RawMessage // nil if it was not there
	After  json.RawMessage // nil if it is not there any more
}

const (
	maxPaths = 500
	maxDepth = 8 // deeper, an object is one field
)

// unsaid are fields that every change changes.
var unsaid = map[string]bool{"updated_at": true, "version": true}

// changes are the fields that differ, by path.
func changes(before, after json.RawMessage) []Change {
	was, is := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	diverge(was, is, "", before, after, 0)
	paths := slices.Sorted(maps.Keys(was))
	for path := range is {
		if _, both := was[path]; !both {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	var out []Change
	for _, path := range paths {
		if unsaid[path] || same(was[path], is[path]) {
			continue
		}
		if out = append(out, Change{path, was[path], is[path]}); len(out) == maxPaths {
			break
		}
	}
	return out
}

func pathsOf(list []Change) []string {
	out := make([]string, 0, len(list))
	for _, c := range list {
		out = append(out, c.Path)
	}
	return out
}

func same(a, b json.RawMessage) bool {
	if a == nil || b == nil || bytes.Equal(a, b) { // most fields of a change, by far
		return (a == nil) == (b == nil)
	}
	x, errX := canonical(a)
	y, errY := canonical(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// diverge flattens what differs: most of two values is the same byte by byte.
func diverge(was, is map[string]json.RawMessage, at string, before, after json.RawMessage, depth int) {
	old, both := rawjson.Members(before)
	if both {
		both = depth < maxDepth && (len(old) > 0 || at == "")
	}
	fresh, too := rawjson.Members(after)
	if !both || !too || len(fresh) == 0 && at != "" {
		flatten(was, at, before, depth)
		flatten(is, at, after, depth)
		return
	}
	for i, m := range old {
		value := rawjson.Find(fresh, m.Name, i)
		if !bytes.Equal(value, m.Value) {
			diverge(was, is, within(at, m.Name), m.Value, value, depth+1)
		}
	}
	for i, m := range fresh {
		if rawjson.Find(old, m.Name, i) == nil {
			flatten(is, within(at, m.Name), m.Value, depth+1)
		}
	}
}

func flatten(out map[string]json.RawMessage, at string, raw json.RawMessage, depth int) {
	if raw == nil {
		return
	}
	members, ok := rawjson.Members(raw)
	if depth == maxDepth || !ok || len(members) == 0 && at != "" {
		out[at] = raw
		return
	}
	for _, m := range members {
		flatten(out, within(at, m.Name), m.Value, depth+1)
	}
}

func within(at string, name []byte) string {
	if at == "" {
		return string(name)
	}
	return at + "." + string(name)
}

var ofContact = []byte("contact_id")

// contactIn finds the contact that a value is about, at the top or one level
// below.
func contactIn(values ...json.RawMessage) uuid.NullUUID {
	for _, raw := range values {
		if !bytes.Contains(raw, ofContact) {
			continue
		}
		top, _ := rawjson.Members(raw)
		if id := idIn(rawjson.Find(top, ofContact, 0)); id.Valid {
			return id
		}
		slices.SortFunc(top, func(a, b rawjson.Member) int { return bytes.Compare(a.Name, b.Name) })
		for _, m := range top {
			inner, _ := rawjson.Members(m.Value)
			if id := idIn(rawjson.Find(inner, ofContact, 0)); id.Valid {
				return id
			}
		}
	}
	return uuid.NullUUID{}
}

func idIn(raw json.RawMessage) (id uuid.NullUUID) {
	if raw == nil || id.UnmarshalJSON(raw) != nil {
		return uuid.NullUUID{}
	}
	return id
}
