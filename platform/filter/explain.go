package filter

// Verdict is a part of a filter, and whether it holds for a record.
type Verdict struct {
	Path  string    // where it stands, like and[1].not; "" is the whole
	Words string    // the part in plain English; "" of a group
	Kind  string    // "and", "or", "not" or "condition"
	Holds bool      // whether it holds
	Found int       // of related records: how many there are
	Parts []Verdict // of a group or a not
}

// Explain tells of every part whether it holds for the record: why it is in, or
// why it isn't. The zero filter has no parts and holds.
func (f Filter) Explain(e Env, r Record, names Names) Verdict {
	if f.root == nil {
		return Verdict{Kind: "and", Holds: true}
	}
	return explain(f.root, "", e, r, speaker{names})
}

func explain(n node, at string, e Env, r Record, s speaker) Verdict {
	v := Verdict{Path: at, Kind: "condition", Holds: match(n, e, r)}
	switch n := n.(type) {
	case group:
		v.Kind = "and"
		if n.any {
			v.Kind = "or"
		}
		for i, part := range n.parts {
			v.Parts = append(v.Parts, explain(part, item(below(at, v.Kind), i), e, r, s))
		}
	case negation:
		v.Kind = "not"
		v.Parts = []Verdict{explain(n.part, below(at, "not"), e, r, s)}
	case related:
		v.Words, v.Found = s.say(n, false), n.count(e, r)
	default:
		v.Words = s.say(n, false)
	}
	return v
}
