package audit

import (
	"bytes"
	"fmt"
)

// begin says that the entries up to a place are not shown: the chain goes on behind
// what was signed there. 0 is the chain's beginning.
func (v *Verifier) begin(after int64) error {
	v.started, v.cut, v.sum.First = true, 0, after+1
	v.last = Link{Seq: after}
	if after == 0 {
		return nil
	}
	for v.next < len(v.checkpoints) && v.checkpoints[v.next].Seq <= after {
		if c := v.checkpoints[v.next]; c.Seq == after {
			if v.last.Hash != nil && !bytes.Equal(v.last.Hash, c.Hash) {
				return &Broken{after, "two checkpoints contradict each other"}
			}
			v.last.Hash = c.Hash
		}
		v.next++
	}
	if v.last.Hash == nil {
		return &Broken{after + 1, "the entries before it are not in the file, and no checkpoint vouches for them"}
	}
	v.sum.Signed, v.sum.Last = after, after
	return nil
}

// takeBody goes over an entry of which the body's hash alone is known.
func (v *Verifier) takeBody(body []byte) error {
	seq := v.last.Seq + 1
	if err := v.meet(seq, joined(body, v.last.Hash)); err != nil {
		return err
	}
	return v.left(Link{Seq: seq, Hash: joined(body, v.last.Hash)})
}

// takeWithheld goes over an entry from before entries had bodies: everything of it
// is known but the values and the actor's name.
func (v *Verifier) takeWithheld(l Link) error {
	if l.Chain != v.chain {
		return &Broken{l.Seq, "the entry is of another chain"}
	}
	if why := v.follows(l); why != "" {
		return &Broken{l.Seq, why}
	}
	if fits, _ := l.placed(); !fits {
		return &Broken{l.Seq, "the entry was changed: its hash does not fit"}
	}
	if err := v.meet(l.Seq, l.Hash); err != nil {
		return err
	}
	if isErasure(l.Kind) {
		v.erasures[l.ID] = true
	}
	return v.left(l)
}

func (v *Verifier) left(l Link) error {
	v.last, v.sum.Last = l, l.Seq
	v.sum.Omitted++
	return nil
}

// endPart checks the end of a part of a chain: every entry stands before something
// that was signed, and nothing that was signed is missing. That an erasure was
// recorded is not known where its entry is not shown.
func (v *Verifier) endPart() (Verified, error) {
	for id := range v.owed {
		if !v.erasures[id] {
			v.sum.Unproven++
			delete(v.owed, id)
		}
	}
	if v.sum.Signed < v.last.Seq {
		return v.sum, &Broken{v.sum.Signed + 1, fmt.Sprintf("no checkpoint vouches for the entries from here to %d", v.last.Seq)}
	}
	return v.End(-1)
}
