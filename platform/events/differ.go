package events

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/omnicrm/omnicrm/platform/rawjson"
)

// Naming are the members that both sides of a change always have: who reads it
// wants to say what changed.
var Naming = []string{"id", "name"}

// Differing is a Change of two records with no more than what differs, and
// [Naming]: of an object inside again what differs, of a list all. An object or a
// value that one side alone has stands there alone.
func Differing(before, after any) (Change, error) {
	was, is, err := written(emptied(before, after))
	if err != nil { // an empty value that can't be written stood for one that can
		was, is, err = written(before, after)
	}
	if err != nil {
		return Change{}, err
	}
	old, now := differ(was, is, Naming)
	return Change{Before: json.RawMessage(old), After: json.RawMessage(now)}, nil
}

func written(before, after any) (was, is []byte, err error) {
	if was, err = json.Marshal(before); err != nil {
		return nil, nil, err
	}
	is, err = json.Marshal(after)
	return was, is, err
}

func differ(before, after json.RawMessage, always []string) (was, is []byte) {
	old, both := rawjson.Members(before)
	fresh, too := rawjson.Members(after)
	if !both || !too {
		return before, after
	}
	was, is = append(was, '{'), append(is, '{')
	for i, m := range fresh {
		value := rawjson.Find(old, m.Name, i)
		switch {
		case value == nil:
			is = put(is, m.Name, m.Value)
		case !bytes.Equal(value, m.Value):
			inOld, inNew := differ(value, m.Value, nil)
			was, is = put(was, m.Name, inOld), put(is, m.Name, inNew)
		case slices.Contains(always, string(m.Name)):
			was, is = put(was, m.Name, value), put(is, m.Name, value)
		}
	}
	for i, m := range old {
		if rawjson.Find(fresh, m.Name, i) == nil {
			was = put(was, m.Name, m.Value)
		}
	}
	return append(was, '}'), append(is, '}')
}

// put adds a member to the text of an object that isn't closed yet.
func put(text, name []byte, value json.RawMessage) []byte {
	if len(text) > 1 {
		text = append(text, ',')
	}
	quoted, err := json.Marshal(string(name))
	if err != nil { // no text is refused
		return text
	}
	return append(append(append(text, quoted...), ':'), value...)
}
