package db

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/migrations/tenant"
)

// templatePrefix begins the name of every template; what follows is the version of its schema, so that they sort, and
// what tells its making apart from others'.
const templatePrefix = "omnicrm_template_"

// templateTimeout bounds the making of a template, or the wait for whoever else makes it.
const templateTimeout = 5 * time.Minute

// withoutLeakproof ends the name of a template that was made without a superuser.
const withoutLeakproof = "_definer"

const templateComment = "OmniCRM template of new tenant databases; made and kept by the operator. Without it the next one takes a second more."

// TemplateName is the name of the database that this binary copies new tenant databases from. It says by its end what
// went into it, so that another binary with other migrations makes its own.
var TemplateName = sync.OnceValues(func() (string, error) {
	newest, err := newestVersion(tenant.FS)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, _ = fmt.Fprintln(sum, leakproofFunctions, grants(""))
	err = fs.WalkDir(tenant.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(tenant.FS, path)
		_, _ = fmt.Fprintf(sum, "%s %d\n%s\n", path, len(text), text)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read the migrations: %w", err)
	}
	return fmt.Sprintf("%s%04d_%s", templatePrefix, newest, hex.EncodeToString(sum.Sum(nil))[:10]), nil
})

// EnsureTemplate makes the template of this binary's schema on the server, unless it is there: a database with
// everything that a new tenant database needs, which nobody may connect to. Migrating takes a second, copying a tenth.
// Templates of older schemas are dropped when a new one is made. It may be killed anywhere: only a whole template has
// the name.
func (p *Provisioner) EnsureTemplate(ctx context.Context, s Server, migratorPassword string) (name string, err error) {
	if name, err = TemplateName(); err != nil {
		return "", err
	}
	var there bool
	err = p.on(ctx, s, "", func(ctx context.Context, c *pgx.Conn) error {
		var super bool
		if err := c.QueryRow(ctx, `select rolsuper from pg_roles where rolname = current_user`).Scan(&super); err != nil {
			return err
		}
		if !super {
			name += withoutLeakproof
		}
		there, err = templateExists(ctx, c, name)
		return err
	})
	if err != nil || there {
		return name, err
	}
	patient := &Provisioner{Timeout: templateTimeout}
	return name, patient.on(ctx, s, "", func(ctx context.Context, c *pgx.Conn) error {
		return p.makeTemplate(ctx, c, s, name, migratorPassword)
	})
}

// HasLeakproof tells whether a database that was copied from the template has the marks that EnsureLeakproof sets.
func HasLeakproof(template string) bool {
	return template != "" && !strings.HasSuffix(template, withoutLeakproof)
}

func templateExists(ctx context.Context, c *pgx.Conn, name string) (there bool, err error) {
	err = c.QueryRow(ctx, `select exists (select from pg_database where datname = $1)`, name).Scan(&there)
	return there, err
}

// makeTemplate provisions a draft and gives it the template's name when it is whole. The lock is the connection's, so it
// is free again as soon as whoever held it is gone.
func (p *Provisioner) makeTemplate(ctx context.Context, c *pgx.Conn, s Server, name, migratorPassword string) error {
	if _, err := c.Exec(ctx, `select pg_advisory_lock(hashtext('omnicrm.template'))`); err != nil {
		return err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }() // and with it goes the lock
	if there, err := templateExists(ctx, c, name); err != nil || there {
		return err
	}
	draft := name + "_draft"
	if _, err := c.Exec(ctx, `drop database if exists `+quote(draft)+` with (force)`); err != nil {
		return err
	}
	if err := createEmpty(ctx, c, draft); err != nil {
		return err
	}
	if err := p.furnish(ctx, s, draft, migratorPassword); err != nil {
		return err
	}
	err := pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		for _, sql := range []string{
			fmt.Sprintf(`comment on database %s is %s`, quote(draft), literal(templateComment)),
			fmt.Sprintf(`alter database %s with allow_connections false is_template true`, quote(draft)),
			fmt.Sprintf(`alter database %s rename to %s`, quote(draft), quote(name)),
		} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return dropOlderTemplates(ctx, c, name)
}

// furnish does to an empty database what its phases do to a tenant's.
func (p *Provisioner) furnish(ctx context.Context, s Server, name, migratorPassword string) error {
	if _, err := p.EnsureGrants(ctx, s, name); err != nil {
		return err
	}
	if _, err := p.EnsureLeakproof(ctx, s, name); err != nil && !errors.Is(err, ErrNotSuperuser) {
		return err
	}
	_, err := MigrateTenant(ctx, s.DSN(name, RoleMigrator, migratorPassword))
	return err
}

// dropOlderTemplates drops the templates of older schemas. A newer one is another binary's that will need it.
func dropOlderTemplates(ctx context.Context, c *pgx.Conn, name string) error {
	rows, err := c.Query(ctx, `select datname from pg_database
		where starts_with(datname, $1) and shobj_description(oid, 'pg_database') = $2`, templatePrefix, templateComment)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, other := range names {
		if versionOf(other) >= versionOf(name) {
			continue
		}
		for _, sql := range []string{`alter database ` + quote(other) + ` is_template false`, `drop database if exists ` + quote(other) + ` with (force)`} {
			if _, err := c.Exec(ctx, sql); err != nil {
				return err
			}
		}
	}
	return nil
}

// versionOf is the schema's version in a template's name: "0041"; as text it sorts as the number does.
func versionOf(template string) string {
	version, _, _ := strings.Cut(strings.TrimPrefix(template, templatePrefix), "_")
	return version
}
