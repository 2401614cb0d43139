package contact

import (
	"context"
	"io"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
)

var (
	errNoFile    = fault.New(fault.NotFound, "file.not_found", "There is no such file here.")
	errEmptyFile = fault.New(fault.Invalid, "file.empty", "The file is empty.").At("file", "Send the content of the file.")
	errLargeFile = fault.New(fault.Invalid, "file.too_large", "The file is too large.").At("file", "Send a smaller one.")
	errQuota     = fault.New(fault.Conflict, "file.quota_exceeded", "This sub-account keeps as many files as it may. Delete some first.")
)

// Purposes of files: lists show attachments alone.
const purposeAttachment = "attachment"

// Upload keeps a file. Errors: Invalid at "name", "file.empty",
// "file.too_large"; NotFound where there is no such target; Conflict
// "file.quota_exceeded" with Meta "quota" in bytes.
func (s *Service) Upload(ctx context.Context, in UploadInput) (File, error) {
	f, err := in.measure(MaxFile)
	if err != nil {
		return File{}, err
	}
	f.ID, f.CreatedAt, f.Author = uuid.Must(uuid.NewV7()), s.now(), author(ctx)
	f.Author.IP = ""
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := lockTarget(ctx, tx, f.Target); err != nil {
			return err
		}
		if err := s.keepFile(ctx, tx, f, purposeAttachment, in.Open); err != nil {
			return err
		}
		return s.change(ctx, tx, EventFileCreated, "file", f.ID, f.Target, nil, snapshotFile(f))
	})
	return f, err
}

// keepFile stores a measured file within the sub-account's quota.
func (s *Service) keepFile(ctx context.Context, tx pgx.Tx, f File, purpose string, open func() (io.Reader, error)) error {
	if err := useSpace(ctx, tx, f.Size, s.quota()); err != nil {
		return err
	}
	if err := insertFile(ctx, tx, f, purpose); err != nil {
		return err
	}
	content, err := open()
	if err != nil {
		return err
	}
	return insertChunks(ctx, tx, f, content)
}

func (s *Service) quota() int64 {
	if s.FileQuota > 0 {
		return s.FileQuota
	}
	return DefaultFileQuota
}

// GetFile reads what is known of a file; NotFound if there is none, or its
// contact is gone.
func (s *Service) GetFile(ctx context.Context, id uuid.UUID) (f File, err error) {
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		f, err = file(ctx, tx, id)
		return err
	})
	return f, err
}

// Files reads a page of a target's files, the newest first; of all that are
// attached where no target is named. Errors: NotFound; Invalid at "limit" or
// "cursor".
func (s *Service) Files(ctx context.Context, of Target, cursor string, limit int) (out PageOf[File], err error) {
	var f fault.Checks
	scope := "file/" + of.scope()
	most, after := paged(&f, limit, cursor, scope)
	if err := f.Err("file.list_invalid"); err != nil {
		return out, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := seeTarget(ctx, tx, of); err != nil {
			return err
		}
		rows, err := files(ctx, tx, of, after, most+1)
		if err != nil {
			return err
		}
		out, err = pageOf(rows, most, scope, func(f File) place { return place{At: f.CreatedAt, ID: f.ID} })
		return err
	})
	return out, err
}

// WriteFile writes the content of a file, a few pieces in memory at a time. No
// connection is held while the reader reads.
func (s *Service) WriteFile(ctx context.Context, f File, w io.Writer) error {
	written := int64(0)
	for next := 0; written < f.Size; {
		var pieces [][]byte
		err := s.Tenants.Read(ctx, func(r db.Reader) (err error) {
			pieces, err = chunks(ctx, r, f.ID, next, 4)
			return err
		})
		if err != nil {
			return err
		}
		if len(pieces) == 0 {
			return errNoFile // deleted meanwhile
		}
		for _, p := range pieces {
			n, err := w.Write(p)
			written += int64(n)
			if err != nil {
				return err
			}
		}
		next += len(pieces)
	}
	return nil
}

// DeleteFile deletes a file with its content. Errors: NotFound.
func (s *Service) DeleteFile(ctx context.Context, id uuid.UUID) error {
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		f, err := file(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := lockTarget(ctx, tx, f.Target); err != nil {
			return err
		}
		gone, err := deleteFile(ctx, tx, id)
		if err != nil || !gone {
			return err
		}
		return s.change(ctx, tx, EventFileDeleted, "file", id, f.Target, snapshotFile(f), nil)
	})
}
