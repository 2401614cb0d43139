package contact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Letters that have no accent to take away, or are written as two where a keyboard
// lacks them: Müller is Mueller, Łukasz Lukasz, Bjørn both Bjoern and Bjorn.
var (
	asTwo = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ø", "oe", "å", "aa", "æ", "ae", "œ", "oe", "ß", "ss",
		"þ", "th", "ł", "l", "đ", "d", "ð", "d", "ħ", "h", "ı", "i")
	asOne = strings.NewReplacer("ø", "o", "æ", "ae", "œ", "oe", "ß", "ss", "þ", "th", "ł", "l", "đ", "d", "ð", "d", "ħ", "h", "ı", "i")
)

// marks are what some write within a name, and others leave out or replace.
const (
	apostrophes = "'’‘ʼ`´"
	marks       = apostrophes + "-‐‑."
)

// spellings are other ways in which people write the words of a name, folded: those
// that a search for them would not find in it. Most names have none.
func spellings(parts ...string) (out []string) {
	name := strings.Join(parts, " ")
	if plainName(name) {
		return nil
	}
	known := strings.Fields(fold(name))
	add := func(s string) {
		if s = fold(s); s != "" && !slices.Contains(known, s) && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, word := range strings.Fields(norm.NFC.String(strings.ToLower(name))) {
		for _, spelled := range []string{word, asTwo.Replace(word), asOne.Replace(word)} {
			add(spelled)
			if !strings.ContainsAny(spelled, marks) {
				continue
			}
			add(strings.Map(func(r rune) rune {
				if strings.ContainsRune(marks, r) {
					return -1
				}
				return r
			}, spelled))
			for _, mark := range "'’" { // those that keyboards and phones type
				add(strings.Map(func(r rune) rune {
					if strings.ContainsRune(apostrophes, r) {
						return mark
					}
					return r
				}, spelled))
			}
		}
	}
	if whole := strings.Fields(name); len(whole) > 1 && unspaced(name) {
		add(strings.Join(whole, ""))
		slices.Reverse(whole)
		add(strings.Join(whole, ""))
	}
	return out
}

// plainName has nothing that somebody would write in another way.
func plainName(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf || strings.ContainsRune(marks, r) })
}

// unspaced is a name of a script whose names are written without a space, the
// family's first.
func unspaced(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool {
		return r != ' ' && !unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana) && r != 'ー'
	})
}
