package contact

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

const noteColumns = `n.id, n.contact_id, n.company_id, n.body, n.mentions, n.pinned, n.author, n.version, n.created_at, n.updated_at`

// note reads a note whose target is there to be seen.
func note(ctx context.Context, tx pgx.Tx, id uuid.UUID, lock string) (Note, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return Note{}, err
	}
	rows, err := tx.Query(ctx, `
		select `+noteColumns+` from note n where n.sub_account_id = @sub_account and n.id = @id and n.deleted_at is null`+lock, args)
	if err != nil {
		return Note{}, err
	}
	n, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Note])
	if err == nil {
		err = seeTarget(ctx, tx, n.Target)
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return Note{}, errNoNote.Wrap(err)
	}
	return n, err
}

func insertNote(ctx context.Context, tx pgx.Tx, n Note) error {
	args, err := with(ctx, pgx.StrictNamedArgs{
		"id": n.ID, "contact": n.ContactID, "company": n.CompanyID, "body": n.Body, "mentions": n.Mentions, "pinned": n.Pinned,
		"author": n.Author, "now": n.CreatedAt,
	})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into note (sub_account_id, id, contact_id, company_id, body, mentions, pinned, author, created_at, updated_at)
		values (@sub_account, @id, @contact, @company, @body, @mentions, @pinned, @author, @now, @now)`, args)
	return err
}

func updateNote(ctx context.Context, tx pgx.Tx, n Note) error {
	args, err := with(ctx, pgx.StrictNamedArgs{
		"id": n.ID, "body": n.Body, "mentions": n.Mentions, "pinned": n.Pinned, "version": n.Version, "now": n.UpdatedAt,
	})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update note set body = @body, mentions = @mentions, pinned = @pinned, version = @version, updated_at = @now
		 where sub_account_id = @sub_account and id = @id`, args)
	return err
}

func tombstoneNote(ctx context.Context, tx pgx.Tx, id uuid.UUID, at time.Time) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id, "at": at})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update note set deleted_at = @at, updated_at = @at, version = version + 1
		 where sub_account_id = @sub_account and id = @id`, args)
	return err
}

func notes(ctx context.Context, tx pgx.Tx, of Target, after *place, most int) ([]Note, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"most": most})
	if err != nil {
		return nil, err
	}
	where := ` and n.contact_id = @target`
	if args["target"] = of.ContactID; of.CompanyID.Valid {
		where, args["target"] = ` and n.company_id = @target`, of.CompanyID
	}
	if after != nil {
		where += ` and (n.pinned, n.created_at, n.id) < (@pinned, @at, @after)`
		args["pinned"], args["at"], args["after"] = after.Key == "true", after.At, after.ID
	}
	rows, err := tx.Query(ctx, `
		select `+noteColumns+` from note n where n.sub_account_id = @sub_account and n.deleted_at is null`+where+`
		 order by n.pinned desc, n.created_at desc, n.id desc limit @most`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Note])
}
