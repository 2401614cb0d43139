package contact

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// reader reads q.limit+1 contacts. There are two, and a test holds them equal.
type reader func(ctx context.Context, r db.Reader, sub uuid.UUID, q query) ([]Contact, error)

// leakproof tells whether the operators of a search may use their indexes under
// row level security: the functions behind LIKE and @> are marked LEAKPROOF.
func leakproof(ctx context.Context, r db.Reader) (ok bool, err error) {
	err = r.QueryRow(ctx, `
		select bool_and(proleakproof) from pg_proc
		 where oid in ('textlike(text, text)'::regprocedure, 'arraycontains(anyarray, anyarray)'::regprocedure)`).Scan(&ok)
	return ok, err
}

// listPlain is the search under row level security.
func listPlain(ctx context.Context, r db.Reader, sub uuid.UUID, q query) ([]Contact, error) {
	column, kind := sortColumns[q.sort], "timestamptz"
	if q.sort == "name" {
		kind = "text"
	}
	direction, beyond := "asc", ">"
	if q.descending {
		direction, beyond = "desc", "<"
	}
	args := pgx.StrictNamedArgs{"sub_account": sub, "most": q.limit + 1}
	var b strings.Builder
	b.WriteString(`select ` + columns + ` from contact where sub_account_id = @sub_account and deleted_at is null`)
	for i, p := range q.patterns {
		name := fmt.Sprintf("pattern%d", i)
		b.WriteString(` and search_text like @` + name)
		args[name] = p
	}
	if q.tag != nil {
		b.WriteString(` and tags @> array[@tag]::text[]`)
		args["tag"] = *q.tag
	}
	if q.after != nil {
		fmt.Fprintf(&b, ` and (%s, id) %s (@after_key::text::%s, @after_id)`, column, beyond, kind)
		args["after_key"], args["after_id"] = q.after.Key, q.after.ID
	}
	fmt.Fprintf(&b, ` order by %s %s, id %s limit @most`, column, direction, direction)
	rows, err := r.Query(ctx, b.String(), args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Contact])
}

// listDefiner is the same search through contact_page, which reads past row
// level security for the tenant of the same setting.
func listDefiner(ctx context.Context, r db.Reader, sub uuid.UUID, q query) ([]Contact, error) {
	var key *string
	var id *uuid.UUID
	if q.after != nil {
		key, id = &q.after.Key, &q.after.ID
	}
	rows, err := r.Query(ctx, `
		select `+columns+`
		  from contact_page(@patterns, @tag, @sort, @descending, @after_key, @after_id, @most)
		       with ordinality as found (found_id, place)
		  join contact on sub_account_id = @sub_account and id = found_id
		 order by place`,
		pgx.StrictNamedArgs{
			"sub_account": sub, "patterns": q.patterns, "tag": q.tag, "sort": q.sort, "descending": q.descending,
			"after_key": key, "after_id": id, "most": q.limit + 1,
		})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Contact])
}
