package audit

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"slices"

	"github.com/google/uuid"
)

// Broken is the first place where a chain does not hold.
type Broken struct {
	Seq int64
	Why string
}

// Error names the place and the reason.
func (b *Broken) Error() string { return fmt.Sprintf("entry %d: %s", b.Seq, b.Why) }

// Verified sums up a chain that holds.
type Verified struct {
	Entries     int
	First, Last int64
	Checkpoints int // whose signatures and hashes fit
	Signed      int64
	Erased      int
	Omitted     int // entries of which an export has the hash alone
	Unproven    int // erasures that entries of an export name and that are not in it
}

// Verifier takes a chain's entries in their order. It needs no database.
type Verifier struct {
	chain       uuid.UUID
	keys        map[string]ed25519.PublicKey
	checkpoints []Checkpoint // by seq
	next        int          // the first checkpoint that is still to be met
	cut         int64        // entries up to here may be missing
	started     bool
	last        Link
	erasures    map[uuid.UUID]bool
	owed        map[uuid.UUID]int64 // erasures that entries name, with the first such entry
	sum         Verified
}

// NewVerifier begins with a chain's checkpoints, whose signatures it checks
// against the keys. Errors: *Broken.
func NewVerifier(chain uuid.UUID, keys map[string]ed25519.PublicKey, checkpoints []Checkpoint) (*Verifier, error) {
	v := &Verifier{chain: chain, keys: keys, checkpoints: slices.Clone(checkpoints), erasures: map[uuid.UUID]bool{}, owed: map[uuid.UUID]int64{}}
	slices.SortStableFunc(v.checkpoints, func(a, b Checkpoint) int { return int(a.Seq - b.Seq) })
	for _, c := range v.checkpoints {
		if why := c.fault(chain, keys); why != "" {
			return nil, &Broken{c.Seq, why}
		}
		if c.Kind == Cut {
			v.cut = c.Seq
		}
	}
	return v, nil
}

// Take checks the next entry. Errors: *Broken.
func (v *Verifier) Take(l Link) error {
	if l.Chain != v.chain {
		return &Broken{l.Seq, "the entry is of another chain"}
	}
	if why := v.follows(l); why != "" {
		return &Broken{l.Seq, why}
	}
	if why := l.fault(); why != "" {
		return &Broken{l.Seq, why}
	}
	if err := v.meet(l.Seq, l.Hash); err != nil {
		return err
	}
	v.note(l)
	return nil
}

// meet compares the hash at a place with what was signed there.
func (v *Verifier) meet(seq int64, hash []byte) error {
	for ; v.next < len(v.checkpoints) && v.checkpoints[v.next].Seq <= seq; v.next++ {
		c := v.checkpoints[v.next]
		if c.Seq == seq {
			if !bytes.Equal(c.Hash, hash) {
				return &Broken{seq, "the entry is not the one that was signed on " + instant(c.CreatedAt)}
			}
			v.sum.Checkpoints++
			v.sum.Signed = seq
		}
	}
	return nil
}

func (v *Verifier) follows(l Link) string {
	if v.started {
		switch {
		case l.Seq != v.last.Seq+1:
			return fmt.Sprintf("entry %d is followed by %d", v.last.Seq, l.Seq)
		case !bytes.Equal(l.PrevHash, v.last.Hash):
			return "the entry does not follow the one before it"
		}
		return ""
	}
	v.started, v.sum.First = true, l.Seq
	if l.Seq == 1 {
		if len(l.PrevHash) > 0 {
			return "the first entry follows another"
		}
		return ""
	}
	if l.Seq-1 > v.cut {
		return fmt.Sprintf("the entries before %d are missing, and no cut is signed there", l.Seq)
	}
	for _, c := range v.checkpoints {
		if c.Seq == l.Seq-1 && !bytes.Equal(c.Hash, l.PrevHash) {
			return "the entry does not follow what was signed at the cut"
		}
	}
	return ""
}

func (v *Verifier) note(l Link) {
	v.last = l
	v.sum.Entries++
	v.sum.Last = l.Seq
	if isErasure(l.Kind) {
		v.erasures[l.ID] = true
	}
	if l.ErasedBy.Valid || l.ActorErasedBy.Valid {
		v.sum.Erased++
	}
	for _, by := range []uuid.NullUUID{l.ErasedBy, l.ActorErasedBy} {
		if _, known := v.owed[by.UUID]; by.Valid && !known {
			v.owed[by.UUID] = l.Seq
		}
	}
}

// End checks what only the end tells: that nothing that was signed is missing, and
// that every erasure was recorded. head is how many entries the chain says it has;
// negative if that is not known. Errors: *Broken.
func (v *Verifier) End(head int64) (Verified, error) {
	if v.next < len(v.checkpoints) {
		c := v.checkpoints[len(v.checkpoints)-1]
		if c.Seq > max(v.sum.Last, v.cut) {
			return v.sum, &Broken{v.sum.Last + 1, fmt.Sprintf("entries are missing at the end: %d were there when the chain was signed on %s", c.Seq, instant(c.CreatedAt))}
		}
	}
	if head >= 0 && head != max(v.sum.Last, min(v.cut, head)) {
		return v.sum, &Broken{v.sum.Last + 1, fmt.Sprintf("the chain says that it has %d entries", head)}
	}
	for id, seq := range v.owed {
		if !v.erasures[id] {
			return v.sum, &Broken{seq, "the values are gone, and the erasure that it names was never recorded"}
		}
	}
	return v.sum, nil
}
