package auth

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The rules for a new password, after NIST SP 800-63B-4 §3.1.1.2: length
// counts, composition rules don't exist, Unicode is welcome, known and
// guessable passwords are refused, and the refusal says why.
const (
	// MinPassword is the least number of characters (code points).
	MinPassword = 12
	// MaxPassword bounds what a request can make the server hash; the standard
	// asks for at least 64.
	MaxPassword = 256

	leastUnguessed = 8 // characters that must remain once the known words are taken away
	leastWord      = 4 // shorter words of a name prove nothing
)

//go:embed common.txt
var commonText string

var commonPasswords = sync.OnceValue(func() map[string]struct{} {
	set := map[string]struct{}{}
	for line := range strings.Lines(commonText) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			set[line] = struct{}{}
		}
	}
	return set
})

// CheckPassword says why the password won't do, as a sentence for the person,
// or "" when it will. The e-mail address, the name and any further words
// (the agency's name) are what an attacker would try first.
func CheckPassword(password, email string, names ...string) string {
	text := norm.NFKC.String(password)
	switch length := utf8.RuneCountInString(text); {
	case !utf8.ValidString(password):
		return "The password must be valid text."
	case length < MinPassword:
		return "Use at least 12 characters. A few unrelated words are easy to remember."
	case length > MaxPassword:
		return "Use at most 256 characters."
	}
	lower := strings.ToLower(text)
	if _, known := commonPasswords()[lower]; known {
		return "This password is among the first that attackers try. Choose another."
	}
	if monotonous(lower) {
		return "Repeated or consecutive characters are easy to guess. Choose another password."
	}
	if utf8.RuneCountInString(withoutKnown(lower, email, names)) < leastUnguessed {
		return "This password is too close to your name, e-mail address or a very common word. Choose another."
	}
	return ""
}

// monotonous reports a password that has fewer than four different characters
// or that only counts up or down ("abcdefghijkl", "987654321098").
func monotonous(text string) bool {
	runes := []rune(text)
	distinct := map[rune]struct{}{}
	up, down := true, true
	for i, r := range runes {
		distinct[r] = struct{}{}
		if i > 0 {
			up = up && follows(runes[i-1], r)
			down = down && follows(r, runes[i-1])
		}
	}
	return len(distinct) < 4 || up || down
}

func follows(a, b rune) bool { return b == a+1 || (a == '9' && b == '0') || (a == 'z' && b == 'a') }

// withoutKnown takes away the words that an attacker knows or tries first.
func withoutKnown(text, email string, names []string) string {
	words := []string{"omnicrm", "password", "passwort", "qwertyuiop", "qwerty", "welcome", "letmein", "admin", "1234567890", "123456", "1234"}
	if local, _, _ := strings.Cut(strings.ToLower(email), "@"); len(local) >= leastWord {
		text = strings.ReplaceAll(text, local, "")
	}
	words = append(words, wordsOf(email)...)
	for _, name := range names {
		words = append(words, wordsOf(name)...)
	}
	for _, word := range words {
		text = strings.ReplaceAll(text, word, "")
	}
	return strings.Join(strings.Fields(text), "")
}

func wordsOf(text string) []string {
	fields := strings.FieldsFunc(strings.ToLower(norm.NFKC.String(text)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	out := fields[:0]
	for _, field := range fields {
		if utf8.RuneCountInString(field) >= leastWord {
			out = append(out, field)
		}
	}
	return out
}
