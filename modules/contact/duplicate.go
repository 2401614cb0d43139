package contact

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// The rules by which two contacts are taken for one person.
const (
	SameEmail    = "email"         // the same mailbox, written in two ways
	SamePhone    = "phone"         // the same number, written in two ways
	SameBirthday = "name_birthday" // the same name and day of birth
	SamePostal   = "name_postal"   // the same name and postal code
	SameCompany  = "name_company"  // the same name at the same company
	NearName     = "name_phone"    // nearly the same name and the same phone area
)

// sure is how sure a rule alone is, of a hundred. A near name counts as far as it
// is alike.
var sure = map[string]int{SameEmail: 90, SamePhone: 75, SameBirthday: 90, SamePostal: 80, SameCompany: 75, NearName: 60}

const (
	matchScheme = 1   // of the keys; another one has all contacts looked at again
	crowded     = 20  // contacts with one key: more say nothing, they share a switchboard
	near        = 0.5 // of trigrams in common, from which on names are alike
)

// Reason is why two contacts may be one person.
type Reason struct {
	Rule string `json:"rule"`
	Sure int    `json:"confidence"` // of a hundred
}

// Pair is two contacts that may be one person, A before B.
type Pair struct {
	A, B       uuid.UUID
	Confidence int // of a hundred; more reasons make it more
	Reasons    []Reason
}

// DuplicateGroup is contacts of whom each may be the same as another one.
type DuplicateGroup struct {
	Contacts []Contact
	Pairs    []Pair // the surest first
}

// DistinctInput says of contacts that none is the same as another.
type DistinctInput struct{ Contacts []uuid.UUID }

// Validate names every field at fault.
func (in DistinctInput) Validate() error {
	var f fault.Checks
	f.Check(len(in.Contacts) >= 2 && len(in.Contacts) <= MaxMerged, "contacts", fmt.Sprintf("Name two to %d contacts.", MaxMerged))
	for i, id := range in.Contacts {
		f.Check(!slices.Contains(in.Contacts[:i], id), fmt.Sprintf("contacts[%d]", i), "It is named already.")
	}
	return f.Err("duplicate.invalid")
}

// pairs are all of them, in order, as two lists.
func (in DistinctInput) pairs() (a, b []uuid.UUID) {
	for i, one := range in.Contacts {
		for _, other := range in.Contacts[:i] {
			x, y := ordered(one, other)
			a, b = append(a, x), append(b, y)
		}
	}
	return a, b
}

func ordered(a, b uuid.UUID) (uuid.UUID, uuid.UUID) {
	if bytes.Compare(a[:], b[:]) > 0 {
		return b, a
	}
	return a, b
}

// matchKey is something that two contacts of one person have in common.
type matchKey struct {
	Rule string
	Key  string
}

// matchKeys are those of a contact, each once.
func (s *Snapshot) matchKeys() (out []matchKey) {
	add := func(rule, key string) {
		if k := (matchKey{rule, key}); !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	words := nameWords(s.FirstName + " " + s.LastName)
	name := strings.Join(words, " ")
	for _, e := range s.Emails {
		add(SameEmail, mailbox(e.Address))
	}
	for _, p := range s.Phones {
		digits := strings.TrimPrefix(p.Number, "+")
		if len(digits) < 7 {
			continue // a short code is a business's
		}
		add(SamePhone, digits[max(0, len(digits)-10):])
		if len(words) >= 2 {
			add(NearName, digits[:len(digits)-min(7, len(digits)-3)]+" "+initials(words))
		}
	}
	if len(words) < 2 {
		return out // a first name alone is too many people's
	}
	if s.Birthday != nil {
		add(SameBirthday, name+"|"+*s.Birthday)
	}
	if s.Address.PostalCode != "" {
		add(SamePostal, name+"|"+strings.ReplaceAll(fold(s.Address.PostalCode), " ", ""))
	}
	if s.CompanyID.Valid {
		add(SameCompany, name+"|"+s.CompanyID.UUID.String())
	}
	return out
}

// mailbox is where a mail ends up: behind a plus sign stands a note of the
// receiver's (RFC 5233), and Google reads no dots
// (https://support.google.com/mail/answer/7436150).
func mailbox(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address
	}
	local, domain := address[:at], address[at+1:]
	if box, _, tagged := strings.Cut(local, "+"); tagged && box != "" {
		local = box
	}
	if domain == "googlemail.com" || domain == "gmail.com" {
		local, domain = strings.ReplaceAll(local, ".", ""), "gmail.com"
	}
	return local + "@" + domain
}

// nameWords are those of a folded name in their order by letter: some write the
// last name first.
func nameWords(name string) []string {
	words := strings.FieldsFunc(fold(name), func(r rune) bool { return strings.ContainsRune(" -.,'’", r) })
	slices.Sort(words)
	return words
}

func initials(words []string) string {
	var b strings.Builder
	for _, w := range words {
		for _, r := range w {
			b.WriteRune(r)
			break
		}
	}
	return b.String()
}

// alike is how many trigrams two names have in common, as pg_trgm counts them:
// 1 is all of them.
func alike(a, b string) float64 {
	x, y := trigrams(a), trigrams(b)
	both := 0
	for t := range x {
		if y[t] {
			both++
		}
	}
	if len(x)+len(y) == 0 {
		return 0
	}
	return float64(both) / float64(len(x)+len(y)-both)
}

func trigrams(s string) map[string]bool {
	out := map[string]bool{}
	for _, word := range strings.Fields(s) {
		r := []rune("  " + word + " ")
		for i := range len(r) - 2 {
			out[string(r[i:i+3])] = true
		}
	}
	return out
}

// confidence is that of independent reasons together; never certainty.
func confidence(reasons []Reason) int {
	doubt := 1.0
	for _, r := range reasons {
		doubt *= 1 - float64(r.Sure)/100
	}
	return min(99, int(math.Round(100*(1-doubt))))
}

// shared is a key that a contact has in common with another one.
type shared struct {
	Rule string
	ID   uuid.UUID
	Name string
}

// pairsOf are a contact's pairs with those that have keys in common with it. Of
// the rules about the name the surest counts: they are one reason.
func pairsOf(id uuid.UUID, name string, list []shared) (out []Pair) {
	best := map[uuid.UUID]map[string]Reason{}
	for _, one := range list {
		r := Reason{Rule: one.Rule, Sure: sure[one.Rule]}
		about := one.Rule
		switch one.Rule {
		case NearName:
			if like := alike(name, one.Name); like >= near {
				r.Sure = int(math.Round(like * float64(r.Sure)))
			} else {
				continue
			}
			about = "name"
		case SameBirthday, SamePostal, SameCompany:
			about = "name"
		}
		if best[one.ID] == nil {
			best[one.ID] = map[string]Reason{}
		}
		if best[one.ID][about].Sure < r.Sure {
			best[one.ID][about] = r
		}
	}
	for other, reasons := range best {
		p := Pair{Reasons: []Reason{}}
		p.A, p.B = ordered(id, other)
		for _, about := range sortedKeys(reasons) {
			p.Reasons = append(p.Reasons, reasons[about])
		}
		p.Confidence = confidence(p.Reasons)
		out = append(out, p)
	}
	slices.SortFunc(out, comparePairs)
	return out
}

// comparePairs puts the surest first.
func comparePairs(a, b Pair) int {
	if a.Confidence != b.Confidence {
		return b.Confidence - a.Confidence
	}
	if n := bytes.Compare(a.A[:], b.A[:]); n != 0 {
		return n
	}
	return bytes.Compare(a.B[:], b.B[:])
}
