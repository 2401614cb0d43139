package contact

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Whole gives contacts or companies as they are now, by their ids and in the shape
// of events, for who tells others of a change: its event holds what differs alone.
// Those that are gone are left out, as is every other kind of subject.
func (s *Service) Whole(ctx context.Context, tx pgx.Tx, subjectKind string, ids []uuid.UUID) (map[uuid.UUID]json.RawMessage, error) {
	switch subjectKind {
	case Subject:
		return whole(ctx, tx, livingSQL(columns), ids, func(c Contact) (uuid.UUID, any) { return c.ID, snapshot(c) })
	case SubjectCompany:
		return whole(ctx, tx, companiesSQL, ids, func(c Company) (uuid.UUID, any) { return c.ID, snapshotCompany(c) })
	}
	return nil, nil
}

func whole[T any](ctx context.Context, tx pgx.Tx, sql string, ids []uuid.UUID, shape func(T) (uuid.UUID, any)) (map[uuid.UUID]json.RawMessage, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"ids": ids})
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]json.RawMessage, len(found))
	for _, one := range found {
		id, record := shape(one)
		if out[id], err = json.Marshal(record); err != nil {
			return nil, err
		}
	}
	return out, nil
}
