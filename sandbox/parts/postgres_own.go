package parts

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// OwnPostgres starts a server for one test alone: for tests that stop it, fill
// it or change its roles. Prefer [Postgres], which costs nothing to start.
func OwnPostgres(t testing.TB) *OwnServer {
	t.Helper()
	dir, err := ScratchDir("test-postgres-own")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(t.TempDir(), "postgres.log"))
	if err != nil {
		t.Fatal(err)
	}
	s := &OwnServer{options: PostgresOptions{Dir: filepath.Join(dir, "data"), Password: NewPassword(), Steady: true, Log: log}}
	t.Cleanup(func() {
		s.Stop()
		_ = log.Close()
		_ = os.RemoveAll(dir)
	})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.Server, err = ParseServer(s.running.DSN); err != nil {
		t.Fatal(err)
	}
	return s
}

// OwnServer is a server that one test may stop and start.
type OwnServer struct {
	Server

	options PostgresOptions
	running *PostgresServer
}

// Start starts the server again, on the same port with what it held.
func (s *OwnServer) Start(ctx context.Context) error {
	running, err := StartPostgres(ctx, s.options)
	if err != nil {
		return err
	}
	s.running, s.options.Port = running, running.Port
	return nil
}

// Stop stops the server; whoever is connected is thrown out. Stopping twice
// is fine.
func (s *OwnServer) Stop() {
	if s.running != nil {
		s.running.Stop()
	}
}

// Crash has the server drop everything at once, as `pg_ctl stop -m immediate`
// does: no checkpoint, and recovery from its log at the next [OwnServer.Start].
// What was committed is kept.
func (s *OwnServer) Crash() error {
	text, err := os.ReadFile(filepath.Join(s.options.Dir, "postmaster.pid"))
	if err != nil {
		return fmt.Errorf("crash PostgreSQL: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		return fmt.Errorf("crash PostgreSQL: its pid: %w", err)
	}
	if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil {
		return fmt.Errorf("crash PostgreSQL: %w", err)
	}
	<-s.running.Done()
	return nil
}

// ControlDB is [ControlDB] on this server.
func (s *OwnServer) ControlDB(t testing.TB) string {
	t.Helper()
	return cloneDB(t, s.Server, controlTemplate()).App
}

// TenantDB is [TenantDB] on this server.
func (s *OwnServer) TenantDB(t testing.TB) TenantDSNs {
	t.Helper()
	return cloneDB(t, s.Server, tenantTemplate())
}
