package parts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// template is a database that tests' databases are copied from: migrating
// takes a second, copying some 30 ms.
type template struct {
	kind    string // in its name
	files   fs.FS  // the migrations
	migrate func(ctx context.Context, dsn string) error
}

var ensured sync.Map // name → *sync.Mutex, then string once it is made

// ensure makes the template once per server and set of migrations, whichever
// process comes first, and returns its name.
func (m template) ensure(ctx context.Context, server Server) (string, error) {
	name, err := m.name()
	if err != nil {
		return "", err
	}
	key := server.DSN + " " + name
	mu, _ := ensured.LoadOrStore(key, &sync.Mutex{})
	lock, ok := mu.(*sync.Mutex)
	if !ok {
		return name, nil
	}
	lock.Lock()
	defer lock.Unlock()
	conn, err := pgx.Connect(ctx, server.DSN)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	// Held by this connection, so it is free again if we are killed half-way.
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtext($1))", name); err != nil {
		return "", err
	}
	var there bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil {
		return "", err
	}
	if !there {
		if err := m.make(ctx, conn, server, name); err != nil {
			return "", err
		}
	}
	ensured.Store(key, name)
	return name, nil
}

// make provisions a draft and gives it the template's name when it is whole.
func (m template) make(ctx context.Context, conn *pgx.Conn, server Server, name string) error {
	draft := name + "_draft"
	if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+draft+" WITH (FORCE)"); err != nil {
		return err
	}
	var p db.Provisioner
	if err := p.EnsureRoles(ctx, server.Server, server.Roles); err != nil {
		return err
	}
	if _, err := p.EnsureDatabase(ctx, server.Server, draft, "", db.Mark{Name: m.kind, UID: name}, false); err != nil {
		return err
	}
	if _, err := p.EnsureGrants(ctx, server.Server, draft); err != nil {
		return err
	}
	if _, err := p.EnsureLeakproof(ctx, server.Server, draft); err != nil {
		return err
	}
	if err := m.migrate(ctx, server.Server.DSN(draft, db.RoleMigrator, server.Roles.Migrator)); err != nil {
		return err
	}
	if err := execOn(ctx, server.Server.DSN(draft, server.User, server.Password), "VACUUM (FREEZE, ANALYZE)"); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, "ALTER DATABASE "+draft+" RENAME TO "+name)
	return err
}

// name tells templates of different migrations apart.
func (m template) name() (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(m.files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(m.files, path)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(sum, "%s %d\n%s\n", path, len(text), text)
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("read the migrations: %w", err)
	}
	return "template_" + m.kind + "_" + hex.EncodeToString(sum.Sum(nil))[:12], nil
}
