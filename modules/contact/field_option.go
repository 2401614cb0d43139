package contact

import (
	"slices"
	"strings"
)

// option finds one by its key or, as people type it, its label.
func (f Field) option(s string, had bool) (Option, bool) {
	for _, o := range f.Options {
		if o.Key == s && (!o.Archived || had) {
			return o, true
		}
	}
	for _, o := range f.Options {
		if fold(o.Label) == fold(tidy(s)) && !o.Archived {
			return o, true
		}
	}
	return Option{}, false
}

func (f Field) optionsMend() string {
	var keys []string
	for _, o := range f.Options {
		if !o.Archived && len(keys) < 20 {
			keys = append(keys, o.Key)
		}
	}
	return "Use one of: " + strings.Join(keys, ", ") + "."
}

func (f Field) choices(raw, was any) (any, string) {
	list, ok := raw.([]any)
	if !ok || len(list) > maxSelected {
		return nil, "Send a list of at most 100 options."
	}
	had, _ := was.([]any)
	chosen := map[string]bool{}
	for _, item := range list {
		s, _ := item.(string)
		o, ok := f.option(s, slices.Contains(had, any(s)))
		if !ok {
			return nil, f.optionsMend()
		}
		chosen[o.Key] = true
	}
	out := []any{}
	for _, o := range f.Options {
		if chosen[o.Key] {
			out = append(out, o.Key)
		}
	}
	if len(out) == 0 {
		return nil, ""
	}
	return out, ""
}
