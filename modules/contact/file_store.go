package contact

import (
	"context"
	"errors"
	"io"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

const fileColumns = `id, contact_id, company_id, name, content_type, size, sha256, author, created_at`

// file reads a file whose target is there to be seen.
func file(ctx context.Context, tx pgx.Tx, id uuid.UUID) (File, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return File{}, err
	}
	rows, err := tx.Query(ctx, `
		select `+fileColumns+` from file where sub_account_id = @sub_account and id = @id and purpose = 'attachment'`, args)
	if err != nil {
		return File{}, err
	}
	f, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[File])
	if err == nil {
		err = seeTarget(ctx, tx, f.Target)
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return File{}, errNoFile.Wrap(err)
	}
	return f, err
}

func files(ctx context.Context, tx pgx.Tx, of Target, after *place, most int) ([]File, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"most": most})
	if err != nil {
		return nil, err
	}
	where := ""
	if of.ContactID.Valid {
		where, args["contact"] = ` and contact_id = @contact`, of.ContactID
	}
	if of.CompanyID.Valid {
		where, args["company"] = ` and company_id = @company`, of.CompanyID
	}
	if after != nil {
		where += ` and (created_at, id) < (@at, @after)`
		args["at"], args["after"] = after.At, after.ID
	}
	// Of a contact that is gone, or out of reach, nothing is shown.
	rows, err := tx.Query(ctx, `
		select `+fileColumns+` from file
		 where sub_account_id = @sub_account and purpose = 'attachment'`+where+filesInReach(ctx, args)+`
		   and (contact_id is null or exists (
		        select from contact c where c.sub_account_id = @sub_account and c.id = contact_id and c.deleted_at is null))
		   and (company_id is null or exists (
		        select from company c where c.sub_account_id = @sub_account and c.id = company_id and c.deleted_at is null))
		 order by created_at desc, id desc limit @most`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[File])
}

// useSpace counts what is about to be kept; errQuota where that is too much.
func useSpace(ctx context.Context, tx pgx.Tx, size, quota int64) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"size": size, "quota": quota})
	if err != nil {
		return err
	}
	tag, err := tx.Exec(ctx, `
		insert into file_usage as u (sub_account_id, bytes)
		select @sub_account, @size where @size::bigint <= @quota::bigint
		on conflict (sub_account_id) do update set bytes = u.bytes + @size where u.bytes + @size <= @quota`, args)
	if err == nil && tag.RowsAffected() == 0 {
		return errQuota.With("quota", quota)
	}
	return err
}

func insertFile(ctx context.Context, tx pgx.Tx, f File, purpose string) error {
	args, err := with(ctx, pgx.StrictNamedArgs{
		"id": f.ID, "contact": f.ContactID, "company": f.CompanyID, "purpose": purpose, "name": f.Name, "content_type": f.ContentType,
		"size": f.Size, "sha256": f.SHA256, "author": f.Author, "now": f.CreatedAt,
	})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into file (sub_account_id, id, contact_id, company_id, purpose, name, content_type, size, sha256, author, created_at)
		values (@sub_account, @id, @contact, @company, @purpose, @name, @content_type, @size, @sha256, @author, @now)`, args)
	return err
}

// insertChunks stores the content as it is read, a few pieces in memory at a
// time. (COPY knows no row level security.) That it is as long as it was
// measured is checked: half a file is none.
func insertChunks(ctx context.Context, tx pgx.Tx, f File, content io.Reader) error {
	for read, place := int64(0), 0; read < f.Size; {
		var pieces [][]byte
		for len(pieces) < 4 && read < f.Size {
			piece := make([]byte, min(chunkSize, f.Size-read))
			if _, err := io.ReadFull(content, piece); err != nil {
				return err
			}
			pieces, read = append(pieces, piece), read+int64(len(piece))
		}
		args, err := with(ctx, pgx.StrictNamedArgs{"file": f.ID, "place": place, "pieces": pieces})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			insert into file_chunk (sub_account_id, file_id, place, content)
			select @sub_account, @file, @place::integer + n - 1, piece
			  from unnest(@pieces::bytea[]) with ordinality as p (piece, n)`, args)
		if err != nil {
			return err
		}
		place += len(pieces)
	}
	return nil
}

func chunks(ctx context.Context, r db.Reader, id uuid.UUID, from, most int) ([][]byte, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id, "from": from, "most": most})
	if err != nil {
		return nil, err
	}
	rows, err := r.Query(ctx, `
		select content from file_chunk where sub_account_id = @sub_account and file_id = @id and place >= @from
		 order by place limit @most`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[[]byte])
}

// deleteFile tells whether it was still there.
func deleteFile(ctx context.Context, tx pgx.Tx, id uuid.UUID) (bool, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return false, err
	}
	tag, err := tx.Exec(ctx, freeFiles(`file.id = @id`), args)
	return tag.RowsAffected() > 0, err
}

// freeFiles deletes files with their pieces and gives their space free.
func freeFiles(which string) string {
	return `
		with gone as (delete from file where file.sub_account_id = @sub_account and ` + which + ` returning size)
		update file_usage set bytes = greatest(bytes - (select sum(size) from gone), 0)
		 where sub_account_id = @sub_account and exists (select from gone)`
}
