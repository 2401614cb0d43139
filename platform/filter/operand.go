package filter

import (
	"math/big"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"
)

// Money is an amount in the minor unit of its currency (ISO 4217).
type Money struct {
	Amount   int64
	Currency string
}

// operand is what a condition compares with, as its kind needs it.
type operand struct {
	texts  []string // as they were written; of text, select, lists
	people []person // of references
	from   *big.Rat // of numbers and amounts; nil is without end
	to     *big.Rat
	money  string // the currency
	first  *moment
	last   *moment
	period Period
	yes    bool
}

// person is a reference: an id, or whoever asks.
type person struct {
	id uuid.UUID
	me bool
}

const me = "me"

func (p *parser) operand(f Field, op Op, v value, at string) operand {
	switch f.Kind {
	case Number, Amount:
		return p.numbers(f, op, v, at)
	case Date, DateTime:
		return p.moments(f, op, v, at)
	case Checkbox:
		p.Check(v.kind == truth, at, "Give true or false.")
		return operand{yes: v.yes}
	}
	if op != AnyOf && op != NoneOf && op != AllOf {
		return p.words(f, []value{v}, []string{at})
	}
	if v.kind != array || len(v.items) == 0 || len(v.items) > MaxValues {
		p.refuse(at, "Give a list of 1 to %d values.", MaxValues)
		return operand{}
	}
	places := make([]string, len(v.items))
	for i := range v.items {
		places[i] = item(at, i)
	}
	return p.words(f, v.items, places)
}

func (p *parser) words(f Field, values []value, places []string) (o operand) {
	for i, v := range values {
		at := places[i]
		if v.kind != text {
			p.refuse(at, "Give a text.")
			continue
		}
		if f.Kind == Reference || f.Kind == References {
			o.people = append(o.people, p.person(f, v.text, at))
			continue
		}
		o.texts = append(o.texts, p.text(f, v.text, at))
	}
	return o
}

func (p *parser) text(f Field, s, at string) string {
	s = norm.NFC.String(s)
	switch {
	case utf8.RuneCountInString(s) > MaxText:
		p.refuse(at, "Use at most %d characters.", MaxText)
	case strings.ContainsFunc(s, unicode.IsControl):
		p.refuse(at, "It holds characters that can't be shown.")
	case f.normal(s) == "":
		p.refuse(at, "Give at least one letter; whether there is a value at all is asked by empty and not_empty.")
	default:
		if o, ok := f.option(s); !ok {
			p.refuse(at, "%s has no option %q. It may have been taken away.", f.Name, shown(o.Value))
		}
	}
	return s
}

func (p *parser) person(f Field, s, at string) person {
	if f.People && s == me {
		return person{me: true}
	}
	id, err := uuid.Parse(s)
	if err != nil || len(s) != 36 {
		also := ""
		if f.People {
			also = `, or "me"`
		}
		p.refuse(at, "Give an id, like 01920e5c-7f3a-7c1e-9d59-0242ac120003%s.", also)
	}
	return person{id: id}
}

func (p *parser) numbers(f Field, op Op, v value, at string) (o operand) {
	read := func(v value, at string) *big.Rat {
		if f.Kind == Amount {
			return p.money(&o, v, at)
		}
		return p.number(v, at)
	}
	switch op {
	case Between:
		from, to, ok := p.ends(v, at)
		if !ok {
			return o
		}
		o.from, o.to = read(from, below(at, "from")), read(to, below(at, "to"))
		p.Check(o.from == nil || o.to == nil || o.from.Cmp(o.to) <= 0, at, "The smaller number comes first.")
	case AtLeast:
		o.from = read(v, at)
	case AtMost:
		o.to = read(v, at)
	default:
		o.from = read(v, at)
		o.to = o.from
	}
	return o
}

// ends reads what between takes.
func (p *parser) ends(v value, at string) (from, to value, ok bool) {
	from, first := v.get("from")
	to, second := v.get("to")
	if v.kind != object || !first || !second {
		p.refuse(at, "Give both ends, as from and to; they belong to it.")
		return from, to, false
	}
	return from, to, p.only(v, at, "from", "to")
}

// number reads what numeric and a computer agree on: 30 digits on either side
// of the point.
func (p *parser) number(v value, at string) *big.Rat {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(v.text), "e")
	if v.kind == numeral && len(mantissa) <= 30 && len(exponent) <= 3 {
		if n, ok := new(big.Rat).SetString(v.text); ok && n.Num().BitLen() <= 200 && n.Denom().BitLen() <= 200 {
			return n
		}
	}
	p.refuse(at, "Give a number of at most 30 digits.")
	return nil
}

func (p *parser) money(o *operand, v value, at string) *big.Rat {
	amount, _ := v.get("amount")
	currency, _ := v.get("currency")
	whole, ok := amount.whole()
	if v.kind != object || !ok || !isCurrency(currency.text) {
		p.refuse(at, `Give an amount in the currency's smallest unit, like {"amount": 1999, "currency": "EUR"}.`)
		return nil
	}
	if !p.only(v, at, "amount", "currency") {
		return nil
	}
	p.Check(o.money == "" || o.money == currency.text, at, "Both amounts have one currency.")
	o.money = currency.text
	return new(big.Rat).SetInt64(int64(whole))
}

func isCurrency(s string) bool {
	return len(s) == 3 && strings.IndexFunc(s, func(r rune) bool { return r < 'A' || r > 'Z' }) < 0
}

func (p *parser) moments(f Field, op Op, v value, at string) (o operand) {
	switch op {
	case InLast, InNext, YearlyLast, YearlyNext:
		least := 1
		if f.Kind == Date {
			least = 0 // today
		}
		o.period, _ = p.period(v, at, least)
		if op == YearlyLast || op == YearlyNext {
			p.Check(o.period.days() <= 366, at, "An anniversary comes every year: ask for at most one.")
		}
	case Between:
		if from, to, ok := p.ends(v, at); ok {
			o.first, o.last = p.moment(f, from, below(at, "from")), p.moment(f, to, below(at, "to"))
		}
		if o.first != nil && o.last != nil && o.first.fixed() && o.last.fixed() {
			p.Check(!o.last.at.Before(o.first.at), at, "The earlier comes first.")
		}
	default:
		o.first = p.moment(f, v, at)
		if op == On && o.first != nil {
			p.Check(o.first.day, at, "On asks for a day, like 2026-01-31.")
		}
	}
	return o
}

// moment is a point in time or a day, given or reckoned from today.
type moment struct {
	at   time.Time // of a day, its midnight in UTC
	day  bool
	from *Period // from today on; negative is ago
}

func (m moment) fixed() bool { return m.from == nil }

func (p *parser) moment(f Field, v value, at string) *moment {
	if v.kind == object {
		return p.relative(v, at)
	}
	if v.text == "today" && v.kind == text {
		return &moment{day: true, from: &Period{}}
	}
	if v.kind == text {
		if day, err := time.Parse(time.DateOnly, v.text); err == nil && day.Year() > 0 {
			return &moment{at: day, day: true}
		}
		if at, err := time.Parse(time.RFC3339Nano, v.text); f.Kind == DateTime && err == nil && at.UTC().Year() > 0 {
			return &moment{at: at.UTC().Truncate(time.Microsecond)}
		}
	}
	point := ""
	if f.Kind == DateTime {
		point = ", a moment like 2026-01-31T12:00:00Z"
	}
	p.refuse(at, `Give a day like 2026-01-31%s, today, or one like {"ago": {"days": 3}} or {"in": {"weeks": 2}}.`, point)
	return nil
}

func (p *parser) relative(v value, at string) *moment {
	ago, back := v.get("ago")
	in, _ := v.get("in")
	if len(v.members) != 1 || !back && in.kind == 0 {
		p.refuse(at, `Give one of ago and in, like {"ago": {"days": 3}}.`)
		return nil
	}
	name, given := "in", in
	if back {
		name, given = "ago", ago
	}
	period, ok := p.period(given, below(at, name), 0)
	if !ok {
		return nil
	}
	if back {
		period.N = -period.N
	}
	return &moment{day: true, from: &period}
}

// period reads {"days": 30}.
func (p *parser) period(v value, at string, least int) (Period, bool) {
	if v.kind == object && len(v.members) == 1 {
		unit := Unit(v.members[0].name)
		if most, ok := longest[unit]; ok {
			n, whole := v.members[0].whole()
			p.Check(whole && n >= least && n <= most, below(at, string(unit)), "Give a whole number in reason.")
			return Period{N: n, Unit: unit}, whole && n >= least && n <= most
		}
	}
	p.refuse(at, `Give one of days, weeks, months and years, like {"days": 30}.`)
	return Period{}, false
}
