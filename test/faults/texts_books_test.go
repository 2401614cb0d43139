package faults_test

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/test/faults/stack"
)

// standing are kinds of jobs that may wait at the end: one plans the next for ever, one
// asks for days about a handset that sends no receipts.
var standing = []string{"sms.collect", "sms.follow"}

// readBooks reads what every tenant database holds, as its superuser: past RLS,
// and past the product.
func readBooks(ctx context.Context, s *stack.Stack) (books, error) {
	b := books{Carrier: s.Carrier.Ledger()}
	names, err := query[string](ctx, s.Postgres.DSN, pgx.RowTo[string],
		`select datname from pg_database where not datistemplate and datname not in ('postgres', 'omnicrm_control')`)
	if err != nil {
		return b, err
	}
	for _, name := range names {
		dsn := s.Postgres.Server.Server.DSN(name, s.Postgres.User, s.Postgres.Password)
		if err := b.read(ctx, dsn); err != nil {
			return b, fmt.Errorf("%s: %w", name, err)
		}
	}
	return b, nil
}

func (b *books) read(ctx context.Context, dsn string) error {
	texts, err := query[text](ctx, dsn, pgx.RowToStructByName[text], `
		select sub_account_id, id, direction, purpose, actor_kind, from_address, to_address, body, status, reason_rule, provider_id,
		       decision->>'rule' as rule, (decision->>'allowed')::boolean as allowed, created_at
		  from message`)
	if err != nil {
		return err
	}
	calls, err := query[call](ctx, dsn, pgx.RowToStructByName[call],
		`select sub_account_id, message_id, state, started_at from sms_attempt`)
	if err != nil {
		return err
	}
	ledgers, err := query[ledger](ctx, dsn, pgx.RowToStructByName[ledger], `
		select e.sub_account_id, count(*) as events, count(*) filter (where e.processed_at is null) as waiting,
		       coalesce(min(e.seq), 0) as first, coalesce(max(e.seq), 0) as last,
		       (select count(*) from event_parked p where p.sub_account_id = e.sub_account_id and p.replayed_at is null) as parked_events,
		       count(*) filter (where not exists (
		           select from audit_entry a where a.sub_account_id = e.sub_account_id and a.id = e.id)) as unaudited,
		       (select count(*) from job j where j.sub_account_id = e.sub_account_id and j.finished_at is null
		           and not j.kind = any($1)) as jobs,
		       (select count(*) from job j where j.sub_account_id = e.sub_account_id and j.state in ('parked', 'discarded')) as parked_jobs,
		       count(*) filter (where e.kind = 'message.created') as text_events,
		       (select count(*) from message m where m.sub_account_id = e.sub_account_id) as texts_kept
		  from event e group by e.sub_account_id`, standing)
	if err != nil {
		return err
	}
	b.Texts, b.Calls, b.Ledgers = append(b.Texts, texts...), append(b.Calls, calls...), append(b.Ledgers, ledgers...)
	return nil
}

func query[T any](ctx context.Context, dsn string, scan pgx.RowToFunc[T], sql string, args ...any) ([]T, error) {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}
