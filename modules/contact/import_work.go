package contact

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// work is a contact that rows of a batch are about.
type work struct {
	before *Contact // nil: it is new
	after  Contact
	place  int // of the last row that changed it
}

// working is a batch in hand: what it looks up, and what becomes of it.
type working struct {
	reading

	s         *Service
	byKey     map[heldKey]*work
	byID      map[uuid.UUID]*work
	companies map[string]*Company // by their folded names; a new one has no version yet
	touched   []*work             // new or changed, in order
	failed    []outcome
	consents  []Consent
	lost      map[link]bool // what rows lead to and isn't there

	created, changed, same int // rows
}

func (s *Service) working(rd reading) *working {
	return &working{reading: rd, s: s, byKey: map[heldKey]*work{}, byID: map[uuid.UUID]*work{}, companies: map[string]*Company{}}
}

// heldKey is what one contact alone can have: an address, its id, a value of a
// unique field.
type heldKey struct {
	kind  string // KindEmail, KindPhone, "id" or "value"
	value string
	field uuid.UUID
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

// keys are what a contact holds, with the name of each for people.
func (w *working) keys(c Contact) (keys []heldKey, names []string) {
	for _, a := range c.Addresses {
		keys, names = append(keys, heldKey{kind: a.Kind, value: a.Value}), append(names, a.Kind)
	}
	for _, key := range sortedKeys(c.Custom) {
		if f := w.by.fields[key]; f.Unique && f.kept() {
			keys = append(keys, heldKey{kind: "value", value: f.typed(c.Custom[key]).text, field: f.ID})
			names = append(names, "custom."+key)
		}
	}
	return keys, names
}

// asks are the keys by which a rule finds the row's contact.
func (w *working) asks(c candidate, rule string) (out []heldKey) {
	switch rule {
	case importID:
		if c.id != uuid.Nil {
			out = append(out, heldKey{kind: importID, value: c.id.String()})
		}
	case KindEmail:
		for _, a := range c.in.Emails {
			out = append(out, heldKey{kind: KindEmail, value: a.Value})
		}
	case KindPhone:
		for _, a := range c.in.Phones {
			out = append(out, heldKey{kind: KindPhone, value: a.Value})
		}
	default:
		key := rule[len("custom."):]
		if f := w.by.fields[key]; c.in.Custom[key] != nil {
			out = append(out, heldKey{kind: "value", value: f.typed(c.in.Custom[key]).text, field: f.ID})
		}
	}
	return out
}

// look reads and locks every contact that a row of the batch is about, or that
// holds what a row says; and the companies that rows name. Imports of a
// sub-account take turns, batch by batch, so that two over the same people
// neither wait for each other nor make anybody twice.
func (w *working) look(ctx context.Context, tx pgx.Tx, batch []candidate) error {
	args, err := with(ctx, nil)
	if err != nil {
		return err
	}
	db.Later(tx, `select pg_advisory_xact_lock(hashtextextended('import/' || @sub_account::uuid::text, 0))`, args)
	var rules, values []string
	var refs []uuid.NullUUID
	want := func(k heldKey) {
		ref := known(k.field)
		if k.kind == importID {
			ref = known(uuid.MustParse(k.value))
		}
		rules, values, refs = append(rules, k.kind), append(values, k.value), append(refs, ref)
	}
	for _, c := range batch {
		if c.fault != "" {
			continue
		}
		for _, k := range w.asks(c, importID) {
			want(k)
		}
		held, _ := w.keys(c.in.on(Contact{}))
		for _, k := range held {
			want(k)
		}
	}
	if err := w.lookLinks(ctx, tx, batch); err != nil {
		return err
	}
	if err := w.lookCompanies(ctx, tx, batch); err != nil || len(rules) == 0 {
		return err
	}
	ids, err := holdersOf(ctx, tx, pgx.StrictNamedArgs{"rules": rules, "kinds": rules, "values": values, "ids": refs})
	if err != nil || len(ids) == 0 {
		return err
	}
	found, err := lockRows(ctx, tx, ids)
	for _, c := range found {
		if w.byID[c.ID] == nil {
			w.know(&work{before: &c, after: c})
		}
	}
	return err
}

func (w *working) know(one *work) {
	w.byID[one.after.ID] = one
	w.byKey[heldKey{kind: importID, value: one.after.ID.String()}] = one
	held, _ := w.keys(one.after)
	for _, k := range held {
		w.byKey[k] = one
	}
}

// become makes a known contact what it is after a row.
func (w *working) become(one *work, after Contact) {
	held, _ := w.keys(one.after)
	for _, k := range held {
		delete(w.byKey, k)
	}
	one.after = after
	w.know(one)
}

// match tries the rules in their order.
func (w *working) match(c candidate) *work {
	for _, rule := range w.settings.Match {
		for _, k := range w.asks(c, rule) {
			if found := w.byKey[k]; found != nil {
				return found
			}
		}
	}
	return nil
}

func (w *working) take(c candidate) {
	if c.fault != "" {
		w.fail(c, c.fault)
		return
	}
	match := w.match(c)
	if match != nil && w.settings.OnMatch == OnMatchSkip {
		w.same++
		return
	}
	c.in.CompanyID = w.company(c.company, c.website)
	after, err := w.made(match, c)
	if err == nil {
		err = w.led(match, after)
	}
	if err != nil {
		w.fail(c, rowWords(err))
		return
	}
	held, names := w.keys(after)
	for n, k := range held {
		if other := w.byKey[k]; other != nil && other != match {
			w.fail(c, names[n]+": Another contact has "+k.value+" already.")
			return
		}
	}
	if match != nil && equal(match.after, after) {
		w.same++
		w.agreed(c, after.ID)
		return
	}
	after.UpdatedAt = w.now
	w.agreed(c, after.ID)
	if match == nil {
		w.created++
		match = &work{after: after, place: c.place}
		w.touched = append(w.touched, match)
		w.know(match)
		return
	}
	w.changed++
	if match.place == 0 {
		after.Version++
		w.touched = append(w.touched, match)
	}
	match.place = c.place
	w.become(match, after)
}

// made is the contact after a row about it; match is nil for a new one.
func (w *working) made(match *work, c candidate) (Contact, *fault.Error) {
	row := c.in
	if match != nil {
		return w.merged(match.after, row)
	}
	if row.Source == "" {
		if row.Source = tidy(w.settings.Source); row.Source == "" {
			row.Source = "import"
		}
	}
	var f fault.Checks
	if c.id != uuid.Nil { // it was read as that of a contact that there is
		f.Merge("", row.validate(c.read))
	}
	complete(&f, w.by.fields, row.Custom)
	if bad, ok := fault.As(f.Err("import.row")); ok {
		return Contact{}, bad
	}
	return row.on(Contact{ID: newID(), Version: 1, CreatedAt: w.now, UpdatedAt: w.now}), nil
}

// merged is a contact after an upsert of what the row says: what it does not say
// stays, tags and addresses are added to those there are.
func (w *working) merged(c Contact, row CreateInput) (Contact, *fault.Error) {
	if row.Source == "" && c.Source == "" {
		row.Source = tidy(w.settings.Source)
	}
	change, _ := w.upsert(row).meet(c, row)
	want := change.apply(c)
	if err := want.validate(c.Addresses); err != nil {
		f, _ := fault.As(err)
		return c, f
	}
	return want.on(c), nil
}
