package sms

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Keyword is what a text asks of the sender, beyond being a message.
type Keyword string

// The keywords.
const (
	NoKeyword Keyword = ""
	Stop      Keyword = "stop"
	Start     Keyword = "start"
	HelpMe    Keyword = "help"
)

// The words stand alone in a text, whatever their case and punctuation. The
// first ones are the carriers' (https://help.twilio.com/articles/223134027); the
// phrases are what 47 CFR 64.1200(a)(10) calls reasonable means, as people
// write them.
var (
	stopWords = []string{
		"stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out",
		"please stop", "stop please", "stop it", "stop texting", "stop texting me", "please stop texting me",
		"stop messaging me", "stop contacting me", "stop sending me messages", "unsubscribe me", "opt me out",
		"remove me", "please remove me", "remove me from your list", "take me off", "take me off your list",
		"take me off this list", "do not text me", "dont text me", "do not contact me", "dont contact me",
		"no more messages", "no more texts", "leave me alone",
	}
	startWords = []string{"start", "yes", "unstop"}
	helpWords  = []string{"help", "info"}
)

// KeywordOf reads a text's keyword.
func KeywordOf(body string) Keyword {
	said := plain(body)
	switch {
	case slices.Contains(stopWords, said):
		return Stop
	case slices.Contains(startWords, said):
		return Start
	case slices.Contains(helpWords, said):
		return HelpMe
	}
	return NoKeyword
}

// plain gives the words of a short text in lower case, without accents,
// apostrophes and punctuation.
func plain(s string) string {
	if len(s) > 200 {
		return ""
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case r == '\'' || r == '’' || unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// The answers to keywords. CTIA's handbook wants the sender's name and the way
// back, and nothing that sells.
func stopAnswer(name string) string {
	return name + ": You are unsubscribed and will get no more messages. Reply START to resubscribe."
}

func startAnswer(name string) string {
	return name + ": You are subscribed again. Reply HELP for help, STOP to unsubscribe. Msg & data rates may apply."
}

func helpAnswer(name string) string {
	return name + ": Reply to this message and we will get back to you. Reply STOP to unsubscribe. Msg & data rates may apply."
}
