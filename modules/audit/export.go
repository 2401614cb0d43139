package audit

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// EventExported is published when somebody takes entries out.
const EventExported = "audit.exported"

// Export is a file that is about to be written: the part of a chain from the last
// checkpoint before the first entry that was asked for to the first one behind the
// last.
type Export struct {
	service *Service
	shelf   shelf
	private ed25519.PrivateKey
	head    headerLine
	signed  []Checkpoint
}

// span is the part of a chain that holds what is asked for.
type span struct{ First, Last int64 }

// exported is an entry, and whether it was asked for.
type exported struct {
	Link
	Wanted bool
}

// shelf is where a chain's entries are.
type shelf interface {
	checkpoints(ctx context.Context) ([]Checkpoint, error)
	// span looks for what is wanted up to a place; zero if there is nothing.
	span(ctx context.Context, upto int64) (span, error)
	// page reads entries after a place, in their order.
	page(ctx context.Context, after int64, most int) ([]exported, error)
}

// Export prepares a file of the sub-account's entries that the query asks for. It
// signs the chain first, so that a checkpoint vouches for every entry, and is
// itself recorded. Errors: Unavailable without the keys that sign.
func (s *Service) Export(ctx context.Context, q Query) (*Export, error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context, uuid.UUID) error{s.chainOld, s.Checkpoint} {
		if err := step(ctx, tenant.SubAccount); err != nil {
			return nil, err
		}
	}
	filter := q.exportFilter(uuid.Nil)
	err = s.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		return s.events.Publish(ctx, tx, events.New{
			Kind: EventExported, SubjectKind: "sub_account", SubjectID: tenant.SubAccount, Payload: events.Change{After: map[string]any{"filter": filter}},
		})
	})
	if err != nil {
		return nil, err
	}
	return s.export(ctx, tenant.SubAccount, filter, tenantShelf{s, tenant.SubAccount, q})
}

// ExportControl is Export for an agency's administration, or for what of it is
// about one of its sub-accounts.
func (s *Service) ExportControl(ctx context.Context, scope tenancy.Tenant, q Query) (*Export, error) {
	filter := q.exportFilter(scope.SubAccount)
	if err := s.checkpointControl(ctx, scope.Agency); err != nil {
		return nil, err
	}
	err := s.control.InTx(ctx, func(tx pgx.Tx) error {
		return s.Record(ctx, tx, tenancy.Tenant{Agency: scope.Agency}, EventExported, scope.Agency, map[string]any{"filter": filter})
	})
	if err != nil {
		return nil, err
	}
	return s.export(ctx, scope.Agency, filter, controlShelf{s, scope, q})
}

func (s *Service) export(ctx context.Context, chain uuid.UUID, filter ExportFilter, from shelf) (*Export, error) {
	private, err := s.signer(ctx)
	if err != nil {
		return nil, err
	}
	e := &Export{
		service: s, shelf: from, private: private,
		head: headerLine{Type: lineHeader, V: 1, Chain: chain, Filter: filter, At: s.now().UTC()},
	}
	signed, err := from.checkpoints(ctx)
	if err != nil || len(signed) == 0 {
		return e, err
	}
	upto := signed[len(signed)-1].Seq
	found, err := from.span(ctx, upto)
	if err != nil {
		return nil, err
	}
	if filter == (ExportFilter{}) {
		found.Last = upto // all of it, to its end
	}
	e.bound(signed, found)
	return e, nil
}

// bound takes the checkpoints around what was found.
func (e *Export) bound(signed []Checkpoint, found span) {
	if found.First == 0 {
		return
	}
	e.head.Upto = found.Last
	for i := len(signed) - 1; i >= 0 && signed[i].Seq >= found.Last; i-- {
		e.head.Upto = signed[i].Seq
	}
	for _, c := range signed {
		if c.Seq < found.First {
			e.head.After = c.Seq
		}
	}
	for _, c := range signed {
		if c.Seq > 0 && c.Seq >= e.head.After && c.Seq <= e.head.Upto {
			e.signed = append(e.signed, c)
		}
	}
}

// Write writes the file, page by page. What fails half-way has no seal, and so
// is no export.
func (e *Export) Write(ctx context.Context, w io.Writer) error {
	f := &fileWriter{w: w, digest: sha256.New()}
	f.line(e.head)
	for _, c := range e.signed {
		f.line(checkpointLine{Type: lineCheckpoint, Seq: c.Seq, Hash: c.Hash, Kind: c.Kind, Key: c.KeyID, Signature: c.Signature, At: c.CreatedAt.UTC()})
	}
	for at := e.head.After; f.err == nil && at < e.head.Upto; {
		page, err := e.shelf.page(ctx, at, chainBatch)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return fmt.Errorf("audit: the entries after %d are gone", at)
		}
		for _, l := range page {
			if l.Seq > e.head.Upto {
				at = l.Seq
				break
			}
			if l.Seq != at+1 {
				return fmt.Errorf("audit: entry %d is gone", at+1)
			}
			f.entry(l)
			at = l.Seq
		}
	}
	f.flush()
	seal := sealLine{Type: lineSeal, Entries: f.entries, Omitted: f.omitted, SHA256: f.digest.Sum(nil), At: e.service.now().UTC()}
	if err := seal.sign(e.head.Chain, e.private); err != nil {
		return err
	}
	f.line(seal)
	return f.err
}

// fileWriter writes lines; what was left out in a row is one line.
type fileWriter struct {
	w       io.Writer
	digest  hash.Hash
	out     omittedLine
	entries int
	omitted int
	err     error
}

func (f *fileWriter) line(v any) {
	if f.err != nil {
		return
	}
	raw, err := encode(v)
	if err != nil {
		f.err = err
		return
	}
	raw = append(raw, '\n')
	_, _ = f.digest.Write(raw)
	_, f.err = f.w.Write(raw)
}

func (f *fileWriter) entry(e exported) {
	if e.Wanted {
		f.flush()
		f.entries++
		f.line(lineOf(lineEntry, e.Link))
		return
	}
	f.omitted++
	if _, has := e.placed(); !has {
		f.flush()
		f.line(lineOf(lineWithheld, e.Link))
		return
	}
	if len(f.out.Bodies) == 0 {
		f.out.Seq = e.Seq
	}
	if f.out.Bodies = append(f.out.Bodies, e.body()); len(f.out.Bodies) == chainBatch {
		f.flush()
	}
}

func (f *fileWriter) flush() {
	if len(f.out.Bodies) > 0 {
		f.out.Type = lineOmitted
		f.line(f.out)
		f.out.Bodies = f.out.Bodies[:0]
	}
}

func (q Query) exportFilter(about uuid.UUID) ExportFilter {
	f := ExportFilter{SubjectKind: q.SubjectKind, Action: q.Action, Actor: q.ActorID, ActorKind: q.ActorKind, Field: q.Field}
	if q.Subject != uuid.Nil {
		f.Subject = q.Subject.String()
	}
	if about != uuid.Nil {
		f.SubAccount = about.String()
	}
	moment := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		t = t.UTC()
		return &t
	}
	f.From, f.To = moment(q.From), moment(q.To)
	return f
}
