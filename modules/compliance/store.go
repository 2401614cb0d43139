package compliance

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// known reads what the gate must know of an address, and the sub-account's
// choice; without one the default holds.
func known(ctx context.Context, tx pgx.Tx, address string) (reach Scope, list []Suppression, err error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return "", nil, err
	}
	var all pgx.Batch
	all.Queue(`select coalesce((select revocation_scope from compliance_policy where sub_account_id = @sub_account), @all)`,
		pgx.StrictNamedArgs{"sub_account": t.SubAccount, "all": string(ScopeAll)},
	).QueryRow(func(row pgx.Row) error { return row.Scan(&reach) })
	all.Queue(suppressionsSQL, pgx.StrictNamedArgs{"sub_account": t.SubAccount, "addresses": []string{address}}).
		Query(func(rows pgx.Rows) error {
			list, err = pgx.CollectRows(rows, pgx.RowToStructByName[Suppression])
			return err
		})
	return reach, list, tx.SendBatch(ctx, &all).Close()
}

func saveScope(ctx context.Context, tx pgx.Tx, s Scope) error {
	t, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into compliance_policy (sub_account_id, id, revocation_scope) values (@sub_account, @id, @scope)
		on conflict (sub_account_id) do update set revocation_scope = excluded.revocation_scope`,
		pgx.StrictNamedArgs{"sub_account": t.SubAccount, "id": uuid.Must(uuid.NewV7()), "scope": s})
	return err
}

const suppressionColumns = `channel, address, opted_out, opt_out_id, since`

const suppressionsSQL = `
	select ` + suppressionColumns + ` from suppression
	 where sub_account_id = @sub_account and address = any(@addresses) order by address, channel`

func suppressions(ctx context.Context, tx pgx.Tx, addresses []string) ([]Suppression, error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, suppressionsSQL, pgx.StrictNamedArgs{"sub_account": t.SubAccount, "addresses": addresses})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Suppression])
}

// revocation is an opt-out and how far the sub-account lets one reach.
type revocation struct {
	Address string
	Channel string
	Scope   Scope
}

func revoked(ctx context.Context, r db.Reader, addresses []string) ([]revocation, error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := r.Query(ctx, `
		select address, channel, coalesce(revocation_scope, @all) as scope
		  from suppression left join compliance_policy using (sub_account_id)
		 where sub_account_id = @sub_account and address = any(@addresses) and opted_out`,
		pgx.StrictNamedArgs{"sub_account": t.SubAccount, "addresses": addresses, "all": ScopeAll})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[revocation])
}

// lockSuppression reads an address, or gives the zero value, and keeps others
// from changing it until the commit. An address without a row yet is locked by its name, since two words
// about it may arrive at once.
func lockSuppression(ctx context.Context, tx pgx.Tx, channel, address string) (s Suppression, err error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return s, err
	}
	_, err = tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended(@name, 0))`,
		pgx.StrictNamedArgs{"name": "suppression " + t.SubAccount.String() + " " + channel + " " + address})
	if err != nil {
		return s, err
	}
	rows, err := tx.Query(ctx, `
		select `+suppressionColumns+` from suppression
		 where sub_account_id = @sub_account and address = @address and channel = @channel for update`,
		pgx.StrictNamedArgs{"sub_account": t.SubAccount, "address": address, "channel": channel})
	if err != nil {
		return s, err
	}
	s, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Suppression])
	if errors.Is(err, pgx.ErrNoRows) {
		return Suppression{}, nil
	}
	return s, err
}

func saveSuppression(ctx context.Context, tx pgx.Tx, e Evidence) error {
	t, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into suppression (sub_account_id, id, channel, address, opted_out, opt_out_id, since)
		values (@sub_account, @id, @channel, @address, @out, @evidence, @at)
		on conflict (sub_account_id, address, channel) do update
		   set opted_out = excluded.opted_out, opt_out_id = excluded.opt_out_id, since = excluded.since`,
		pgx.StrictNamedArgs{
			"sub_account": t.SubAccount, "id": uuid.Must(uuid.NewV7()), "channel": e.Channel, "address": e.Address,
			"out": e.Change == Out, "evidence": e.ID, "at": e.At,
		})
	return err
}

func insertEvidence(ctx context.Context, tx pgx.Tx, e Evidence) error {
	t, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into opt_out (sub_account_id, id, channel, address, change, source, words, message_id, contact_id,
		                     actor_kind, actor_id, actor_name, actor_ip, at)
		values (@sub_account, @id, @channel, @address, @change, @source, @words, @message, @contact,
		        @actor_kind, @actor_id, @actor_name, @actor_ip, @at)`,
		pgx.StrictNamedArgs{
			"sub_account": t.SubAccount, "id": e.ID, "channel": e.Channel, "address": e.Address, "change": e.Change,
			"source": e.Source, "words": e.Words, "message": e.MessageID, "contact": e.ContactID,
			"actor_kind": e.ActorKind, "actor_id": e.ActorID, "actor_name": e.ActorName, "actor_ip": e.ActorIP, "at": e.At,
		})
	return err
}

func evidence(ctx context.Context, tx pgx.Tx, address string) ([]Evidence, error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `
		select id, channel, address, change, source, words, message_id, contact_id, actor_kind, actor_id, actor_name, actor_ip, at
		  from opt_out where sub_account_id = @sub_account and address = @address order by at, id`,
		pgx.StrictNamedArgs{"sub_account": t.SubAccount, "address": address})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Evidence])
}
