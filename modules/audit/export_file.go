package audit

import (
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// An export is JSON lines: a header, the checkpoints, the entries in the chain's
// order with those between that it leaves out, and a seal. docs/modules/audit.md
// describes each line for whoever writes a verifier of their own.

// The types of lines.
const (
	lineHeader     = "omnicrm.audit.export"
	lineCheckpoint = "checkpoint"
	lineEntry      = "entry"
	lineOmitted    = "omitted"
	lineWithheld   = "withheld"
	lineSeal       = "seal"
)

// ExportFilter is what was asked for; nothing in it is everything.
type ExportFilter struct {
	Subject     string     `json:"subject,omitempty"`
	SubjectKind string     `json:"subject_kind,omitempty"`
	Action      string     `json:"action,omitempty"`
	Actor       string     `json:"actor,omitempty"`
	ActorKind   string     `json:"actor_kind,omitempty"`
	Field       string     `json:"field,omitempty"`
	From        *time.Time `json:"from,omitempty"`
	To          *time.Time `json:"to,omitempty"`
	SubAccount  string     `json:"sub_account,omitempty"` // of an agency's chain: only what is about it
}

type headerLine struct {
	Type   string       `json:"type"`
	V      int          `json:"v"`
	Chain  uuid.UUID    `json:"chain"`
	After  int64        `json:"after"` // the place behind which it begins; 0, or that of a checkpoint
	Upto   int64        `json:"upto"`  // the last place that it reaches
	Filter ExportFilter `json:"filter"`
	At     time.Time    `json:"at"`
}

type checkpointLine struct {
	Type      string    `json:"type"`
	Seq       int64     `json:"seq"`
	Hash      hexBytes  `json:"hash"`
	Kind      string    `json:"kind"`
	Key       string    `json:"key"`
	Signature []byte    `json:"signature"`
	At        time.Time `json:"at"`
}

// omittedLine has the hashes of the bodies of consecutive entries.
type omittedLine struct {
	Type   string     `json:"type"`
	Seq    int64      `json:"seq"` // of the first
	Bodies []hexBytes `json:"bodies"`
}

// linkLine is an entry, or one from before entries had bodies without its values.
type linkLine struct {
	Type        string          `json:"type"`
	Seq         int64           `json:"seq"`
	ID          uuid.UUID       `json:"id"`
	Kind        string          `json:"kind"`
	SubjectKind string          `json:"subject_kind"`
	SubjectID   uuid.UUID       `json:"subject_id"`
	About       uuid.UUID       `json:"about"`
	Paths       []string        `json:"paths"`
	OccurredAt  time.Time       `json:"occurred_at"`
	ActorKind   string          `json:"actor_kind"`
	ActorID     string          `json:"actor_id"`
	Actor       json.RawMessage `json:"actor,omitempty"`
	ActorSalt   hexBytes        `json:"actor_salt,omitempty"`
	ActorHash   hexBytes        `json:"actor_hash"`
	Before      json.RawMessage `json:"before,omitempty"`
	After       json.RawMessage `json:"after,omitempty"`
	Salt        hexBytes        `json:"salt,omitempty"`
	BeforeHash  hexBytes        `json:"before_hash,omitempty"`
	AfterHash   hexBytes        `json:"after_hash,omitempty"`
	ErasedBy    uuid.NullUUID   `json:"erased_by"`
	ActorBy     uuid.NullUUID   `json:"actor_erased_by,omitzero"`
	Prev        hexBytes        `json:"prev"`
	Hash        hexBytes        `json:"hash"`
}

// sealLine signs all that stands before it.
type sealLine struct {
	Type      string    `json:"type"`
	Entries   int       `json:"entries"`
	Omitted   int       `json:"omitted"`
	SHA256    hexBytes  `json:"sha256"` // of the bytes of all lines before it
	Key       string    `json:"key"`
	Signature []byte    `json:"signature"`
	At        time.Time `json:"at"`
}

func (l sealLine) statement(chain uuid.UUID) ([]byte, error) {
	return encode(map[string]any{
		"v": 1, "type": lineHeader, "chain": chain, "entries": l.Entries, "omitted": l.Omitted, "sha256": hex.EncodeToString(l.SHA256),
		"key": l.Key, "at": instant(l.At),
	})
}

func (l *sealLine) sign(chain uuid.UUID, private ed25519.PrivateKey) error {
	public, _ := private.Public().(ed25519.PublicKey)
	l.Key = keyID(public)
	said, err := l.statement(chain)
	l.Signature = ed25519.Sign(private, said)
	return err
}

func (l sealLine) fault(chain uuid.UUID, keys Trusted) string {
	public, known := keys[l.Key]
	if !known || len(public) != ed25519.PublicKeySize {
		return "it is sealed with a key that is not known: " + l.Key
	}
	if said, err := l.statement(chain); err != nil || !ed25519.Verify(public, said, l.Signature) {
		return "the seal's signature is false"
	}
	return ""
}

func lineOf(kind string, l Link) linkLine {
	out := linkLine{
		Type: kind, Seq: l.Seq, ID: l.ID, Kind: l.Kind, SubjectKind: l.SubjectKind, SubjectID: l.SubjectID, About: l.About,
		Paths: append([]string{}, l.Paths...), OccurredAt: l.OccurredAt.UTC(), ActorKind: l.ActorKind, ActorID: l.ActorID, ActorHash: l.ActorHash,
		BeforeHash: l.BeforeHash, AfterHash: l.AfterHash, ErasedBy: l.ErasedBy, ActorBy: l.ActorErasedBy,
		Prev: l.PrevHash, Hash: l.Hash,
	}
	if kind == lineEntry {
		out.Actor, out.ActorSalt, out.Before, out.After, out.Salt = l.Actor, l.ActorSalt, l.Before, l.After, l.Salt
	}
	return out
}

func (l linkLine) link(chain uuid.UUID) Link {
	return Link{
		Chain: chain, Seq: l.Seq, ID: l.ID, Kind: l.Kind, SubjectKind: l.SubjectKind, SubjectID: l.SubjectID, About: l.About, Paths: l.Paths,
		OccurredAt: l.OccurredAt, Actor: l.Actor, ActorKind: l.ActorKind, ActorID: l.ActorID, ActorSalt: l.ActorSalt, ActorHash: l.ActorHash,
		Before: l.Before, After: l.After, Salt: l.Salt, BeforeHash: l.BeforeHash, AfterHash: l.AfterHash, ErasedBy: l.ErasedBy,
		ActorErasedBy: l.ActorBy, PrevHash: l.Prev, Hash: l.Hash,
	}
}

func (l checkpointLine) checkpoint() Checkpoint {
	return Checkpoint{Seq: l.Seq, Hash: l.Hash, Kind: l.Kind, KeyID: l.Key, Signature: l.Signature, CreatedAt: l.At}
}

// hexBytes are bytes that are written in hex.
type hexBytes []byte

// MarshalText writes them in hex.
func (b hexBytes) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(b)), nil }

// UnmarshalText reads them from hex.
func (b *hexBytes) UnmarshalText(text []byte) (err error) {
	*b, err = hex.DecodeString(string(text))
	if len(*b) == 0 {
		*b = nil
	}
	return err
}
