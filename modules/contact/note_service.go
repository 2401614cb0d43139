package contact

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
)

var (
	errNoNote    = fault.New(fault.NotFound, "note.not_found", "There is no such note here.")
	errStaleNote = fault.New(fault.Stale, "note.stale", "Somebody changed this note meanwhile. Look at it again before you save.")
)

// CreateNote writes a note about a contact or a company. Errors: Invalid with
// every field at fault; NotFound where there is no such target.
func (s *Service) CreateNote(ctx context.Context, of Target, in NoteInput) (Note, error) {
	n, err := s.checkNote(ctx, in, Note{Target: of})
	if err != nil {
		return Note{}, err
	}
	now := s.now()
	n.ID, n.Version, n.CreatedAt, n.UpdatedAt, n.Author = uuid.Must(uuid.NewV7()), 1, now, now, author(ctx)
	n.Author.IP = ""
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := lockTarget(ctx, tx, of); err != nil {
			return err
		}
		if err := insertNote(ctx, tx, n); err != nil {
			return err
		}
		return s.toldOfNote(ctx, tx, EventNoteCreated, nil, &n)
	})
	return n, err
}

// GetNote reads a note; NotFound if there is none, or its contact is gone.
func (s *Service) GetNote(ctx context.Context, id uuid.UUID) (n Note, err error) {
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		n, err = note(ctx, tx, id, "")
		return err
	})
	return n, err
}

// UpdateNote changes what the input holds. version is as in UpdateCompany.
// Errors: those of CreateNote; Stale with Meta "version".
func (s *Service) UpdateNote(ctx context.Context, id uuid.UUID, version int64, in NoteInput) (after Note, err error) {
	err = lastWins(version, func() error {
		after, err = s.editNote(ctx, id, version, in)
		return err
	})
	return after, err
}

func (s *Service) editNote(ctx context.Context, id uuid.UUID, version int64, in NoteInput) (after Note, err error) {
	before, err := s.GetNote(ctx, id)
	if err != nil {
		return Note{}, err
	}
	want, err := s.checkNote(ctx, in, before)
	if err != nil {
		return Note{}, err
	}
	if version != 0 && version != before.Version {
		return Note{}, errStaleNote.With("version", before.Version)
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		locked, err := lockedNote(ctx, tx, before)
		if err != nil {
			return err
		}
		if locked.Version != before.Version {
			return errStaleNote.With("version", locked.Version)
		}
		after = want
		if after.Body == locked.Body && after.Pinned == locked.Pinned && slices.Equal(after.Mentions, locked.Mentions) {
			return nil
		}
		after.Version, after.UpdatedAt = locked.Version+1, s.now()
		if err := updateNote(ctx, tx, after); err != nil {
			return err
		}
		return s.toldOfNote(ctx, tx, EventNoteUpdated, &locked, &after)
	})
	return after, err
}

// DeleteNote takes a note away. Errors: NotFound, Stale.
func (s *Service) DeleteNote(ctx context.Context, id uuid.UUID, version int64) error {
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		before, err := note(ctx, tx, id, "")
		if err != nil {
			return err
		}
		if before, err = lockedNote(ctx, tx, before); err != nil {
			return err
		}
		if version != 0 && version != before.Version {
			return errStaleNote.With("version", before.Version)
		}
		if err := tombstoneNote(ctx, tx, id, s.now()); err != nil {
			return err
		}
		return s.toldOfNote(ctx, tx, EventNoteDeleted, &before, nil)
	})
}

// Notes reads a page of a target's notes: the pinned ones first, then the
// newest. Errors: NotFound; Invalid at "limit" or "cursor".
func (s *Service) Notes(ctx context.Context, of Target, cursor string, limit int) (out PageOf[Note], err error) {
	var f fault.Checks
	scope := "note/" + of.scope()
	most, after := paged(&f, limit, cursor, scope)
	if err := f.Err("note.list_invalid"); err != nil {
		return out, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := seeTarget(ctx, tx, of); err != nil {
			return err
		}
		rows, err := notes(ctx, tx, of, after, most+1)
		if err != nil {
			return err
		}
		out, err = pageOf(rows, most, scope, func(n Note) place {
			return place{At: n.CreatedAt, ID: n.ID, Key: fmt.Sprint(n.Pinned)}
		})
		return err
	})
	return out, err
}

func (s *Service) checkNote(ctx context.Context, in NoteInput, before Note) (Note, error) {
	n := in.on(before)
	var f fault.Checks
	f.Merge("", n.validate())
	added := without(n.Mentions, before.Mentions)
	if len(n.Mentions) <= MaxMentions {
		err := s.members(ctx, &f, func(i int) string { return fmt.Sprintf("mentions[%d]", slices.Index(n.Mentions, added[i])) }, added...)
		if err != nil {
			return Note{}, err
		}
	}
	return n, f.Err("note.invalid")
}

// lockedNote locks the target first, then reads the note as it is now.
func lockedNote(ctx context.Context, tx pgx.Tx, seen Note) (Note, error) {
	if err := lockTarget(ctx, tx, seen.Target); err != nil {
		return Note{}, err
	}
	return note(ctx, tx, seen.ID, ` for update of n`)
}

// toldOfNote publishes the change, and one event for each member whom it
// mentions anew.
func (s *Service) toldOfNote(ctx context.Context, tx pgx.Tx, kind string, before, after *Note) error {
	var was, is any
	var of Target
	var id uuid.UUID
	var known, named []uuid.UUID
	if before != nil {
		was, of, id, known = snapshotNote(*before), before.Target, before.ID, before.Mentions
	}
	if after != nil {
		is, of, id, named = snapshotNote(*after), after.Target, after.ID, after.Mentions
	}
	if err := s.change(ctx, tx, kind, "note", id, of, was, is); err != nil {
		return err
	}
	subject, subjectID := of.subject("note", id)
	for _, person := range without(named, known) {
		err := s.Events.Publish(ctx, tx, events.New{
			Kind: EventMentioned, SubjectKind: subject, SubjectID: subjectID,
			Payload: events.Change{After: map[string]any{"person": person, "note": is}},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
