package carrier

import (
	"strings"
	"unicode/utf16"
)

// The two alphabets of a text message, 3GPP TS 23.038: GSM-7 with 160
// characters alone or 153 in a chain, UCS-2 with 70 or 67.
const (
	gsmAlone, gsmChained = 160, 153
	ucsAlone, ucsChained = 70, 67
)

const gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

// gsmExtended characters cost two septets: an escape and themselves.
const gsmExtended = "\f^{}\\[~]|€"

// segments tells in which alphabet a text travels and in how many parts. A
// character of two units never straddles two parts, so a chain may be longer
// than its length divided by the size of a part.
func segments(text string) (alphabet string, count int) {
	if text == "" {
		return "GSM-7", 0
	}
	costs := make([]int, 0, len(text))
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsmBasic, r):
			costs = append(costs, 1)
		case strings.ContainsRune(gsmExtended, r):
			costs = append(costs, 2)
		default:
			return "UCS-2", parts(ucsCosts(text), ucsAlone, ucsChained)
		}
	}
	return "GSM-7", parts(costs, gsmAlone, gsmChained)
}

func ucsCosts(text string) []int {
	costs := make([]int, 0, len(text))
	for _, r := range text {
		costs = append(costs, max(utf16.RuneLen(r), 1))
	}
	return costs
}

func parts(costs []int, alone, chained int) int {
	total := 0
	for _, c := range costs {
		total += c
	}
	if total <= alone {
		return 1
	}
	count, room := 1, chained
	for _, c := range costs {
		if c > room {
			count, room = count+1, chained
		}
		room -= c
	}
	return count
}
