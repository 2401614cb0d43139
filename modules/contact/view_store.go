package contact

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const viewTable = `id, object, owner_kind, owner_id, name, filter, columns, sort, shared, position, version, created_at, updated_at`

// views reads the views that the caller may see, in their order.
func views(ctx context.Context, r db.Reader, where string, pairs pgx.StrictNamedArgs, lock string) ([]View, error) {
	args, err := with(ctx, pairs)
	if err != nil {
		return nil, err
	}
	who, _ := tenancy.ActorFrom(ctx)
	args["owner_kind"], args["owner_id"] = who.Kind, who.ID
	rows, err := r.Query(ctx, `
		select `+viewTable+` from saved_view
		 where sub_account_id = @sub_account and (shared or owner_kind = @owner_kind and owner_id = @owner_id) and `+where+`
		 order by position, name, id`+lock, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[View])
}

func view(ctx context.Context, r db.Reader, id uuid.UUID, lock string) (View, error) {
	list, err := views(ctx, r, `id = @id`, pgx.StrictNamedArgs{"id": id}, lock)
	switch {
	case err != nil:
		return View{}, err
	case len(list) == 0:
		return View{}, errNoView
	}
	return list[0], nil
}

func viewRow(ctx context.Context, v View) (pgx.StrictNamedArgs, error) {
	return with(ctx, pgx.StrictNamedArgs{
		"id": v.ID, "name": v.Name, "filter": v.Filter, "columns": v.Columns, "sort": v.Sort, "shared": v.Shared,
		"position": v.Position, "version": v.Version, "updated_at": v.UpdatedAt,
	})
}

func insertView(ctx context.Context, tx pgx.Tx, v View) error {
	args, err := viewRow(ctx, v)
	if err != nil {
		return err
	}
	args["object"], args["owner_kind"], args["owner_id"] = v.Object, v.OwnerKind, v.OwnerID
	_, err = tx.Exec(ctx, `
		insert into saved_view (sub_account_id, id, object, owner_kind, owner_id, name, filter, columns, sort, shared, position,
		                        version, created_at, updated_at)
		values (@sub_account, @id, @object, @owner_kind, @owner_id, @name, @filter, @columns, @sort, @shared, @position,
		        @version, @updated_at, @updated_at)`, args)
	return err
}

func updateView(ctx context.Context, tx pgx.Tx, v View) error {
	args, err := viewRow(ctx, v)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update saved_view
		   set name = @name, filter = @filter, columns = @columns, sort = @sort, shared = @shared, position = @position,
		       version = @version, updated_at = @updated_at
		 where sub_account_id = @sub_account and id = @id`, args)
	return err
}

func deleteView(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `delete from saved_view where sub_account_id = @sub_account and id = @id`, args)
	return err
}

// countViews counts those among which the view would stand.
func countViews(ctx context.Context, tx pgx.Tx, v View) (n int, err error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"shared": v.Shared, "owner_kind": v.OwnerKind, "owner_id": v.OwnerID})
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `
		select count(*) from saved_view
		 where sub_account_id = @sub_account and shared = @shared
		   and (@shared or owner_kind = @owner_kind and owner_id = @owner_id)`, args).Scan(&n)
	return n, err
}
