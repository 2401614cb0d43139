package parts

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/platform/db"
)

// Pooler is a PgBouncer of the test's own, in transaction mode, in front of the tests' PostgreSQL.
type Pooler struct{ Port int }

// PgBouncer starts one that holds at most size connections to each database, whoever comes. The test is skipped where
// the machine has no pgbouncer; hack/install installs Debian's, so CI has it.
func PgBouncer(t testing.TB, size int) Pooler {
	t.Helper()
	bin, err := exec.LookPath("pgbouncer")
	if err != nil { // Debian's place, which is not on an ordinary user's PATH
		bin, err = exec.LookPath("/usr/sbin/pgbouncer")
	}
	if err != nil {
		t.Skip("pgbouncer is not on the PATH: hack/install installs it")
	}
	server := Postgres(t)
	dir, err := ScratchDir("test-pgbouncer")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	pooler, err := startPgBouncer(t, bin, dir, server, size)
	if err != nil {
		t.Fatalf("a PgBouncer for the test: %v", err)
	}
	return pooler
}

func startPgBouncer(t testing.TB, bin, dir string, server Server, size int) (Pooler, error) {
	port, err := FreePort(t.Context())
	if err != nil {
		return Pooler{}, err
	}
	as, err := unprivileged() // like PostgreSQL, it refuses to run as root
	if err != nil {
		return Pooler{}, err
	}
	ini, err := writePgBouncer(dir, port, server, size)
	if err != nil {
		return Pooler{}, err
	}
	for _, path := range []string{dir, ini, filepath.Join(dir, "users.txt")} {
		if err := as.own(path); err != nil {
			return Pooler{}, err
		}
	}
	log, err := os.Create(filepath.Join(t.TempDir(), "pgbouncer.log"))
	if err != nil {
		return Pooler{}, err
	}
	defer func() { _ = log.Close() }()
	kept, err := StartKept(t.Context(), Keep{Command: []string{bin, ini}, Dir: "/", Log: log, User: as, Grace: 2 * time.Second})
	if err != nil {
		return Pooler{}, err
	}
	t.Cleanup(kept.Stop)
	if err := awaitPort(t.Context(), port, kept.Done()); err != nil {
		text, _ := os.ReadFile(log.Name())
		return Pooler{}, fmt.Errorf("%w\n%s", err, text)
	}
	return Pooler{Port: port}, nil
}

func writePgBouncer(dir string, port int, server Server, size int) (ini string, err error) {
	users := ""
	for name, password := range map[string]string{
		db.RoleApp: server.Roles.App, db.RoleReadonly: server.Roles.Readonly,
	} {
		users += fmt.Sprintf("%q %q\n", name, password)
	}
	list := filepath.Join(dir, "users.txt")
	if err := os.WriteFile(list, []byte(users), 0o600); err != nil {
		return "", err
	}
	ini = filepath.Join(dir, "pgbouncer.ini")
	return ini, os.WriteFile(ini, []byte(fmt.Sprintf(`[databases]
* = host=%s port=%d
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = scram-sha-256
auth_file = %s
pool_mode = transaction
default_pool_size = %d
max_client_conn = 2000
`, server.Host, server.Port, port, list, size)), 0o600)
}

func awaitPort(ctx context.Context, port int, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var d net.Dialer
	for {
		c, err := d.DialContext(ctx, "tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err == nil {
			return c.Close()
		}
		select {
		case <-ended:
			return fmt.Errorf("it ended at once: %w", err)
		case <-ctx.Done():
			return err
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Through turns a DSN of the tests' PostgreSQL into one through the pooler, as the directory writes one.
func (p Pooler) Through(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return dsn
	}
	u.Host = "127.0.0.1:" + strconv.Itoa(p.Port)
	q := u.Query()
	q.Set("default_query_exec_mode", db.PooledExecMode)
	u.RawQuery = q.Encode()
	return u.String()
}
