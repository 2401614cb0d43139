package carrier

import (
	"regexp"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

var (
	e164      = regexp.MustCompile(`^\+[1-9]\d{6,14}$`)
	northAm   = regexp.MustCompile(`^\+1[2-9]\d{2}[2-9]\d{6}$`)
	separator = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "", "\u00a0", "")
)

// normalNumber brings a number to E.164. Numbers without a plus are read as
// North American, as the provider reads them.
func normalNumber(raw string) (string, bool) {
	n := separator.Replace(strings.TrimSpace(raw))
	if !strings.HasPrefix(n, "+") {
		switch {
		case len(n) == 10:
			n = "+1" + n
		case len(n) == 11 && n[0] == '1':
			n = "+" + n
		}
	}
	if !e164.MatchString(n) || (strings.HasPrefix(n, "+1") && !northAm.MatchString(n)) {
		return "", false
	}
	return n, true
}

// country is the ISO 3166 code of a number in E.164, empty when unknown.
func country(number string) string {
	n, err := phonenumbers.Parse(number, "")
	if err != nil {
		return ""
	}
	region := phonenumbers.GetRegionCodeForNumber(n)
	if region == "" || region == "ZZ" {
		region = phonenumbers.GetRegionCodeForCountryCode(int(n.GetCountryCode()))
	}
	if len(region) != 2 || region == "ZZ" {
		return ""
	}
	return region
}

// display is a number as people write it: a North American one as at home,
// others with their country's code.
func display(number string) string {
	n, err := phonenumbers.Parse(number, "")
	if err != nil {
		return number
	}
	if n.GetCountryCode() == 1 {
		return phonenumbers.Format(n, phonenumbers.NATIONAL)
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}

// national is a number as people at home write it: its friendly name.
func national(number string) string {
	n, err := phonenumbers.Parse(number, "")
	if err != nil {
		return number
	}
	return phonenumbers.Format(n, phonenumbers.NATIONAL)
}
