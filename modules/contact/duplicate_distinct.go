package contact

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/page"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Distinct is two contacts of whom somebody said that they are not the same.
type Distinct struct {
	A, B      Contact // by their ids
	Author    tenancy.Actor
	CreatedAt time.Time
}

type distinctRow struct {
	A, B      uuid.UUID
	Author    tenancy.Actor
	CreatedAt time.Time
}

type distinctPlace struct {
	At time.Time `json:"t"`
	A  uuid.UUID `json:"a"`
	B  uuid.UUID `json:"b"`
}

// Dismissed reads a page of the pairs in reach that were told apart, the newest
// first. A merge hands them on to the one that stays. Errors: Invalid at "limit"
// or "cursor".
func (s *Service) Dismissed(ctx context.Context, cursor string, limit int) (out PageOf[Distinct], err error) {
	const scope = "duplicates/dismissed"
	var f fault.Checks
	most := page.Limit(&f, limit)
	var after *distinctPlace
	var at distinctPlace
	ok, decoding := page.Decode(cursor, scope, &at)
	f.Whole(decoding)
	if err := f.Err("duplicate.invalid"); err != nil {
		return out, err
	}
	if ok {
		after = &at
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		out = PageOf[Distinct]{Items: []Distinct{}}
		rows, err := distinctPairs(ctx, tx, after, most+1)
		if err != nil || len(rows) == 0 {
			return err
		}
		if len(rows) > most {
			rows = rows[:most]
			last := rows[most-1]
			if out.Next, err = page.Encode(scope, distinctPlace{last.CreatedAt, last.A, last.B}); err != nil {
				return err
			}
		}
		var ids []uuid.UUID
		for _, r := range rows {
			ids = united(ids, []uuid.UUID{r.A, r.B})
		}
		found, err := lookup(ctx, tx, ids)
		for _, r := range rows {
			out.Items = append(out.Items, Distinct{A: found[r.A], B: found[r.B], Author: r.Author, CreatedAt: r.CreatedAt})
		}
		return err
	})
	return out, err
}

func distinctPairs(ctx context.Context, tx pgx.Tx, after *distinctPlace, most int) ([]distinctRow, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"most": most})
	if err != nil {
		return nil, err
	}
	where := ""
	if after != nil {
		where = ` and (created_at, a_id, b_id) < (@at, @a, @b)`
		args["at"], args["a"], args["b"] = after.At, after.A, after.B
	}
	rows, err := tx.Query(ctx, `
		select a_id as a, b_id as b, author, created_at from contact_distinct
		 where sub_account_id = @sub_account`+where+bothThere(ctx, args)+`
		 order by created_at desc, a_id desc, b_id desc limit @most`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[distinctRow])
}
