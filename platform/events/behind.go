package events

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

type behindKey struct{}

// Behind is a context whose events are heard behind others: those of an action on
// a hundred thousand subjects, so that what a person does meanwhile is heard at
// once. The order of each subject's own events is not changed by it, whichever of
// them are behind. An event of one subject without which another's makes no sense,
// as that somebody exists, is not to be published so.
func Behind(ctx context.Context) context.Context { return context.WithValue(ctx, behindKey{}, true) }

func isBehind(ctx context.Context) bool {
	behind, _ := ctx.Value(behindKey{}).(bool)
	return behind
}

// pendingSQL takes the first of what isn't behind; then, of the same subjects, all
// that is behind and was written before; then the first of what is behind: as many
// as there is room for, and where there is none, an eighth of a batch, of those that
// were written before the last of the first.
//
// Of each subject that is all there is up to the last event taken of it. An earlier
// one that isn't behind is among the first: they are all there is of their kind, or
// all up to their last, before which the taken one was written. An earlier one that
// is behind comes along with one of the first, or, if what is behind was taken for
// itself, before it. It is one statement and so one snapshot: who sees an event sees
// what its subject committed before. They go in the order of their writing.
const pendingSQL = `
	with first as materialized (
		select id, subject_id, written from event
		 where sub_account_id = @sub_account and processed_at is null and not behind order by written limit @most),
	subject as materialized (select subject_id, max(written) as last from first group by subject_id),
	taken as (
		select id from first
		union
		select e.id from subject s
		  join lateral (
			select id, written from event
			 where sub_account_id = @sub_account and subject_id = s.subject_id and seq is null and processed_at is null and behind
			offset 0) e on e.written < s.last
		union
		(select id from event
		  where sub_account_id = @sub_account and processed_at is null and behind
		    and written < case when (select count(*) < @most from first) then 9223372036854775807 else (select max(written) from first) end
		  order by written limit greatest(@most - (select count(*) from first), (@most + 7) / 8)))
	select ` + columns + ` from event where sub_account_id = @sub_account and id = any (array(select id from taken)) order by written`

// pending gives the next events, in their order; more than most where what is
// behind has to come along.
func pending(ctx context.Context, tx pgx.Tx, sub uuid.UUID, most int) ([]Event, error) {
	rows, err := tx.Query(ctx, pendingSQL, pgx.StrictNamedArgs{"sub_account": sub, "most": most})
	if err != nil {
		return nil, err
	}
	var last []byte
	var actor tenancy.Actor
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e Event, err error) {
		var raw []byte // as bytes nobody checks the JSON that the database made
		if err := row.Scan(&e.ID, &e.Seq, &e.Kind, &e.SubjectKind, &e.SubjectID, (*[]byte)(&e.Payload), &raw, &e.OccurredAt); err != nil {
			return e, err
		}
		if !bytes.Equal(raw, last) { // mostly one person made them all
			actor = tenancy.Actor{}
			err = json.Unmarshal(raw, &actor)
			last = raw
		}
		e.Actor = actor
		return e, err
	})
}
