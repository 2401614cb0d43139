package filter

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold makes letters equal that a person takes for equal: José, jose, JOSÉ. The
// function fold of a tenant database is the same; a test goes through every
// letter there is.
func Fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
