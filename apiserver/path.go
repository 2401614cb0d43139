package apiserver

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// inOrder puts errors in the order of their paths, so that the same request is
// told the same, whatever was looked at first.
func inOrder(fields []ProblemField) {
	slices.SortStableFunc(fields, func(a, b ProblemField) int { return comparePaths(a.Path, b.Path) })
}

// comparePaths orders tags[2] before tags[10], and a thing before what is in it.
func comparePaths(a, b string) int {
	for a != "" && b != "" {
		x, y := a[:step(a)], b[:step(b)]
		if c := cmp.Or(cmp.Compare(place(x), place(y)), strings.Compare(x, y)); c != 0 {
			return c
		}
		a, b = a[len(x):], b[len(y):]
	}
	return cmp.Compare(len(a), len(b))
}

// step is the length of a path's first part, with the sign that leads to it.
func step(path string) int {
	if i := strings.IndexAny(path[1:], ".["); i >= 0 {
		return i + 1
	}
	return len(path)
}

// place is that of an item in its list; -1 for a name.
func place(step string) int {
	if n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(step, "["), "]")); err == nil && strings.HasPrefix(step, "[") {
		return n
	}
	return -1
}

// misspelt tells whether a path looks like another one whose last name was typed
// wrongly: in other letters, or with a letter or two too many, too few or wrong.
func misspelt(path, right string) bool {
	a, b := strings.LastIndexByte(path, '.')+1, strings.LastIndexByte(right, '.')+1
	if path[:a] != right[:b] || max(len(path), len(right))-min(len(path), len(right)) > maxTypos {
		return false
	}
	return strings.EqualFold(path, right) || len(right)-b > 2*maxTypos && distance(path[a:], right[b:]) <= maxTypos
}

const maxTypos = 2

// distance is how many letters stand between two words (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// wholes are the things that what stands at a path is a part of, the root ("")
// among them.
func wholes(path string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := len(path) - 1; i >= 0; i-- {
			if path[i] != '.' && path[i] != '[' {
				continue
			}
			if !yield(path[:i]) {
				return
			}
		}
		if path != "" {
			yield("")
		}
	}
}
