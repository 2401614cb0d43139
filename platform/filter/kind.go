package filter

import "slices"

// Kind is the type of a field. It decides which operators it has and what a
// Record gives for it.
type Kind string

// The kinds, with the Go type of a value in a Record. A field without a value is
// nil, "" or an empty list.
const (
	Text        Kind = "text"         // string
	LongText    Kind = "long_text"    // string
	Number      Kind = "number"       // *big.Rat
	Amount      Kind = "money"        // Money
	Date        Kind = "date"         // time.Time, midnight UTC of the day
	DateTime    Kind = "date_time"    // time.Time
	Checkbox    Kind = "checkbox"     // bool
	Select      Kind = "select"       // string
	MultiSelect Kind = "multi_select" // []string
	Tags        Kind = "tags"         // []string
	Reference   Kind = "reference"    // uuid.UUID
	References  Kind = "references"   // []uuid.UUID
	Texts       Kind = "texts"        // []string, such as all e-mail addresses
	File        Kind = "file"         // uuid.UUID
)

// Op is an operator of a condition.
type Op string

// The operators.
const (
	Is         Op = "is"
	IsNot      Op = "is_not"
	Contains   Op = "contains"
	StartsWith Op = "starts_with"
	AnyOf      Op = "any_of"
	NoneOf     Op = "none_of"
	AllOf      Op = "all_of"
	AtLeast    Op = "at_least"
	AtMost     Op = "at_most"
	Between    Op = "between"
	On         Op = "on"
	Before     Op = "before"
	After      Op = "after"
	InLast     Op = "in_last"
	InNext     Op = "in_next"
	YearlyLast Op = "anniversary_in_last"
	YearlyNext Op = "anniversary_in_next"
	Empty      Op = "empty"
	NotEmpty   Op = "not_empty"
)

var (
	ofText    = []Op{Is, IsNot, Contains, StartsWith, AnyOf, NoneOf, Empty, NotEmpty}
	ofNumbers = []Op{Is, IsNot, AtLeast, AtMost, Between, Empty, NotEmpty}
	ofTimes   = []Op{On, Before, After, Between, InLast, InNext, Empty, NotEmpty}
	ofChoice  = []Op{Is, IsNot, AnyOf, NoneOf, Empty, NotEmpty}
	ofLists   = []Op{AnyOf, AllOf, NoneOf, Empty, NotEmpty}
)

var opsOf = map[Kind][]Op{
	Text: ofText, Texts: ofText, LongText: {Contains, Empty, NotEmpty},
	Number: ofNumbers, Amount: ofNumbers,
	Date:     append(slices.Clone(ofTimes), YearlyLast, YearlyNext),
	DateTime: ofTimes,
	Checkbox: {Is, Empty, NotEmpty},
	Select:   ofChoice, Reference: ofChoice,
	MultiSelect: ofLists, Tags: ofLists, References: ofLists,
	File: {Empty, NotEmpty},
}

// Ops are the operators of a kind, in the order in which a person meets them.
func (k Kind) Ops() []Op { return slices.Clone(opsOf[k]) }
