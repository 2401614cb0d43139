package audit

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/google/uuid"
)

// Exported sums up an export that holds.
type Exported struct {
	Verified
	Chain    uuid.UUID
	Filter   ExportFilter
	At       time.Time
	SignedBy string // the key of the seal
	Hash     []byte // what the last checkpoint in the file says: compare it with one that you kept
}

// maxLine bounds a line in memory: far above what an entry may hold.
const maxLine = 64 << 20

// fileReader reads an export's lines.
type fileReader struct {
	in     *bufio.Reader
	digest hash.Hash
	line   int
	out    Exported
	head   headerLine
	v      *Verifier
	signed []Checkpoint
	keys   Trusted
}

// VerifyFile checks an export by itself, against the keys alone: that each entry
// is what was signed, in its order, between checkpoints whose signatures fit, and
// that the file is whole. Errors: *Broken, or an error that names the line.
func VerifyFile(in io.Reader, keys Trusted) (Exported, error) {
	r := &fileReader{in: bufio.NewReaderSize(in, 1<<20), digest: sha256.New(), keys: keys}
	for {
		raw, err := r.next()
		if errors.Is(err, io.EOF) {
			return r.out, errors.New("the file ends without a seal: its end was cut off")
		}
		if err != nil {
			return r.out, err
		}
		sealed, err := r.take(raw)
		var broken *Broken
		switch {
		case errors.As(err, &broken):
			return r.out, err
		case err != nil:
			return r.out, fmt.Errorf("line %d: %w", r.line, err)
		case sealed:
			if _, err := r.in.ReadByte(); !errors.Is(err, io.EOF) {
				return r.out, fmt.Errorf("line %d: something stands behind the seal", r.line+1)
			}
			return r.out, nil
		}
		_, _ = r.digest.Write(raw)
	}
}

// next reads a line with its end.
func (r *fileReader) next() ([]byte, error) {
	r.line++
	var out []byte
	for {
		part, err := r.in.ReadSlice('\n')
		out = append(out, part...)
		switch {
		case len(out) > maxLine:
			return nil, fmt.Errorf("line %d is longer than any line of an export", r.line)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(out) > 0:
			return nil, fmt.Errorf("line %d breaks off: the file's end was cut off", r.line)
		}
		return out, err
	}
}

func (r *fileReader) take(raw []byte) (sealed bool, err error) {
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(raw, &kind); err != nil {
		return false, errors.New("it is not a line of JSON")
	}
	if (r.line == 1) != (kind.Type == lineHeader) {
		return false, errors.New("the file is not an export, or lines of another were put into it")
	}
	if kind.Type != lineHeader && kind.Type != lineCheckpoint && r.v == nil {
		if r.v, err = NewVerifier(r.head.Chain, r.keys, r.signed); err == nil {
			err = r.v.begin(r.head.After)
		}
		if err != nil {
			return false, err
		}
	}
	switch kind.Type {
	case lineHeader:
		return false, r.takeHeader(raw)
	case lineCheckpoint:
		return false, r.takeCheckpoint(raw)
	case lineEntry, lineWithheld:
		return false, r.takeLink(raw)
	case lineOmitted:
		return false, r.takeOmitted(raw)
	case lineSeal:
		return true, r.takeSeal(raw)
	}
	return false, fmt.Errorf("lines of the type %q are not known", kind.Type)
}

func (r *fileReader) takeHeader(raw []byte) error {
	if err := strictly(raw, &r.head); err != nil {
		return err
	}
	if r.head.V != 1 {
		return fmt.Errorf("version %d of the format is not known", r.head.V)
	}
	r.out.Chain, r.out.Filter, r.out.At = r.head.Chain, r.head.Filter, r.head.At
	return nil
}

func (r *fileReader) takeCheckpoint(raw []byte) error {
	var l checkpointLine
	if err := strictly(raw, &l); err != nil {
		return err
	}
	if r.v != nil {
		return errors.New("a checkpoint stands among the entries")
	}
	r.signed = append(r.signed, l.checkpoint())
	return nil
}

func (r *fileReader) takeLink(raw []byte) error {
	var l linkLine
	if err := strictly(raw, &l); err != nil {
		return err
	}
	if l.Type == lineWithheld {
		return r.v.takeWithheld(l.link(r.head.Chain))
	}
	if l.Actor == nil && !l.ActorBy.Valid {
		return &Broken{l.Seq, "the actor is missing"}
	}
	return r.v.Take(l.link(r.head.Chain))
}

func (r *fileReader) takeOmitted(raw []byte) error {
	var l omittedLine
	if err := strictly(raw, &l); err != nil {
		return err
	}
	if l.Seq != r.v.last.Seq+1 {
		return &Broken{r.v.last.Seq + 1, fmt.Sprintf("entry %d is followed by %d", r.v.last.Seq, l.Seq)}
	}
	for _, body := range l.Bodies {
		if err := r.v.takeBody(body); err != nil {
			return err
		}
	}
	return nil
}

// takeSeal checks the chain first, as that tells where something is wrong.
func (r *fileReader) takeSeal(raw []byte) (err error) {
	var l sealLine
	if err := strictly(raw, &l); err != nil {
		return err
	}
	if r.out.Verified, err = r.v.endPart(); err != nil {
		return err
	}
	if r.v.last.Seq != r.head.Upto {
		return &Broken{r.v.last.Seq + 1, fmt.Sprintf("the file says that it reaches entry %d", r.head.Upto)}
	}
	if why := l.fault(r.head.Chain, r.keys); why != "" {
		return errors.New(why)
	}
	if l.Entries != r.out.Entries || l.Omitted != r.out.Omitted {
		return fmt.Errorf("the seal is of %d entries and %d omitted ones, not of %d and %d", l.Entries, l.Omitted, r.out.Entries, r.out.Omitted)
	}
	if !bytes.Equal(l.SHA256, r.digest.Sum(nil)) {
		return errors.New("the file is not the one that was sealed")
	}
	r.out.SignedBy = l.Key
	for _, c := range r.signed {
		if c.Seq == r.out.Signed {
			r.out.Hash = c.Hash
		}
	}
	return nil
}

// strictly refuses members that nobody checks.
func strictly(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("it is not what an export has there: %w", err)
	}
	return nil
}
