package db

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// markPrefix begins the comment of every database that we made.
const markPrefix = "OmniCRM tenant database "

// Mark says whose a physical database is. It stands in the database's comment, so that it survives a dump and a rename
// and a person sees it in psql's \l+.
type Mark struct {
	Name string // of the resource that stands for it; no blanks
	UID  string // of that resource: a resource that was deleted and made anew is another one
}

func (m Mark) comment() string {
	return fmt.Sprintf("%s%s of resource %s; made and kept by its operator, which knows it by this comment", markPrefix, m.Name, m.UID)
}

func parseMark(comment string) (Mark, bool) {
	rest, ok := strings.CutPrefix(comment, markPrefix)
	if !ok {
		return Mark{}, false
	}
	name, rest, ok := strings.Cut(rest, " of resource ")
	uid, _, ok2 := strings.Cut(rest, ";")
	return Mark{Name: name, UID: uid}, ok && ok2
}

// FindMark tells whose the database of the name is: found is false when there is none; a mark that is not ours is
// empty.
func (p *Provisioner) FindMark(ctx context.Context, s Server, name string) (mark Mark, found bool, err error) {
	err = p.on(ctx, s, "", func(ctx context.Context, c *pgx.Conn) error {
		mark, found, err = findMark(ctx, c, name)
		return err
	})
	return mark, found, err
}

func findMark(ctx context.Context, c *pgx.Conn, name string) (Mark, bool, error) {
	var comment string
	err := c.QueryRow(ctx, `select coalesce(shobj_description(oid, 'pg_database'), '') from pg_database where datname = $1`, name).
		Scan(&comment)
	if errors.Is(err, pgx.ErrNoRows) {
		return Mark{}, false, nil
	}
	mark, _ := parseMark(comment)
	return mark, err == nil, err
}

// EnsureDatabase makes the database, owned by omnicrm_migrator and marked, unless it is there: a copy of the template, ""
// for an empty one. One that is there is claimed as ClaimDatabase does. created tells that this very call copied it; what
// a call that was killed half-way had copied is finished, and may be of another template.
func (p *Provisioner) EnsureDatabase(ctx context.Context, s Server, name, template string, mark Mark, adopt bool) (created bool, err error) {
	err = p.on(ctx, s, "", func(ctx context.Context, c *pgx.Conn) error {
		there, err := claim(ctx, c, name, mark, adopt)
		if err != nil || there {
			return err
		}
		created, err = create(ctx, c, name, template, mark)
		return err
	})
	return created, err
}

// ClaimDatabase makes sure that the database, which the caller has seen, is the mark's. With adopt, one whose mark has
// the same name but another UID (its resource was deleted and the data retained) is marked anew; any other is
// ErrDatabaseTaken, and nothing is touched. One that has gone meanwhile is ErrDatabaseMissing: its data went with it, so
// none is made in its place.
func (p *Provisioner) ClaimDatabase(ctx context.Context, s Server, name string, mark Mark, adopt bool) error {
	return p.on(ctx, s, "", func(ctx context.Context, c *pgx.Conn) error {
		there, err := claim(ctx, c, name, mark, adopt)
		if err == nil && !there {
			return ErrDatabaseMissing.With("database", name)
		}
		return err
	})
}

func claim(ctx context.Context, c *pgx.Conn, name string, mark Mark, adopt bool) (there bool, err error) {
	found, there, err := findMark(ctx, c, name)
	switch {
	case err != nil || !there || found == mark:
		return there, err
	case adopt && found.Name == mark.Name:
		_, err = c.Exec(ctx, fmt.Sprintf(`comment on database %s is %s`, quote(name), literal(mark.comment())))
		return true, err
	}
	return true, ErrDatabaseTaken.With("database", name, "owner", found.UID)
}

// create makes the database under a name that only this mark has, then marks and renames it in one transaction:
// PostgreSQL can't create a database inside a transaction, and a database without a mark would be nobody's if we were
// killed in between.
func create(ctx context.Context, c *pgx.Conn, name, template string, mark Mark) (fresh bool, err error) {
	draft := draftName(mark)
	if template == "" {
		err = createEmpty(ctx, c, draft)
	} else {
		// WAL_LOG: 145 ms for an empty schema, whatever else the server does. FILE_COPY takes 128 ms on an idle server,
		// and a checkpoint of everything that others have written on a busy one.
		_, err = c.Exec(ctx, fmt.Sprintf(`create database %s owner %s template %s strategy wal_log`, quote(draft), RoleMigrator, quote(template)))
	}
	var pg *pgconn.PgError
	// We were killed after making it (42P04), or a former leader is making it at this very moment (23505).
	draftIsThere := errors.As(err, &pg) && (pg.Code == "42P04" || pg.Code == "23505")
	if err != nil && !draftIsThere {
		return false, err
	}
	return !draftIsThere, pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		// Rights on a database are not copied with it. All else of a template is.
		sql := append(databaseGrants(draft), fmt.Sprintf(`comment on database %s is %s`, quote(draft), literal(mark.comment())))
		if err := all(ctx, tx, sql); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, fmt.Sprintf(`alter database %s rename to %s`, quote(draft), quote(name)))
		if errors.As(err, &pg) && pg.Code == "42P04" {
			return ErrDatabaseTaken.With("database", name).Wrap(err)
		}
		return err
	})
}

func createEmpty(ctx context.Context, c *pgx.Conn, name string) error {
	sql := fmt.Sprintf(`create database %s owner %s template template0 encoding 'UTF8'`, quote(name), RoleMigrator)
	var version int
	if err := c.QueryRow(ctx, `select current_setting('server_version_num')::int`).Scan(&version); err != nil {
		return err
	}
	if version < 170000 {
		_, err := c.Exec(ctx, sql)
		return err
	}
	// The same order and the same case folding on every machine, whatever its C library: indexes survive a move.
	sql += ` locale_provider builtin builtin_locale 'C.UTF-8' lc_collate 'C'`
	// Only pg_trgm asks the C library, which characters are letters. By 'C' none are beyond ASCII, and a search for a
	// Russian or a Chinese name would read every row.
	_, err := c.Exec(ctx, sql+` lc_ctype 'C.UTF-8'`)
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "42809" { // a C library without that locale
		_, err = c.Exec(ctx, sql+` lc_ctype 'C'`)
	}
	return err
}

func draftName(mark Mark) string { return "omnicrm_draft_" + strings.ReplaceAll(mark.UID, "-", "") }

// Size is the size of the database in bytes.
func (p *Provisioner) Size(ctx context.Context, s Server, name string) (bytes int64, err error) {
	err = p.on(ctx, s, "", func(ctx context.Context, c *pgx.Conn) error {
		err := c.QueryRow(ctx, `select pg_database_size(datname) from pg_database where datname = $1`, name).Scan(&bytes)
		if errors.Is(err, pgx.ErrNoRows) {
			return ErrDatabaseMissing.With("database", name)
		}
		return err
	})
	return bytes, err
}

// Drop destroys the database, with whoever is connected thrown out, if it carries the mark. A missing one is fine; one
// with another mark is ErrDatabaseTaken and stays.
func (p *Provisioner) Drop(ctx context.Context, s Server, name string, mark Mark) error {
	return p.on(ctx, s, "", func(ctx context.Context, c *pgx.Conn) error {
		// A draft is what a creation leaves behind when it was killed half-way.
		if _, err := c.Exec(ctx, `drop database if exists `+quote(draftName(mark))+` with (force)`); err != nil {
			return err
		}
		found, ok, err := findMark(ctx, c, name)
		switch {
		case err != nil:
			return err
		case !ok:
			return nil
		case found != mark:
			return ErrDatabaseTaken.With("database", name, "owner", found.UID)
		}
		_, err = c.Exec(ctx, `drop database if exists `+quote(name)+` with (force)`)
		return err
	})
}

// literal quotes a string; COMMENT takes no parameters.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
