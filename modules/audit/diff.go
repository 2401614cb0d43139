package audit

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/google/uuid"
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
	flatten(was, "", before, 0)
	flatten(is, "", after, 0)
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

func flatten(out map[string]json.RawMessage, at string, raw json.RawMessage, depth int) {
	if raw == nil {
		return
	}
	var object map[string]json.RawMessage
	if depth == maxDepth || !isObject(raw) || json.Unmarshal(raw, &object) != nil || len(object) == 0 && at != "" {
		out[at] = raw
		return
	}
	for name, value := range object {
		path := name
		if at != "" {
			path = at + "." + name
		}
		flatten(out, path, value, depth+1)
	}
}

// contactIn finds the contact that a value is about, at the top or one level
// below.
func contactIn(values ...json.RawMessage) uuid.NullUUID {
	for _, raw := range values {
		var top map[string]json.RawMessage
		if raw == nil || json.Unmarshal(raw, &top) != nil {
			continue
		}
		if id := idIn(top["contact_id"]); id.Valid {
			return id
		}
		for _, name := range slices.Sorted(maps.Keys(top)) {
			var inner struct {
				ContactID json.RawMessage `json:"contact_id"`
			}
			if isObject(top[name]) && json.Unmarshal(top[name], &inner) == nil {
				if id := idIn(inner.ContactID); id.Valid {
					return id
				}
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

// isObject looks at the first character of a value.
func isObject(raw json.RawMessage) bool {
	return bytes.HasPrefix(bytes.TrimLeft(raw, " \t\r\n"), []byte("{"))
}
