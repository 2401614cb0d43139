package parts

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// PostgresOptions says how a PostgreSQL server is to run.
type PostgresOptions struct {
	Dir      string   // data folder; made by initdb when it is missing
	Port     int      // 0: a free one
	Password string   // of the superuser `postgres`, when Dir is made; the one it was made with otherwise
	Durable  bool     // survive a crash of the machine; off for tests, which don't care
	Steady   bool     // survive a crash of the server, as Durable does, but not of the machine
	Log      *os.File // its log; nil for none
	Remove   string   // folder to remove once it stopped
}

// PostgresServer is a running server that this process owns.
type PostgresServer struct {
	*Kept

	DSN  string // of the superuser, database postgres
	Port int
}

// Server names a PostgreSQL server, its superuser, and the passwords of the
// product's roles there.
type Server struct {
	db.Server

	DSN string // of the superuser, to the maintenance database
	// Roles belong to the server, which other tests share. A test that lets
	// something call EnsureRoles gives it these passwords, or takes a server of
	// its own ([OwnPostgres]).
	Roles db.RolePasswords
}

// StartPostgres starts a server and returns when it answers. As root it runs
// as another user, so every folder above Dir has to let others through
// ([Reachable]).
func StartPostgres(ctx context.Context, o PostgresOptions) (*PostgresServer, error) {
	bin, err := PostgresBin(ctx)
	if err != nil {
		return nil, err
	}
	as, err := unprivileged()
	if err != nil {
		return nil, err
	}
	if as != nil && !Reachable(filepath.Dir(o.Dir)) {
		return nil, fmt.Errorf("PostgreSQL runs as user %d, who can't reach %s: open the folders above it (chmod o+x) or choose another place", as.UID, o.Dir)
	}
	if !exists(filepath.Join(o.Dir, "PG_VERSION")) {
		if err := initPostgres(ctx, bin, o.Dir, o.Password, as); err != nil {
			return nil, err
		}
	}
	for try := 0; ; try++ {
		server, err := startPostgresOnce(ctx, bin, as, o)
		// A port that was free may have been taken meanwhile.
		if err == nil || o.Port != 0 || try == 4 || ctx.Err() != nil {
			return server, err
		}
	}
}

func startPostgresOnce(ctx context.Context, bin string, as *OtherUser, o PostgresOptions) (*PostgresServer, error) {
	port := o.Port
	if port == 0 {
		free, err := FreePort(ctx)
		if err != nil {
			return nil, err
		}
		port = free
	}
	kept, err := StartKept(ctx, postgresKeep(bin, as, o, port))
	if err != nil {
		return nil, err
	}
	server := &PostgresServer{Kept: kept, DSN: superuserDSN(port, o.Password), Port: port}
	if err := awaitPostgres(ctx, server.DSN, kept.Done()); err != nil {
		kept.Stop()
		return nil, err
	}
	return server, nil
}

func postgresKeep(bin string, as *OtherUser, o PostgresOptions, port int) Keep {
	return Keep{
		Command: append([]string{filepath.Join(bin, "postgres"), "-D", o.Dir}, postgresSettings(port, o)...),
		Signal:  syscall.SIGINT, // fast shutdown: roll back, checkpoint, end
		Dir:     "/",
		Log:     o.Log,
		Remove:  o.Remove,
		User:    as,
	}
}

func postgresSettings(port int, o PostgresOptions) []string {
	settings := []string{
		"listen_addresses=127.0.0.1",
		"port=" + strconv.Itoa(port),
		"unix_socket_directories=",
		"max_connections=400",
		"shared_buffers=128MB",
		"timezone=UTC",
		"log_timezone=UTC",
	}
	if !o.Durable && !o.Steady {
		settings = append(settings, "synchronous_commit=off")
	}
	if !o.Durable {
		settings = append(settings, "fsync=off", "full_page_writes=off",
			"wal_level=minimal", "max_wal_senders=0", "max_wal_size=4GB", "autovacuum=off",
			// Many small databases are made and dropped; a checkpoint for each costs more than logging them.
			"checkpoint_timeout=1h")
	}
	args := make([]string, 0, 2*len(settings))
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	return args
}

func superuserDSN(port int, password string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword("postgres", password),
		Host: "127.0.0.1:" + strconv.Itoa(port), Path: "/postgres", RawQuery: "sslmode=disable",
	}
	return u.String()
}

// awaitPostgres returns when the server takes connections, or with the reason
// that will not pass by waiting.
func awaitPostgres(ctx context.Context, dsn string, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, dsn)
		if err == nil {
			return conn.Close(ctx)
		}
		if strings.Contains(err.Error(), "28P01") { // invalid_password: another server, or another password
			return fmt.Errorf("start PostgreSQL: %w", err)
		}
		select {
		case <-ended:
			return errors.New("start PostgreSQL: it ended at once; its log tells why")
		case <-ctx.Done():
			return fmt.Errorf("start PostgreSQL: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// ParseServer splits a superuser's DSN.
func ParseServer(dsn string) (Server, error) {
	server, err := db.ServerOf(dsn)
	if err != nil {
		return Server{}, fmt.Errorf("DSN of the PostgreSQL superuser: %w", err)
	}
	derive := func(role string) string {
		h := hmac.New(sha256.New, []byte(server.Password))
		h.Write([]byte(role))
		return hex.EncodeToString(h.Sum(nil)[:16])
	}
	return Server{Server: server, DSN: dsn, Roles: db.RolePasswords{
		Migrator: derive(db.RoleMigrator), App: derive(db.RoleApp),
		Readonly: derive(db.RoleReadonly), Mover: derive(db.RoleMover),
	}}, nil
}

// NewPassword returns a random password that needs no quoting anywhere.
func NewPassword() string { return rand.Text() }
