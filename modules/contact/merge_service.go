package contact

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// MergeChanged is the payload of EventMerged and EventUnmerged. About the
// survivor it has both sides; about one who was merged into it, Before alone when
// that happened and After alone when it was undone.
type MergeChanged struct {
	Changed
	MergeID    uuid.UUID   `json:"merge_id"`
	SurvivorID uuid.UUID   `json:"survivor_id"`
	FromIDs    []uuid.UUID `json:"from_ids"`
}

// Merge makes several contacts one, which keeps all that the others had; theirs
// read as not found from then on, with Meta "merged_into". Errors: NotFound;
// Stale with Meta "contact" and "version"; Invalid at "from", "fields" or
// "versions".
func (s *Service) Merge(ctx context.Context, in MergeInput) (c Contact, m Merge, err error) {
	if err := in.Validate(); err != nil {
		return Contact{}, Merge{}, err
	}
	err = s.byFields(ctx, func(by *catalogue) error {
		return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			c, m, err = s.merge(ctx, tx, in, by)
			return err
		})
	})
	if err != nil {
		return Contact{}, Merge{}, err
	}
	return c, m, nil
}

func (s *Service) merge(ctx context.Context, tx pgx.Tx, in MergeInput, by *catalogue) (Contact, Merge, error) {
	before, others, err := in.lock(ctx, tx)
	if err != nil {
		return Contact{}, Merge{}, err
	}
	opted, err := s.closed(ctx, tx, append([]Contact{before}, others...))
	if err != nil {
		return Contact{}, Merge{}, err
	}
	after, err := in.join(before, others, opted)
	if err != nil {
		return Contact{}, Merge{}, err
	}
	now := s.now()
	after.Version, after.UpdatedAt = before.Version+1, now
	m := Merge{
		ID: newID(), SurvivorID: in.ID, FromIDs: in.From, State: MergeDone, Author: author(ctx), CreatedAt: now, UndoUntil: now.AddDate(0, 0, UndoDays),
	}
	if err := writeValues(ctx, tx); err != nil {
		return Contact{}, Merge{}, err
	}
	if err := tombstones(ctx, tx, in.From, now); err != nil {
		return Contact{}, Merge{}, err
	}
	if err := keepMerge(ctx, tx, m, before, after); err != nil {
		return Contact{}, Merge{}, err
	}
	if err := errors.Join(inheritDistinct(ctx, tx, m), unmatch(ctx, tx, in.From), moveRecords(ctx, tx, m)); err != nil {
		return Contact{}, Merge{}, err
	}
	if err := updateUnlessDuplicate(ctx, tx, before, after, by); err != nil {
		return Contact{}, Merge{}, err
	}
	for _, a := range s.Attachments {
		if err := a.Rehome(ctx, tx, m.ID, in.ID, in.From); err != nil {
			return Contact{}, Merge{}, err
		}
	}
	told := []events.New{m.event(EventMerged, in.ID, snapshot(before), snapshot(after))}
	for _, c := range others {
		told = append(told, m.event(EventMerged, c.ID, snapshot(c), nil))
	}
	return after, m, s.Events.PublishMany(ctx, tx, told)
}

func (m Merge) event(kind string, subject uuid.UUID, before, after *Snapshot) events.New {
	return events.New{Kind: kind, SubjectKind: Subject, SubjectID: subject, Payload: MergeChanged{
		Changed: Changed{Before: before, After: after}, MergeID: m.ID, SurvivorID: m.SurvivorID, FromIDs: m.FromIDs,
	}}
}

// lock reads the contacts in the versions that the caller saw, and keeps others
// from changing them.
func (in MergeInput) lock(ctx context.Context, tx pgx.Tx) (survivor Contact, others []Contact, err error) {
	found, err := lockMany(ctx, tx, in.all())
	if err != nil {
		return Contact{}, nil, err
	}
	var f fault.Checks
	for i, id := range in.all() {
		at := slices.IndexFunc(found, func(c Contact) bool { return c.ID == id })
		switch {
		case at < 0 && i == 0:
			_, err := one(ctx, tx, `id = @value and deleted_at is null`, id)
			return Contact{}, nil, err
		case at < 0:
			f.Check(false, fmt.Sprintf("from[%d]", i-1), "There is no such contact here.")
			continue
		case i == 0:
			survivor = found[at]
		default:
			others = append(others, found[at])
		}
		if want := in.wanted(id); want != 0 && want != found[at].Version {
			return Contact{}, nil, errStale.With("contact", id, "version", found[at].Version)
		}
	}
	return survivor, others, f.Err("merge.invalid")
}

func (in MergeInput) wanted(id uuid.UUID) int64 {
	if id == in.ID {
		return in.Version
	}
	return in.Versions[id]
}

// closed are the channels over which one of the contacts' addresses has opted
// out, as long as there is another address of the kind that has not.
func (s *Service) closed(ctx context.Context, tx pgx.Tx, list []Contact) (out []string, err error) {
	var all Addresses
	for _, c := range list {
		all = append(all, c.Addresses...)
	}
	if len(all) == 0 {
		return nil, nil
	}
	values := make([]string, 0, len(all))
	for _, a := range all {
		values = append(values, a.Value)
	}
	said, err := s.OptOuts.Closed(ctx, tx, values)
	if err != nil {
		return nil, err
	}
	for _, channel := range Channels() {
		kind := channelKind(channel)
		shut, open := false, false
		for _, a := range all.Of(kind) {
			if slices.Contains(said[a.Value], channel) {
				shut = true
			} else {
				open = true
			}
		}
		if shut && open {
			out = append(out, channel)
		}
	}
	return out, nil
}

// channelKind is the kind of address by which a channel reaches somebody.
func channelKind(channel string) string {
	if channel == "email" {
		return KindEmail
	}
	return KindPhone
}

// Merges reads a page of the merges into contacts in reach, the newest first.
// survivor, unless Nil, asks for that contact's alone. Errors: Invalid at "limit"
// or "cursor".
func (s *Service) Merges(ctx context.Context, survivor uuid.NullUUID, cursor string, limit int) (out PageOf[Merge], err error) {
	var f fault.Checks
	scope := "merges/" + survivor.UUID.String()
	most, after := paged(&f, limit, cursor, scope)
	if err := f.Err("merge.invalid"); err != nil {
		return out, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		rows, err := merges(ctx, tx, survivor, after, most+1)
		if err != nil {
			return err
		}
		now := s.now()
		for i := range rows {
			rows[i] = rows[i].at(now)
		}
		out, err = pageOf(rows, most, scope, func(m Merge) place { return place{At: m.CreatedAt, ID: m.ID} })
		return err
	})
	return out, err
}

// at is the merge as it is at a time: the job that lets go of one comes later.
func (m Merge) at(now time.Time) Merge {
	if m.State == MergeDone && !now.Before(m.UndoUntil) {
		m.State = MergeExpired
	}
	return m
}
