package contact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/omnicrm/omnicrm/platform/filter"
)

// maxWords bounds a search: each word is a condition of its own.
const maxWords = 6

// between are the signs that stand between words: "Rossi, Maria".
const between = `,;"<>`

const (
	rareDigits = 4    // one contact in a thousand has them in a number or an address, by chance
	leastPart  = 3    // a trigram index finds parts of at least three letters
	wordBegin  = "% " // opens a pattern that matches where a word begins, the text's first too
)

// fold makes letters equal that a person takes for equal, as filters do.
func fold(s string) string { return filter.Fold(s) }

// searchText is what a search looks through.
func (c Contact) searchText() string {
	words := []string{c.FirstName, c.LastName, c.Email, c.Phone}
	for _, a := range c.Addresses {
		if !a.Primary {
			words = append(words, a.Value)
		}
	}
	return strings.Join(append([]string{fold(strings.Join(words, " "))}, spellings(c.FirstName, c.LastName)...), " ")
}

// sortName is the order of a list by name.
func (c Contact) sortName() string { return fold(c.Name()) }

// patterns turns what a person typed into LIKE patterns, all of which must
// match: one for each word, or one for a number however it is punctuated. A
// leading zero is the trunk prefix of most countries, which E.164 leaves out.
// One or two letters match where a word begins: in the middle of words they are
// in nearly everybody, and no index finds them.
func patterns(q string) []string {
	if d := number(q); len(d) >= leastPart {
		return []string{"%" + d + "%"}
	}
	words := wordsOf(fold(q))
	out := make([]string, 0, len(words))
	for _, w := range words {
		open := "%"
		if utf8.RuneCountInString(w) < leastPart {
			open = wordBegin
		}
		out = append(out, open+likeEscape.Replace(w)+"%")
	}
	return out
}

func wordsOf(q string) []string {
	words := strings.FieldsFunc(q, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(between, r) })
	return words[:min(len(words), maxWords)]
}

// otherPatterns are, for each pattern of a search, those of the other ways to write
// the letters that some keyboards lack: who types Müller means Mueller as well. nil
// where no word has any.
func otherPatterns(q string, own []string) [][]string {
	if plainName(q) || number(q) != "" {
		return nil
	}
	words := wordsOf(strings.ToLower(norm.NFC.String(q)))
	if len(words) != len(own) { // a sign that is a letter here and parts words when folded
		return nil
	}
	out, found := make([][]string, len(own)), false
	for i, w := range words {
		open := "%"
		if strings.HasPrefix(own[i], wordBegin) {
			open = wordBegin
		}
		if strings.Contains(w, "@") || own[i] != open+likeEscape.Replace(fold(w))+"%" {
			continue
		}
		for _, spelled := range []string{asTwo.Replace(w), asOne.Replace(w)} {
			p := open + likeEscape.Replace(fold(spelled)) + "%"
			if p != own[i] && !slices.Contains(out[i], p) {
				out[i], found = append(out[i], p), true
			}
		}
	}
	if !found {
		return nil
	}
	return out
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// number gives the digits of a search that is a phone number or a part of one.
func number(q string) string {
	digits := 0
	for _, r := range q {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune(" +-().", r):
			return ""
		}
	}
	if digits < 2 {
		return ""
	}
	d := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, q)
	return strings.TrimLeft(d, "0")
}
