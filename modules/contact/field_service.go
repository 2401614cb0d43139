package contact

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

var (
	errNoField     = fault.New(fault.NotFound, "field.not_found", "There is no such field here.")
	errStaleField  = fault.New(fault.Stale, "field.stale", "Somebody changed this field meanwhile. Look at it again before you save.")
	errKeyTaken    = fault.New(fault.Conflict, "field.key_taken", "Another field has this key, or had it: a key is never given again.")
	errManyFields  = fault.New(fault.Conflict, "field.too_many", fmt.Sprintf("There are %d fields already. Archive some first.", MaxFields))
	errManyIndexed = fault.New(fault.Conflict, "field.too_many_indexed", fmt.Sprintf("%d fields are unique or indexed already.", MaxIndexed))
)

// Fields gives an object's custom fields in their order, with the archived ones
// if asked for.
func (s *Service) Fields(ctx context.Context, object string, archived bool) (out []Field, err error) {
	err = s.Tenants.Read(ctx, func(r db.Reader) error {
		all, err := listFields(ctx, r, object)
		for _, f := range all {
			if archived || f.ArchivedAt == nil {
				out = append(out, f)
			}
		}
		return err
	})
	return out, err
}

// GetField reads a custom field, archived or not; NotFound if there is none.
func (s *Service) GetField(ctx context.Context, id uuid.UUID) (f Field, err error) {
	err = s.Tenants.Read(ctx, func(r db.Reader) error {
		f, err = field(ctx, r, id)
		return err
	})
	return f, err
}

// CreateField makes a custom field. Errors: Invalid with every field at fault;
// Conflict "field.key_taken", "field.too_many", "field.too_many_indexed".
func (s *Service) CreateField(ctx context.Context, in FieldInput) (f Field, err error) {
	now := s.now()
	f = in.on(Field{ID: newID(), Object: in.Object, Key: in.Key, Kind: in.Kind, Version: 1, CreatedAt: now, UpdatedAt: now})
	if err := f.validate(); err != nil {
		return Field{}, err
	}
	err = s.changeFields(ctx, f.Object, func(tx pgx.Tx, all []Field) error {
		if err := room(all, Field{}, f); err != nil {
			return err
		}
		taken := map[string]bool{}
		for _, other := range all {
			taken[other.Key] = true
		}
		if f.Key == "" {
			f.Key = slug(f.Name)
			for n := 2; taken[f.Key]; n++ {
				f.Key = fmt.Sprintf("%s_%d", slug(f.Name), n)
			}
		}
		if taken[f.Key] {
			return errKeyTaken
		}
		if err := saveField(ctx, tx, f); err != nil {
			return err
		}
		return s.toldOfField(ctx, tx, nil, &f)
	})
	return f, err
}

// UpdateField changes a custom field; its key and its kind stay. version is as
// in UpdateInput. Values that were written before stay as they are, also where a
// new rule would refuse them. Errors: those of CreateField; NotFound; Stale;
// Conflict "field.not_unique", "field.too_long".
func (s *Service) UpdateField(ctx context.Context, id uuid.UUID, version int64, in FieldInput) (Field, error) {
	return s.alterField(ctx, id, version, in.on)
}

// ArchiveField takes a custom field out of use. Its key stays taken and its
// values stay where they are. Errors: NotFound, Stale.
func (s *Service) ArchiveField(ctx context.Context, id uuid.UUID, version int64) error {
	now := s.now()
	_, err := s.alterField(ctx, id, version, func(f Field) Field {
		if f.ArchivedAt == nil {
			f.ArchivedAt = &now
		}
		return f
	})
	return err
}

// RestoreField takes an archived field back into use. Errors: NotFound;
// Conflict as for CreateField and UpdateField.
func (s *Service) RestoreField(ctx context.Context, id uuid.UUID) (Field, error) {
	return s.alterField(ctx, id, 0, func(f Field) Field {
		f.ArchivedAt = nil
		return f
	})
}

func (s *Service) alterField(ctx context.Context, id uuid.UUID, version int64, change func(Field) Field) (after Field, err error) {
	seen, err := s.GetField(ctx, id)
	if err != nil {
		return Field{}, err
	}
	err = s.changeFields(ctx, seen.Object, func(tx pgx.Tx, all []Field) error {
		before, err := field(ctx, tx, id)
		if err != nil {
			return err
		}
		if version != 0 && version != before.Version {
			return errStaleField.With("version", before.Version)
		}
		after = change(before)
		if reflect.DeepEqual(before, after) {
			return nil
		}
		if err := after.validate(); err != nil {
			return err
		}
		if err := room(all, before, after); err != nil {
			return err
		}
		after.Version, after.UpdatedAt = before.Version+1, s.now()
		if err := saveField(ctx, tx, after); err != nil {
			return err
		}
		if after.kept() != before.kept() || after.kept() && after.Unique != before.Unique {
			if err := keepValues(ctx, tx, after); err != nil {
				return err
			}
		}
		return s.toldOfField(ctx, tx, &before, &after)
	})
	return after, err
}

// changeFields runs a change of an object's fields: one at a time.
func (s *Service) changeFields(ctx context.Context, object string, change func(tx pgx.Tx, all []Field) error) error {
	t, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := lockFields(ctx, tx, object); err != nil {
			return err
		}
		all, err := listFields(ctx, tx, object)
		if err != nil {
			return err
		}
		db.AfterCommit(tx, func(context.Context) { s.known.forget(t.SubAccount) })
		return change(tx, all)
	})
}

// room refuses what would be one field too many.
func room(all []Field, before, after Field) error {
	fields, kept := 0, 0
	for _, f := range all {
		if f.ID != after.ID && f.ArchivedAt == nil {
			fields++
		}
		if f.ID != after.ID && f.kept() {
			kept++
		}
	}
	lives := before.ID != uuid.Nil && before.ArchivedAt == nil
	if !lives && after.ArchivedAt == nil && fields >= MaxFields {
		return errManyFields
	}
	if after.kept() && !before.kept() && kept >= MaxIndexed {
		return errManyIndexed
	}
	return nil
}

// The events of fields and folders, about the field or the folder.
const (
	SubjectField       = "custom_field"
	EventFieldChanged  = "custom_field.changed"
	SubjectFolder      = "field_folder"
	EventFolderChanged = "field_folder.changed"
)

// FieldSnapshot is a custom field in an event, in the shape of the API.
type FieldSnapshot struct {
	ID         uuid.UUID     `json:"id"`
	Object     string        `json:"object"`
	Key        string        `json:"key"`
	Name       string        `json:"name"`
	Kind       FieldKind     `json:"kind"`
	FolderID   uuid.NullUUID `json:"folder_id"`
	Options    []Option      `json:"options"`
	Required   bool          `json:"required"`
	Unique     bool          `json:"unique"`
	Indexed    bool          `json:"indexed"`
	Rules      FieldRules    `json:"rules"`
	Position   int32         `json:"position"`
	Version    int64         `json:"version"`
	ArchivedAt *time.Time    `json:"archived_at"`
	CreatedAt  time.Time     `json:"created_at"`
	UpdatedAt  time.Time     `json:"updated_at"`
}

func (s *Service) toldOfField(ctx context.Context, tx pgx.Tx, before, after *Field) error {
	c := events.Change{After: fieldSnapshot(*after)}
	if before != nil {
		c.Before = fieldSnapshot(*before)
	}
	return s.Events.Publish(ctx, tx, events.New{Kind: EventFieldChanged, SubjectKind: SubjectField, SubjectID: after.ID, Payload: c})
}

func fieldSnapshot(f Field) FieldSnapshot { return FieldSnapshot(f) }
