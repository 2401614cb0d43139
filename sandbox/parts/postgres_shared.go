package parts

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// linger is how long the shared server waits for the next test binary. A run
// of many packages compiles in between; nobody wants to find it an hour later.
const linger = 10 * time.Second

var shared struct {
	sync.Mutex
	server Server
	owner  net.Conn // never closed by hand: the kernel does when the process ends
}

// Postgres returns the superuser of a PostgreSQL server for tests:
// OMNICRM_TEST_POSTGRES (a superuser's DSN) if set, else one that all test
// binaries of this user share while they run, and that ends seconds after them.
func Postgres(t testing.TB) Server {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.server.DSN != "" {
		return shared.server
	}
	server, err := findOrStart(t.Context())
	if err != nil {
		t.Fatalf("a PostgreSQL for tests: %v", err)
	}
	shared.server = server
	return server
}

func findOrStart(ctx context.Context) (Server, error) {
	if dsn := os.Getenv("OMNICRM_TEST_POSTGRES"); dsn != "" {
		return ParseServer(dsn)
	}
	cache, err := CacheDir()
	if err != nil {
		return Server{}, err
	}
	at := sharedPlace{dir: filepath.Join(cache, "test-postgres-"+PostgresVersion)}
	if err := os.MkdirAll(at.dir, 0o755); err != nil {
		return Server{}, err
	}
	if _, err := keeperBinary(ctx); err != nil { // outside the lock: it may build
		return Server{}, err
	}
	unlock, err := lockFile(ctx, at.lock())
	if err != nil {
		return Server{}, err
	}
	defer unlock()
	joined, err := at.join(ctx)
	if err == nil && !joined {
		if err = at.start(ctx); err == nil {
			joined, err = at.join(ctx)
		}
	}
	if err != nil {
		return Server{}, err
	}
	if !joined {
		return Server{}, fmt.Errorf("the server that just started is gone; see %s", at.log())
	}
	dsn, err := os.ReadFile(at.dsn())
	if err != nil {
		return Server{}, err
	}
	if err := awaitPostgres(ctx, string(dsn), nil); err != nil {
		return Server{}, fmt.Errorf("%w; see %s", err, at.log())
	}
	return ParseServer(string(dsn))
}

// sharedPlace is the folder through which test binaries find their server.
type sharedPlace struct{ dir string }

func (p sharedPlace) lock() string     { return filepath.Join(p.dir, "lock") }
func (p sharedPlace) socket() string   { return filepath.Join(p.dir, "owners") }
func (p sharedPlace) dsn() string      { return filepath.Join(p.dir, "dsn") }
func (p sharedPlace) log() string      { return filepath.Join(p.dir, "log") }
func (p sharedPlace) template() string { return filepath.Join(p.dir, "template") }

// greeted is how long a keeper may take to greet. It does so at once, on a machine that has a moment for it: a server
// must not be taken for gone, and its folder swept, because the machine is busy.
const greeted = patience

// join makes this process an owner of the running server, if there is one.
func (p sharedPlace) join(ctx context.Context) (bool, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", p.socket())
	if err != nil {
		return false, ctx.Err()
	}
	_ = conn.SetReadDeadline(time.Now().Add(greeted))
	word, err := bufio.NewReader(conn).ReadString('\n')
	if err == nil && word == "kept\n" {
		shared.owner = conn
		return true, nil
	}
	_ = conn.Close()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return false, fmt.Errorf("the keeper of a server does not answer; see %s", p.log())
	}
	return false, nil
}

// start runs a fresh copy of the template data folder.
func (p sharedPlace) start(ctx context.Context) error {
	bin, err := PostgresBin(ctx)
	if err != nil {
		return err
	}
	as, err := unprivileged()
	if err != nil {
		return err
	}
	password, err := p.makeTemplate(ctx, bin, as)
	if err != nil {
		return err
	}
	p.sweep()
	data, err := os.MkdirTemp(p.dir, "data-")
	if err != nil {
		return err
	}
	if err := os.Remove(data); err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, "cp", "-Rp", p.template(), data).CombinedOutput(); err != nil {
		return fmt.Errorf("copy the data template: %w\n%s", err, out)
	}
	port, err := FreePort(ctx)
	if err != nil {
		return err
	}
	log, err := os.Create(p.log())
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	k := postgresKeep(bin, as, PostgresOptions{Dir: data, Log: log, Remove: data}, port)
	args, err := keeperArgs(ctx, k, "-socket", p.socket(), "-lock", p.lock(), "-linger", linger.String())
	if err != nil {
		return err
	}
	_ = os.Remove(p.socket())
	cmd := keeperCommand(args, k)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start PostgreSQL's keeper: %w", err)
	}
	_ = cmd.Process.Release()
	if err := os.WriteFile(p.dsn(), []byte(superuserDSN(port, password)), 0o600); err != nil {
		return err
	}
	return p.awaitSocket(ctx)
}

func (p sharedPlace) awaitSocket(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, greeted)
	defer cancel()
	for !exists(p.socket()) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL's keeper didn't come up; see %s", p.log())
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}

// makeTemplate runs initdb once per machine and returns the superuser's password.
func (p sharedPlace) makeTemplate(ctx context.Context, bin string, as *OtherUser) (string, error) {
	secret := filepath.Join(p.dir, "password")
	if password, err := os.ReadFile(secret); err == nil && exists(p.template()) {
		return strings.TrimSpace(string(password)), nil
	}
	password := NewPassword()
	tmp := p.template() + ".new"
	if err := os.RemoveAll(tmp); err != nil {
		return "", err
	}
	if err := initPostgres(ctx, bin, tmp, password, as); err != nil {
		return "", err
	}
	if err := os.WriteFile(secret, []byte(password), 0o600); err != nil {
		return "", err
	}
	return password, os.Rename(tmp, p.template())
}

// sweep removes what a killed keeper left. Only called when no server runs.
func (p sharedPlace) sweep() {
	left, _ := filepath.Glob(filepath.Join(p.dir, "data-*"))
	for _, dir := range left {
		_ = os.RemoveAll(dir)
	}
}
