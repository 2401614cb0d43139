package contact

import (
	"math"
	"strings"
	"unicode"
)

// tongue is what people write in an encoding: how likely each letter beyond ASCII
// is. All figures are natural logarithms of probabilities.
type tongue struct {
	encoding string
	prior    float64 // of such a file among all that are no UTF-8
	least    float64 // of a letter, on the average of a text that makes sense
	letters  func(text []rune) (sum float64, told int, strange bool)
}

// verdict is how likely a text is, and whether it looks like something that people
// write at all.
type verdict struct {
	likely  float64
	natural bool
}

func (t tongue) judge(text []rune) verdict {
	sum, told, strange := t.letters(text)
	return verdict{t.prior + sum, told > 0 && !strange && sum/float64(told) >= t.least}
}

// What is unlikely wherever it stands.
var (
	oddBroken  = math.Log(1e-6) // no letter of the encoding, or a control
	oddSign    = math.Log(3e-4) // a sign that few people type
	usualSign  = math.Log(4e-3) // a sign that programs put: a dash, a quotation mark
	oddWithin  = math.Log(1e-2) // a sign between two letters
	oddCase    = math.Log(1e-2) // a capital within a word, or a small letter within capitals
	oddPair    = math.Log(3e-1) // two accented letters in a row
	oddRun     = math.Log(5e-2) // three of them
	oddScripts = math.Log(1e-2) // letters of two scripts in a word
	stray      = math.Log(1e-4) // a letter of no language that is written so
)

const usualSigns = "’‘“”„–—…€°«»·•§£©®™ºª´\u00a0¿¡"

// latin is for encodings with accented letters, by the languages that are written
// in them.
func latin(languages ...string) func([]rune) (float64, int, bool) {
	every := strings.Join(languages, "")
	known := map[rune]bool{}
	for _, c := range every {
		known[c], known[unicode.ToUpper(c)] = true, true
	}
	chances := make([]map[rune]float64, len(languages))
	for i, language := range languages {
		chances[i] = map[rune]float64{}
		own := []rune(language)
		for c := range known {
			chances[i][c] = 0.1 / float64(len(known))
		}
		for _, c := range own {
			chances[i][c] += 0.75 / float64(len(own))
			if up := unicode.ToUpper(c); up != c {
				chances[i][up] += 0.15 / float64(len(own))
			}
		}
	}
	return func(text []rune) (sum float64, told int, strange bool) {
		seen := map[rune]int{}
		for i, c := range text {
			if c <= unicode.MaxASCII {
				continue
			}
			told++
			before, after := around(text, i)
			if !known[c] {
				sum += signed(c, before, after)
				continue
			}
			seen[c]++
			sum += shaped(c, before, after) + accents(text, i)
		}
		best := math.Inf(-1)
		for i, language := range chances {
			said := 0.0
			for c, n := range seen {
				said += float64(n) * math.Log(language[c])
			}
			if said > best {
				best, strange = said, languages[i] == icelandic
			}
		}
		return sum + best, told, strange
	}
}

// cyrillic is for Windows-1251: words of Cyrillic letters alone, as often as
// Russian has them, and at least as often those that others have.
func cyrillic(text []rune) (sum float64, told int, strange bool) {
	for i, c := range text {
		if c <= unicode.MaxASCII {
			continue
		}
		told++
		before, after := around(text, i)
		small := unicode.ToLower(c)
		if !unicode.Is(unicode.Cyrillic, c) {
			sum += signed(c, before, after)
			continue
		}
		chance, ok := russian[small]
		if !ok {
			chance = 0.002
		}
		if c != small {
			chance *= 0.3
		}
		sum += math.Log(chance) + shaped(c, before, after)
		if before <= unicode.MaxASCII && unicode.IsLetter(before) || after <= unicode.MaxASCII && unicode.IsLetter(after) {
			sum += oddScripts
		}
	}
	return sum, told, false
}

// eastern is for encodings of two bytes a letter: few letters make up most of the
// names, places and headings; own is the script that tells the language from its
// neighbours, of which there are so many letters.
func eastern(common string, own *unicode.RangeTable, many float64) func([]rune) (float64, int, bool) {
	usual := map[rune]bool{}
	for _, c := range common {
		usual[c] = true
	}
	listed := math.Log(0.6 / float64(len(usual)))
	native := math.Log(0.25 / many)
	return func(text []rune) (sum float64, told int, _ bool) {
		for _, c := range text {
			if c <= unicode.MaxASCII {
				continue
			}
			told++
			switch {
			case usual[c]:
				sum += listed
			case c >= 0xff61 && c <= 0xff9f: // katakana of half the width: one byte each
				sum += math.Log(0.05 / 63)
			case unicode.Is(own, c):
				sum += native
			case unicode.Is(unicode.Han, c):
				sum += math.Log(0.08 / 6500)
			case c >= 0x3000 && c <= 0x303f || c >= 0xff00 && c <= 0xff60:
				sum += math.Log(0.02 / 100)
			case c == unicode.ReplacementChar || unicode.IsControl(c) || unicode.Is(unicode.Co, c):
				sum += oddBroken
			default:
				sum += math.Log(0.01 / 1000)
			}
		}
		return sum, told, false
	}
}

func around(text []rune, i int) (before, after rune) {
	before, after = ' ', ' '
	if i > 0 {
		before = text[i-1]
	}
	if i+1 < len(text) {
		after = text[i+1]
	}
	return before, after
}

// signed is the likelihood of what is no letter of the language.
func signed(c, before, after rune) float64 {
	out := oddSign
	switch {
	case c == unicode.ReplacementChar || unicode.IsControl(c):
		return oddBroken
	case unicode.IsLetter(c):
		out = stray
	case strings.ContainsRune(usualSigns, c):
		out = usualSign
	}
	if unicode.IsLetter(before) && unicode.IsLetter(after) && c != '’' {
		out += oddWithin
	}
	return out
}

// shaped weighs whether a letter is as large as its neighbours ask for.
func shaped(c, before, after rune) float64 {
	switch {
	case unicode.IsUpper(c) && (unicode.IsLower(before) || unicode.IsLetter(before) && unicode.IsLower(after)):
		return oddCase
	case unicode.IsLower(c) && unicode.IsUpper(before) && unicode.IsUpper(after):
		return oddCase
	}
	return 0
}

// accents weighs accented letters in a row, of which there are few in a word.
func accents(text []rune, i int) float64 {
	accented := func(n int) bool {
		return n >= 0 && n < len(text) && text[n] > unicode.MaxASCII && unicode.IsLetter(text[n])
	}
	switch {
	case accented(i-1) && accented(i+1):
		return oddRun
	case accented(i-1) || accented(i+1):
		return oddPair
	}
	return 0
}
