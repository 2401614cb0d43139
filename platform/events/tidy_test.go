package events_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/events"
)

func TestOldEventsGoButNoParkedOneAndNoneToCome(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	broken, fine := uuid.New(), uuid.New()
	s.say(broken, "parked")
	s.say(fine, "one", "two", "three")
	s.drain(s.consumer(&ear{name: "deaf", fail: map[string]error{"parked": errors.New("too loud")}}))
	s.say(fine, "unheard")
	// A run of 2,500 that were heard long ago: more than two pages.
	old := time.Now().Add(-events.Retention - time.Hour)
	err := s.tenants.InTenant(s.ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(s.ctx, `
			update event set processed_at = case when payload in ('"parked"', '"one"') then $1 else processed_at end,
			       seq = seq + 2500 where seq is not null`, old)
		if err != nil {
			return err
		}
		_, err = tx.Exec(s.ctx, `
			insert into event (sub_account_id, id, seq, kind, subject_kind, subject_id, payload, actor, occurred_at, processed_at)
			select $1, gen_random_uuid(), i, 'word.said', 'word', $2, '"long ago"', '{}', $3, $3 from generate_series(1, 2500) as i`,
			s.place.SubAccount, fine, old)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	deleted, err := events.Tidy(s.ctx, s.tenants, time.Now())
	if err != nil || deleted != 2501 {
		t.Errorf("%d deleted, %v", deleted, err)
	}
	var left []string
	err = s.tenants.InTenant(s.ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(s.ctx, `select payload #>> '{}' from event order by seq nulls last`)
		if err != nil {
			return err
		}
		left, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"parked", "two", "three", "unheard"}, left); diff != "" {
		t.Error(diff)
	}
}
