package contact

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// countFor is how long a count may take before an estimate is given instead: a
// person looks at it while they build a filter.
const countFor = 3 * time.Second

// CountInput asks how many contacts a list has.
type CountInput struct {
	Query  string
	Tag    string
	Filter []byte
}

// Count is how many there are. What would take too long to count is estimated
// from PostgreSQL's statistics.
type Count struct {
	N     int64
	Exact bool
}

// Count counts the contacts of a list. Errors are those of List.
func (s *Service) Count(ctx context.Context, in CountInput) (Count, error) {
	return s.count(ctx, in, countFor)
}

func (s *Service) count(ctx context.Context, in CountInput, most time.Duration) (Count, error) {
	q, err := s.query(ctx, ListInput{Query: in.Query, Tag: in.Tag, Filter: in.Filter})
	if err := cmp.Or(err, db.Rehearsed(ctx)); err != nil {
		return Count{}, err
	}
	c := Count{Exact: true}
	err = s.counting(ctx, q, func(tx pgx.Tx, from string, args pgx.StrictNamedArgs) error {
		db.Later(tx, `set local work_mem = '32MB'`) // a bitmap of a million contacts whole, where 4 would look at each row of a block again
		db.Later(tx, `set local statement_timeout = `+strconv.FormatInt(most.Milliseconds(), 10))
		return tx.QueryRow(ctx, `select count(*) from `+from, args).Scan(&c.N)
	})
	if !fault.Is(err, fault.Unavailable) || ctx.Err() != nil {
		return c, err
	}
	c.Exact = false
	err = s.counting(ctx, q, func(tx pgx.Tx, from string, args pgx.StrictNamedArgs) (err error) {
		c.N, err = estimate(ctx, tx, from, args)
		return err
	})
	return c, err
}

func (s *Service) counting(ctx context.Context, q query, fn func(tx pgx.Tx, from string, args pgx.StrictNamedArgs) error) error {
	t, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := q.asked.look(ctx, tx); err != nil {
			return err
		}
		db.Later(tx, `set local plan_cache_mode = force_custom_plan`)
		args := pgx.StrictNamedArgs{"sub_account": t.SubAccount}
		return fn(tx, q.counted(ctx, args), args)
	})
}

// estimate is what the planner expects.
func estimate(ctx context.Context, tx pgx.Tx, from string, args pgx.StrictNamedArgs) (int64, error) {
	var text []byte
	if err := tx.QueryRow(ctx, `explain (format json) select 1 from `+from, args).Scan(&text); err != nil {
		return 0, err
	}
	var plans []struct {
		Plan struct {
			Rows int64 `json:"Plan Rows"`
		}
	}
	if err := json.Unmarshal(text, &plans); err != nil || len(plans) != 1 {
		return 0, err
	}
	return plans[0].Plan.Rows, nil
}
