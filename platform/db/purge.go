package db

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// purgeBatch is how many rows one statement deletes, so that no lock and no transaction is long.
const purgeBatch = 5000

// Purge deletes every row of a sub-account in a tenant database, in small transactions, and returns how many. The DSN's
// role is omnicrm_mover, which row-level security lets through. It may be repeated after it was killed half-way.
func (p *Provisioner) Purge(ctx context.Context, dsn string, subAccount uuid.UUID) (rows int64, err error) {
	conn, err := dial(ctx, dsn)
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	tables, err := tenantTables(ctx, conn)
	if err != nil {
		return 0, classifyProvision(err)
	}
	for _, table := range tables {
		n, err := purgeTable(ctx, conn, table, subAccount)
		rows += n
		if err != nil {
			return rows, classifyProvision(fmt.Errorf("purge %s: %w", table, err))
		}
	}
	return rows, nil
}

func purgeTable(ctx context.Context, conn *pgx.Conn, table string, subAccount uuid.UUID) (rows int64, err error) {
	sql := fmt.Sprintf(`with doomed as (select ctid from %[1]s where sub_account_id = $1 limit %[2]d)
		delete from %[1]s t using doomed where t.ctid = doomed.ctid`, table, purgeBatch)
	for {
		tctx, cancel := context.WithTimeout(ctx, time.Minute)
		tag, err := conn.Exec(tctx, sql, subAccount)
		cancel()
		rows += tag.RowsAffected()
		if err != nil || tag.RowsAffected() < purgeBatch {
			return rows, err
		}
	}
}

// tenantTables lists the tables with a sub_account_id, those that refer to others before the ones that they refer to.
func tenantTables(ctx context.Context, conn *pgx.Conn) ([]string, error) {
	rows, err := conn.Query(ctx, `
		with recursive
		tenant as (
			select c.oid from pg_class c
			  join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
			  join pg_attribute a on a.attrelid = c.oid and a.attname = 'sub_account_id' and not a.attisdropped
			 where c.relkind in ('r', 'p') and not c.relispartition),
		refers as (
			select distinct conrelid as child, confrelid as parent from pg_constraint
			 where contype = 'f' and conrelid <> confrelid
			   and conrelid in (select oid from tenant) and confrelid in (select oid from tenant)),
		depth as (
			select oid, 0 as level from tenant
			union
			select r.parent, d.level + 1 from depth d join refers r on r.child = d.oid where d.level < 100)
		select d.oid::regclass::text from depth d group by d.oid order by max(d.level), d.oid::regclass::text`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
