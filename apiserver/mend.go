package apiserver

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// fieldOf gives a refusal of huma's validation as a field: its path as the
// sender wrote it ("phone", not "body.phone"), its message as a mend.
func fieldOf(err error) ProblemField {
	var detail *huma.ErrorDetail
	if !errors.As(err, &detail) {
		return ProblemField{Message: err.Error()}
	}
	path := detail.Location
	for _, place := range []string{"body", "path", "query", "header"} {
		if path == place {
			path = ""
		}
		path = strings.TrimPrefix(path, place+".")
	}
	if m := mistyped.FindStringSubmatch(detail.Message); m != nil {
		return ProblemField{Path: m[1], Message: "It must be a whole number, without a point or an exponent."}
	}
	// huma names the object, and in the message the property that is missing.
	if m := missing.FindStringSubmatch(detail.Message); m != nil {
		return ProblemField{Path: strings.TrimPrefix(path+"."+m[1], "."), Message: "It is required."}
	}
	said := exponent.ReplaceAllStringFunc(detail.Message, func(n string) string {
		v, err := strconv.ParseFloat(n, 64)
		if err != nil {
			return n
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	})
	for _, mend := range mends {
		if mend.when.MatchString(said) {
			return ProblemField{Path: path, Message: mend.when.ReplaceAllString(said, mend.say)}
		}
	}
	return ProblemField{Path: path, Message: sentence(said)}
}

// mistyped is how readable (json.go) names a value that no integer holds.
var mistyped = regexp.MustCompile(`^mistyped (\S+): u?int\d*$`)

// exponent is a bound as Go writes large ones: 1e+06.
var exponent = regexp.MustCompile(`\b\d+(\.\d+)?e\+\d+\b`)

var missing = regexp.MustCompile(`^expected required property (\S+) to be present$`)

// mends puts what huma says (its package validation) into a sentence that tells
// what to do.
var mends = []struct {
	when *regexp.Regexp
	say  string
}{
	{regexp.MustCompile(`^unexpected property$`), "There is no such field here. Leave it out, or check its spelling."},
	{regexp.MustCompile(`^unknown query parameter$`), "There is no such parameter here. Leave it out, or check its spelling."},
	{regexp.MustCompile(`^required \w+ parameter is missing$`), "It is required."},
	{regexp.MustCompile(`^expected string$`), "It must be a text, in quotes."},
	{regexp.MustCompile(`^expected boolean$|^invalid boolean$`), "It must be true or false."},
	{regexp.MustCompile(`^expected integer$|^invalid integer$`), "It must be a whole number."},
	{regexp.MustCompile(`^expected number$|^invalid float$`), "It must be a number."},
	{regexp.MustCompile(`^expected array$`), "It must be a list, in square brackets."},
	{regexp.MustCompile(`^expected object$`), "It must be an object, in braces."},
	{regexp.MustCompile(`(?is)^.*\buuid\b.*$`), "It must be an id, like 01920e5c-7f3a-7c1e-9d59-0242ac120002."},
	{regexp.MustCompile(`^expected value to be one of "(.*)"$`), "It must be one of: $1."},
	{regexp.MustCompile(`^expected length <= (\d+)$`), "Use at most $1 characters."},
	{regexp.MustCompile(`^expected length >= 1$`), "It must not be empty."},
	{regexp.MustCompile(`^expected length >= (\d+)$`), "Use at least $1 characters."},
	{regexp.MustCompile(`^expected array length <= (\d+)$`), "Give at most $1."},
	{regexp.MustCompile(`^expected array length >= (\d+)$`), "Give at least $1."},
	{regexp.MustCompile(`^expected number >= (-?[0-9.]+)$`), "It must be at least $1."},
	{regexp.MustCompile(`^expected number <= (-?[0-9.]+)$`), "It must be at most $1."},
	{regexp.MustCompile(`^invalid date/time for format .*$|^expected string to be RFC 3339 date-time$`), "It must be a moment, like 2026-01-31T12:00:00Z."},
	{regexp.MustCompile(`^expected string to be (.*)$`), "It must be $1."},
	{regexp.MustCompile(`^(?s).*cannot unmarshal .* of type .*$`), "A value has the wrong type."},
}

func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + strings.TrimSuffix(s[1:], ".") + "."
}
