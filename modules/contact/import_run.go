package contact

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
)

const (
	importBatch = 1000             // rows a transaction
	importSlice = 45 * time.Second // of work, before others get a turn
)

// errMoved: somebody else has worked on the import meanwhile.
var errMoved = errors.New("contact: the import is at another row")

// RunImport works on an import until it is over, paused, or its slice of time is
// used up: then the job comes again at once. It is the handler of ImportJob. How
// far it has come commits with the rows themselves, so whatever kills it, no row
// is taken twice and none is left out.
func (s *Service) RunImport(ctx context.Context, id uuid.UUID) error {
	until := s.Clock.Now().Add(importSlice)
	for {
		i, err := s.GetImport(ctx, id)
		if err != nil {
			return err
		}
		switch i.State {
		case ImportRunning:
			err = s.importRows(ctx, i, until)
		case ImportUndoing:
			err = s.undoRows(ctx, i, until)
		default:
			return nil
		}
		if !errors.Is(err, errMoved) {
			return err
		}
	}
}

// importRows takes in rows from where the import stands.
func (s *Service) importRows(ctx context.Context, i Import, until time.Time) error {
	country, err := s.Regions.Country(ctx)
	if err != nil {
		return err
	}
	table, err := s.openImport(ctx, i)
	if err != nil {
		return err
	}
	for range i.Done {
		if _, err := table.next(); err != nil {
			return err
		}
	}
	now := s.now()
	for at := i.Done; ; {
		if !s.Clock.Now().Before(until) {
			return queue.Snooze(0)
		}
		batch := make([]candidate, 0, importBatch)
		over := false
		for len(batch) < importBatch {
			r, err := table.next()
			if over = errors.Is(err, io.EOF); over {
				break
			}
			if err != nil {
				return err
			}
			batch = append(batch, i.Settings.candidate(at+len(batch)+1, r, len(i.Columns), country, now))
		}
		running, err := s.takeBatch(ctx, i, at, batch, over)
		if err != nil || !running {
			return err
		}
		at += len(batch)
		if err := queue.Report(ctx, s.Tenants, queue.Progress{Done: int64(at), Total: int64(i.Total)}); err != nil {
			return err
		}
	}
}

// takeBatch commits a batch with how far the import has come. An address that
// somebody else took between the look and the write is looked for again.
func (s *Service) takeBatch(ctx context.Context, i Import, at int, batch []candidate, over bool) (running bool, err error) {
	for range 5 {
		err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			running, err = s.takeRows(ctx, tx, i.ID, at, batch, over)
			return err
		})
		if broken := db.Constraint(err); broken != addressKey && broken != emailKey && broken != phoneKey {
			return running, err
		}
	}
	return false, err
}

func (s *Service) takeRows(ctx context.Context, tx pgx.Tx, id uuid.UUID, at int, batch []candidate, over bool) (bool, error) {
	i, err := lockImport(ctx, tx, id)
	switch {
	case err != nil:
		return false, err
	case i.State != ImportRunning:
		return false, nil
	case i.Done != at:
		return false, errMoved
	}
	before := i
	w := working{s: s, settings: i.Settings, now: s.now(), byAddress: map[string]*work{}, byID: map[uuid.UUID]*work{}}
	if err := w.look(ctx, tx, batch); err != nil {
		return false, err
	}
	for _, c := range batch {
		w.take(c)
	}
	if err := w.save(ctx, tx, &i); err != nil {
		return false, err
	}
	i.Done = at + len(batch)
	if over {
		i.State = ImportDone
	}
	if err := s.saveImport(ctx, tx, before, i); err != nil {
		return false, err
	}
	if over {
		return false, queue.Complete(ctx, tx)
	}
	return true, nil
}

// work is a contact that rows of a batch are about.
type work struct {
	before *Contact // nil: it is new
	after  Contact
	place  int // of the last row that changed it
}

// working is a batch in hand: what it looks up, and what becomes of it.
type working struct {
	s         *Service
	settings  ImportSettings
	now       time.Time
	byAddress map[string]*work // by kind and value
	byID      map[uuid.UUID]*work
	touched   []*work // new or changed, in order
	outcomes  []outcome
	consents  []Consent
	same      int
}

// outcome is what became of a row.
type outcome struct {
	Place     int
	Outcome   string
	ContactID uuid.UUID
	Before    *Contact
	Version   int64
	Cells     []string
	Error     string
}

// look reads and locks every contact that has an address of the batch.
func (w *working) look(ctx context.Context, tx pgx.Tx, batch []candidate) error {
	var kinds, values []string
	for _, c := range batch {
		for _, a := range c.addresses() {
			kinds, values = append(kinds, a.Kind), append(values, a.Value)
		}
	}
	ids, err := holdersOf(ctx, tx, kinds, values)
	if err != nil || len(ids) == 0 {
		return err
	}
	found, err := lockMany(ctx, tx, ids)
	for _, c := range found {
		w.know(&work{before: &c, after: c})
	}
	return err
}

func (w *working) know(one *work) {
	w.byID[one.after.ID] = one
	for _, a := range one.after.Addresses {
		w.byAddress[a.Kind+a.Value] = one
	}
}

func (c candidate) addresses() (out Addresses) {
	for _, p := range c.in.Emails {
		out = append(out, Address{Kind: KindEmail, Value: p.Value})
	}
	for _, p := range c.in.Phones {
		out = append(out, Address{Kind: KindPhone, Value: p.Value})
	}
	return out
}

func (w *working) take(c candidate) {
	if c.fault != "" {
		w.fail(c, c.fault)
		return
	}
	match := w.match(c)
	for _, a := range c.addresses() {
		if other := w.byAddress[a.Kind+a.Value]; other != nil && other != match {
			w.fail(c, a.Kind+": Another contact has "+a.Value+" already.")
			return
		}
	}
	if match == nil {
		fresh := Contact{ID: newID(), Version: 1, CreatedAt: w.now, UpdatedAt: w.now}
		if c.in.Source == "" {
			c.in.Source = "import"
		}
		match = &work{after: c.in.on(fresh), place: c.place}
		w.touched = append(w.touched, match)
		w.know(match)
		w.agree(c, match)
		return
	}
	after, err := w.merged(match.after, c.in)
	if err != nil {
		w.fail(c, words(err))
		return
	}
	w.agree(c, match)
	if equal(match.after, after) {
		w.same++
		return
	}
	if match.place == 0 {
		after.Version++
		w.touched = append(w.touched, match)
	}
	match.after, match.place = after, c.place
	match.after.UpdatedAt = w.now
	w.know(match)
}

func (w *working) agree(c candidate, with *work) {
	for _, consent := range c.consents {
		consent.ContactID = with.after.ID
		w.consents = append(w.consents, consent)
	}
}

func (w *working) fail(c candidate, why string) {
	w.outcomes = append(w.outcomes, outcome{Place: c.place, Outcome: "failed", Cells: c.cells, Error: why})
}

// match tries the keys of the rule in their order.
func (w *working) match(c candidate) *work {
	for _, kind := range w.settings.Match {
		for _, a := range c.addresses() {
			if found := w.byAddress[a.Kind+a.Value]; a.Kind == kind && found != nil {
				return found
			}
		}
	}
	return nil
}

// merged is a contact after a row about it: what the row does not say stays,
// tags and addresses are added to those there are.
func (w *working) merged(c Contact, row CreateInput) (Contact, *fault.Error) {
	if w.settings.OnMatch == OnMatchSkip {
		return c, nil
	}
	in := c.input()
	for _, f := range []struct{ to, from *string }{
		{&in.FirstName, &row.FirstName},
		{&in.LastName, &row.LastName},
		{&in.Source, &row.Source},
		{&in.JobTitle, &row.JobTitle},
		{&in.Street, &row.Street},
		{&in.City, &row.City},
		{&in.Region, &row.Region},
		{&in.PostalCode, &row.PostalCode},
		{&in.Country, &row.Country},
		{&in.Timezone, &row.Timezone},
		{&in.Birthday, &row.Birthday},
	} {
		if *f.from != "" && (*f.to == "" || w.settings.OnMatch == OnMatchUpdate) {
			*f.to = *f.from
		}
	}
	in.Tags = lowered(append(slices.Clone(c.Tags), row.Tags...))
	in.DND = lowered(append(slices.Clone(c.DND), row.DND...))
	in.Emails, in.Email = joined(c.Addresses, KindEmail, row.Emails), c.Email
	in.Phones, in.Phone = joined(c.Addresses, KindPhone, row.Phones), c.Phone
	if err := in.validate(c.Addresses); err != nil {
		f, _ := fault.As(err)
		return c, f
	}
	return in.on(c), nil
}

// joined is the addresses that there are, and those that are new.
func joined(all Addresses, kind string, more []AddressInput) (out []AddressInput) {
	mine := all.Of(kind)
	for _, a := range mine {
		out = append(out, AddressInput{Value: a.Value, Label: a.Label})
	}
	for _, a := range more {
		if !mine.Has(kind, a.Value) {
			out = append(out, a)
		}
	}
	return out
}

// save writes the batch.
func (w *working) save(ctx context.Context, tx pgx.Tx, i *Import) error {
	list := make([]changed, 0, len(w.touched))
	for _, one := range w.touched {
		list = append(list, changed{one.before, one.after})
		o := outcome{Place: one.place, Outcome: "changed", ContactID: one.after.ID, Before: one.before, Version: one.after.Version}
		if one.before == nil {
			o.Outcome = "created"
			i.Created++
		} else {
			i.Changed++
		}
		w.outcomes = append(w.outcomes, o)
	}
	i.Failed += len(w.outcomes) - len(w.touched)
	i.Unchanged += w.same
	if len(list) > 0 {
		if err := w.s.saveMany(ctx, tx, list, nil); err != nil {
			return err
		}
	}
	if len(w.consents) > 0 && w.s.Consents != nil {
		if err := w.s.Consents.KeepConsents(ctx, tx, w.consents); err != nil {
			return err
		}
	}
	return insertOutcomes(ctx, tx, i.ID, w.outcomes)
}
