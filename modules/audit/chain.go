package audit

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Link is an entry as its chain holds it. Values are committed to by salted
// hashes, so that they can go and the link stays: without its salt a hash tells
// nothing of a value, not even to who guesses.
type Link struct {
	Chain       uuid.UUID       // the sub-account, or the agency
	Seq         int64           // from 1, without gaps
	ID          uuid.UUID       // of the event
	Kind        string          // "contact.updated"
	SubjectKind string          // "" on the control side
	SubjectID   uuid.UUID       // Nil if it has no id
	About       uuid.UUID       // the sub-account that an entry of the control side is about, or Nil
	Paths       []string        // the fields that changed
	OccurredAt  time.Time       // in microseconds
	Actor       json.RawMessage // nil where it is not shown, or was erased
	ActorKind   string
	ActorID     string
	ActorSalt   []byte
	ActorHash   []byte
	Before      json.RawMessage // nil if there was nothing, or it was erased
	After       json.RawMessage
	Salt        []byte // nil once the values are erased
	BeforeHash  []byte // nil if there was nothing
	AfterHash   []byte
	ErasedBy    uuid.NullUUID // the entry that erased the values

	ActorErasedBy uuid.NullUUID // the entry that erased the actor; of the control side alone

	PrevHash []byte
	Hash     []byte
}

const saltBytes = 16

// seal commits to the values and puts the link behind another: the whole of what
// makes a chain. The first link's previous hash is empty. f has mostly written the
// forms of the links before.
func (l *Link) seal(f *former, seq int64, previous []byte) error {
	salts := make([]byte, 2*saltBytes)
	if _, err := rand.Read(salts); err != nil {
		return err
	}
	l.ActorSalt, l.Salt = salts[:saltBytes], salts[saltBytes:]
	l.Seq, l.PrevHash = seq, slices.Clone(previous)
	var err error
	if l.ActorHash, err = f.commit(l.ActorSalt, "actor", l.Actor); err != nil {
		return err
	}
	if l.BeforeHash, err = f.commit(l.Salt, "before", l.Before); err != nil {
		return err
	}
	if l.AfterHash, err = f.commit(l.Salt, "after", l.After); err != nil {
		return err
	}
	l.Hash = joined(l.body(), l.PrevHash)
	return nil
}

// commit is SHA-256 over the salt, what the value is, a zero and the canonical
// value; nil for none.
func (f *former) commit(salt []byte, what string, value json.RawMessage) ([]byte, error) {
	if value == nil {
		return nil, nil
	}
	form, err := f.form(value)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	for _, part := range [][]byte{salt, []byte(what), {0}, form} {
		_, _ = sum.Write(part) // it never fails
	}
	return sum.Sum(nil), nil
}

// body is SHA-256 over the canonical form of an object with all that a link stands
// for, but for the link before it. Whoever has the bodies of some links and the
// whole of others can follow the chain over both.
func (l *Link) body() []byte {
	sum := sha256.Sum256(l.said(2))
	return sum[:]
}

// joined is the hash of a link with that body behind another.
func joined(body, previous []byte) []byte {
	o := object{out: []byte{'{'}}
	o.text("body", hex.EncodeToString(body))
	o.text("prev", hex.EncodeToString(previous))
	o.number("v", 2)
	sum := sha256.Sum256(o.end())
	return sum[:]
}

// firstDigest is how links were hashed before they had bodies. Such links are still
// in chains.
func (l *Link) firstDigest() []byte {
	sum := sha256.Sum256(l.said(1))
	return sum[:]
}

// said is the canonical form of what a link stands for: its members are in order.
func (l *Link) said(version int64) []byte {
	o := object{out: append(make([]byte, 0, 1024), '{')}
	o.text("about", l.About.String())
	o.text("actor", hex.EncodeToString(l.ActorHash))
	o.text("actor_id", l.ActorID)
	o.text("actor_kind", l.ActorKind)
	o.text("after", hex.EncodeToString(l.AfterHash))
	o.text("before", hex.EncodeToString(l.BeforeHash))
	o.text("chain", l.Chain.String())
	o.text("id", l.ID.String())
	o.text("kind", l.Kind)
	o.text("occurred_at", instant(l.OccurredAt))
	o.texts("paths", l.Paths)
	if version == 1 {
		o.text("prev", hex.EncodeToString(l.PrevHash))
	}
	o.number("seq", l.Seq)
	o.text("subject_id", l.SubjectID.String())
	o.text("subject_kind", l.SubjectKind)
	o.number("v", version)
	return o.end()
}

// object writes an object member by member, in the order of their names.
type object struct{ out []byte }

func (o *object) name(name string) {
	if len(o.out) > 1 {
		o.out = append(o.out, ',')
	}
	o.out = append(append(append(o.out, '"'), name...), '"', ':')
}

func (o *object) text(name, value string) {
	o.name(name)
	o.quote(value)
}

func (o *object) texts(name string, list []string) {
	o.name(name)
	o.out = append(o.out, '[')
	for i, s := range list {
		if i > 0 {
			o.out = append(o.out, ',')
		}
		o.quote(s)
	}
	o.out = append(o.out, ']')
}

func (o *object) quote(s string) {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == '"' || s[i] == '\\' || s[i] >= utf8.RuneSelf {
			raw, _ := encode(s) // strings always encode
			o.out = append(o.out, raw...)
			return
		}
	}
	o.out = append(append(append(o.out, '"'), s...), '"')
}

func (o *object) number(name string, n int64) {
	o.name(name)
	o.out = strconv.AppendInt(o.out, n, 10)
}

func (o *object) end() []byte { return append(o.out, '}') }

// placed tells whether the hash is that of the link, and whether it has a body.
func (l *Link) placed() (fits, hasBody bool) {
	if bytes.Equal(joined(l.body(), l.PrevHash), l.Hash) {
		return true, true
	}
	return bytes.Equal(l.firstDigest(), l.Hash), false
}

// instant is how a time is hashed and signed.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// fault tells what is wrong with a link by itself; "" if nothing is.
func (l *Link) fault() string {
	if fits, _ := l.placed(); !fits {
		return "the entry was changed: its hash does not fit"
	}
	return l.valuesFault()
}

// valuesFault tells whether the values are those that the link commits to.
func (l *Link) valuesFault() string {
	if l.ActorErasedBy.Valid {
		if l.Actor != nil || l.ActorSalt != nil {
			return "the actor is there, and an erasure of it is named"
		}
	} else if got, err := new(former).commit(l.ActorSalt, "actor", l.Actor); err != nil || !bytes.Equal(got, l.ActorHash) {
		return "the actor was changed, or is gone without an erasure"
	}
	if l.Salt == nil {
		if !l.ErasedBy.Valid || l.Before != nil || l.After != nil {
			return "the values are gone, and no erasure is named"
		}
		return ""
	}
	for _, v := range []struct {
		name  string
		value json.RawMessage
		hash  []byte
	}{{"before", l.Before, l.BeforeHash}, {"after", l.After, l.AfterHash}} {
		if got, err := new(former).commit(l.Salt, v.name, v.value); err != nil || !bytes.Equal(got, v.hash) {
			return "the value " + v.name + " was changed"
		}
	}
	return ""
}

// named sets what is hashed of the actor in the clear.
func (l *Link) named(a tenancy.Actor) error {
	raw, err := json.Marshal(a)
	l.Actor, l.ActorKind, l.ActorID = raw, string(a.Kind), a.ID
	return err
}
