package db

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// MinServerVersion is the oldest PostgreSQL that is supported, as server_version_num has it.
const MinServerVersion = 150000

// What can be in the way of provisioning. Each is told apart with errors.Is; the cause says more, without a password.
var (
	// ErrServerUnreachable: nothing answers there, or not in time, or not as PostgreSQL over the wanted TLS.
	ErrServerUnreachable = fault.New(fault.Unavailable, "server.unreachable", "The PostgreSQL server does not answer.")
	// ErrServerCredentials: it answers and refuses the user or the password.
	ErrServerCredentials = fault.New(fault.Denied, "server.credentials", "The PostgreSQL server refuses the user name or the password.")
	// ErrServerPermission: the user may not do what provisioning needs.
	ErrServerPermission = fault.New(fault.Denied, "server.permission", "The PostgreSQL user lacks a right that provisioning needs.")
	// ErrServerFull: no disk or no connection is left.
	ErrServerFull = fault.New(fault.Unavailable, "server.full", "The PostgreSQL server has no room left.")
	// ErrNotSuperuser: LEAKPROOF is for superusers alone; the fallback through definer functions serves instead.
	ErrNotSuperuser = fault.New(fault.Denied, "server.not_superuser", "Only a superuser may mark functions LEAKPROOF.")
	// ErrDatabaseTaken: a database of the name exists and was not made for this owner.
	ErrDatabaseTaken = fault.New(fault.Conflict, "database.taken", "A database of this name exists and was made by somebody else.")
	// ErrDatabaseMissing: there is no database of the name.
	ErrDatabaseMissing = fault.New(fault.NotFound, "database.missing", "There is no database of this name on the server.")
)

// Server is how the operator reaches a PostgreSQL server: directly, not through a pooler, as a role that may create
// roles and databases.
type Server struct {
	Host          string // name, address, or the folder of a Unix socket
	Port          int
	SSLMode       string // as libpq: disable, require, verify-ca, verify-full
	User          string
	Password      string
	MaintenanceDB string // default "postgres"
}

// DSN is the address of a database of the server for a user.
func (s Server) DSN(database, user, password string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(user, password), Path: "/" + database}
	q := url.Values{}
	if s.SSLMode != "" {
		q.Set("sslmode", s.SSLMode)
	}
	if len(s.Host) > 0 && s.Host[0] == '/' {
		q.Set("host", s.Host)
		q.Set("port", strconv.Itoa(s.Port))
	} else {
		u.Host = net.JoinHostPort(s.Host, strconv.Itoa(s.Port))
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// ServerOf reads a DSN with a user and a password, such as a test server's.
func ServerOf(dsn string) (Server, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return Server{}, err
	}
	s := Server{
		Host: cfg.Host, Port: int(cfg.Port), User: cfg.User, Password: cfg.Password,
		MaintenanceDB: cfg.Database, SSLMode: "disable",
	}
	if cfg.TLSConfig != nil {
		s.SSLMode = "require"
	}
	return s, nil
}

// Provisioner makes what tenant databases need on a server. Every verb may be repeated, also after it was killed
// half-way, and by two processes at once. It closes its connections again: to a tenant's database at once, as one that is
// open stands in the way of renaming and dropping it, to the maintenance database when it was idle for two seconds. The
// zero value is ready.
type Provisioner struct {
	// Timeout bounds each verb; default 30 seconds. Migrations have no bound but their context's.
	Timeout time.Duration

	kept keptConns
}

// ServerInfo is what a server tells about itself.
type ServerInfo struct {
	Version    string // as server_version has it, such as "18.1"
	VersionNum int    // such as 180001
	Superuser  bool
	CreateRole bool
	CreateDB   bool
	BypassRLS  bool
	Databases  int   // made by us
	Size       int64 // bytes of all databases that we may look into; 0 unless it was asked for
}

// Inspect asks the server about itself. With measure it asks by a new connection, so that what it says of the credentials
// is true, and adds up the sizes of the databases, for which PostgreSQL looks at each of their files.
func (p *Provisioner) Inspect(ctx context.Context, s Server, measure bool) (info ServerInfo, err error) {
	database := ""
	if measure {
		database = s.maintenance()
	}
	err = p.on(ctx, s, database, func(ctx context.Context, c *pgx.Conn) error {
		for try := 1; ; try++ {
			info, err = inspect(ctx, c, measure)
			// A database that is dropped while the query runs fails it: another look is all it needs.
			var pg *pgconn.PgError
			if try == 5 || !errors.As(err, &pg) || (pg.Code != "3D000" && pg.Code != "58P01") {
				return err
			}
		}
	})
	return info, err
}

func inspect(ctx context.Context, c *pgx.Conn, measure bool) (info ServerInfo, err error) {
	err = c.QueryRow(ctx, `
		select current_setting('server_version'), current_setting('server_version_num')::int,
		       rolsuper, rolsuper or rolcreaterole, rolsuper or rolcreatedb, rolsuper or rolbypassrls,
		       (select count(*) from pg_database d where shobj_description(d.oid, 'pg_database') like $1 || '%'),
		       (select coalesce(sum(case when has_database_privilege(d.oid, 'connect') then pg_database_size(d.oid) else 0 end), 0)::bigint
		          from pg_database d where $2)
		  from pg_roles where rolname = current_user`, markPrefix, measure).
		Scan(&info.Version, &info.VersionNum, &info.Superuser, &info.CreateRole, &info.CreateDB, &info.BypassRLS,
			&info.Databases, &info.Size)
	return info, err
}

func (s Server) maintenance() string { return cmp.Or(s.MaintenanceDB, "postgres") }

// on runs fn on a connection to a database of the server: a new one, or one that was kept to the maintenance database for
// "".
func (p *Provisioner) on(ctx context.Context, s Server, database string, fn func(context.Context, *pgx.Conn) error) error {
	timeout := p.Timeout
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if database == "" {
		return p.kept.on(ctx, s.DSN(s.maintenance(), s.User, s.Password), fn)
	}
	conn, err := dial(ctx, s.DSN(database, s.User, s.Password))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return classifyProvision(fn(ctx, conn))
}

func dial(ctx context.Context, dsn string) (*pgx.Conn, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("address of the server: %w", err)
	}
	cfg.ConnectTimeout = connectTimeout
	cfg.RuntimeParams["application_name"] = "omnicrm-operator"
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, classifyDial(err)
	}
	return conn, nil
}

func classifyDial(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return ErrServerUnreachable.Wrap(err)
	}
	switch pg.Code {
	case "28P01", "28000":
		return ErrServerCredentials.Wrap(err)
	case "3D000":
		return ErrDatabaseMissing.Wrap(err)
	case "42501":
		return ErrServerPermission.Wrap(err)
	case "53300":
		return ErrServerFull.Wrap(err)
	}
	return ErrServerUnreachable.Wrap(err)
}

func classifyProvision(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := fault.As(err); ok {
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return ErrServerUnreachable.Wrap(err)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch {
		case pg.Code == "42501":
			return ErrServerPermission.Wrap(err)
		case pg.Code == "53100", pg.Code == "53300":
			return ErrServerFull.Wrap(err)
		case pg.Code[:2] == "08", pg.Code[:3] == "57P":
			return ErrServerUnreachable.Wrap(err)
		}
		return err
	}
	if pgconn.SafeToRetry(err) || pgconn.Timeout(err) {
		return ErrServerUnreachable.Wrap(err)
	}
	return err
}

// locked runs fn in one transaction that no other provisioner's on the same database overlaps: catalogue rows that two
// sessions change at once fail with "tuple concurrently updated".
func locked(ctx context.Context, c *pgx.Conn, fn func(tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtext('omnicrm.provision'))`); err != nil {
			return err
		}
		return fn(tx)
	})
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
