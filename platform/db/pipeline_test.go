package db_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// wire counts round trips: how often a client speaks after the server has.
type wire struct {
	trips    atomic.Int64
	answered atomic.Bool
}

// tapped puts a counting proxy before the database of the DSN.
func tapped(t *testing.T, dsn string) (string, *wire) {
	t.Helper()
	address, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	server := address.Host
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	w := &wire{}
	w.answered.Store(true)
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go w.carry(client, server)
		}
	}()
	address.Host = l.Addr().String()
	return address.String(), w
}

func (w *wire) carry(client net.Conn, address string) {
	server, err := net.Dial("tcp", address)
	if err != nil {
		_ = client.Close()
		return
	}
	go func() {
		_, _ = io.Copy(noted{client, func() { w.answered.Store(true) }}, server)
		_ = client.Close()
	}()
	_, _ = io.Copy(noted{server, func() {
		if w.answered.Swap(false) {
			w.trips.Add(1)
		}
	}}, client)
	_ = server.Close()
}

// noted is a writer that tells of each write before it.
type noted struct {
	io.Writer
	note func()
}

func (n noted) Write(p []byte) (int, error) {
	n.note()
	return n.Writer.Write(p)
}

func TestRoundTrips(t *testing.T) {
	t.Parallel()
	one := func(ctx context.Context, tx pgx.Tx) error { return tx.QueryRow(ctx, `select 1`).Scan(new(int)) }
	nested := func(fn func(context.Context, pgx.Tx) error) func(context.Context, pgx.Tx) error {
		return func(ctx context.Context, tx pgx.Tx) error {
			point, err := tx.Begin(ctx)
			if err != nil {
				return err
			}
			return errors.Join(fn(ctx, point), point.Commit(ctx))
		}
	}
	for name, test := range map[string]struct {
		fn   func(ctx context.Context, tx pgx.Tx) error
		want int64
	}{
		"a transaction in which nothing happens":        {func(context.Context, pgx.Tx) error { return nil }, 0},
		"a statement travels with the beginning":        {one, 2},
		"a savepoint costs nothing of its own":          {nested(one), 2},
		"nor one inside of it":                          {nested(nested(one)), 2},
		"a savepoint in which nothing happens":          {nested(func(context.Context, pgx.Tx) error { return nil }), 2},
		"what nobody waits for travels with the commit": {later(one, `select 2`), 2},
		"or goes before the commit, never with BEGIN":   {later(nil, `select 2`), 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn, wire := tapped(t, parts.TenantDB(t).App)
			place := tenancy.Placement{
				Tenant:   tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()},
				Database: tenancy.Database{ID: uuid.New(), DSN: dsn}, Status: tenancy.Active,
			}
			tenants := db.NewTenants(tenancy.Static{place}, db.TenantsOptions{MaxConns: 1})
			t.Cleanup(tenants.Close)
			ctx := tenancy.WithTenant(t.Context(), place.Tenant)
			run := func() {
				if err := tenants.InTenant(ctx, func(tx pgx.Tx) error { return test.fn(ctx, tx) }); err != nil {
					t.Fatal(err)
				}
			}
			run() // connects, and has the statements prepared
			before := wire.trips.Load()
			run()
			if got := wire.trips.Load() - before; got != test.want {
				t.Errorf("%d round trips, want %d", got, test.want)
			}
			if test.want == 0 {
				return
			}
			read := func() {
				err := tenants.Read(ctx, func(r db.Reader) error { return r.QueryRow(ctx, `select 3`).Scan(new(int)) })
				if err != nil {
					t.Fatal(err)
				}
			}
			read()
			before = wire.trips.Load()
			read()
			if got := wire.trips.Load() - before; got != 1 {
				t.Errorf("a read took %d round trips, want 1", got)
			}
		})
	}
}

func later(fn func(context.Context, pgx.Tx) error, sql string) func(context.Context, pgx.Tx) error {
	return func(ctx context.Context, tx pgx.Tx) error {
		if fn != nil {
			if err := fn(ctx, tx); err != nil {
				return err
			}
		}
		db.Later(tx, sql)
		return nil
	}
}

var errChanged = errors.New("changed my mind")

func TestWhatWaitsKeepsItsPlace(t *testing.T) {
	t.Parallel()
	insert := func(tx pgx.Tx) {
		db.Later(tx, `insert into event_cursor (sub_account_id, last_seq) values (current_setting('omnicrm.sub_account')::uuid, 1)`)
	}
	raise := func(tx pgx.Tx) { db.Later(tx, `update event_cursor set last_seq = last_seq * 10 + 1`) }
	abandon := func(ctx context.Context, tx pgx.Tx, sent bool) error {
		point, err := tx.Begin(ctx)
		if err != nil {
			return err
		}
		raise(point)
		if sent {
			if err := point.QueryRow(ctx, `select 1`).Scan(new(int)); err != nil {
				return err
			}
			raise(point)
		}
		return point.Rollback(ctx)
	}
	for name, test := range map[string]struct {
		fn   func(ctx context.Context, tx pgx.Tx) error
		want []int64 // last_seq of each cursor afterwards
		err  error
	}{
		"in the order in which it was given": {
			func(_ context.Context, tx pgx.Tx) error { insert(tx); raise(tx); raise(tx); return nil }, []int64{111}, nil,
		},
		"not at all where the transaction is given up": {
			func(_ context.Context, tx pgx.Tx) error { insert(tx); return errChanged }, nil, errChanged,
		},
		"a savepoint that was never sent takes its own away": {
			func(ctx context.Context, tx pgx.Tx) error {
				insert(tx)
				err := abandon(ctx, tx, false)
				raise(tx)
				return err
			}, []int64{11}, nil,
		},
		"a savepoint that was sent does so too": {
			func(ctx context.Context, tx pgx.Tx) error {
				insert(tx)
				err := abandon(ctx, tx, true)
				raise(tx)
				return err
			}, []int64{11}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, db.TenantsOptions{})
			err := h.tenants.InTenant(h.ada, func(tx pgx.Tx) error { return test.fn(h.ada, tx) })
			if !errors.Is(err, test.err) {
				t.Fatalf("got %v, want %v", err, test.err)
			}
			var got []int64
			err = h.tenants.Read(h.ada, func(r db.Reader) error {
				rows, err := r.Query(h.ada, `select last_seq from event_cursor`)
				if err != nil {
					return err
				}
				got, err = pgx.CollectRows(rows, pgx.RowTo[int64])
				return err
			})
			if err != nil || len(got) != len(test.want) || len(got) == 1 && got[0] != test.want[0] {
				t.Errorf("got %v, %v, want %v", got, err, test.want)
			}
		})
	}
}

func TestAFailureOfWhatWaitsFailsTheTransaction(t *testing.T) {
	t.Parallel()
	h := newHouse(t, db.TenantsOptions{})
	told := false
	err := h.tenants.InTenant(h.ada, func(tx pgx.Tx) error {
		db.AfterCommit(tx, func(context.Context) { told = true })
		if err := insertCursor(h.ada, tx); err != nil {
			return err
		}
		db.Later(tx, `insert into event_cursor (sub_account_id) values (current_setting('omnicrm.sub_account')::uuid)`)
		return nil
	})
	if !fault.Is(err, fault.Conflict) || told {
		t.Errorf("got %v, told %v, want a conflict that nobody is told of", err, told)
	}
	if n := countCursors(h.ada, t, h.tenants); n != 0 {
		t.Errorf("%d rows were kept, want none", n)
	}
}

// What waited may never have run: PostgreSQL reads a new statement before it
// runs those that travel with it. A caller that goes on all the same must not
// commit half of what it asked for, nor anything outside of a transaction.
func TestNothingIsCommittedWithoutWhatWaited(t *testing.T) {
	t.Parallel()
	later := func(tx pgx.Tx) {
		db.Later(tx, `insert into event_cursor (sub_account_id) values (current_setting('omnicrm.sub_account')::uuid)`)
	}
	wrong := func(ctx context.Context, tx pgx.Tx) { _, _ = tx.Exec(ctx, `select nothing from nowhere`) }
	for name, fn := range map[string]func(ctx context.Context, tx pgx.Tx) error{
		"the first statement can't be read": func(ctx context.Context, tx pgx.Tx) error {
			wrong(ctx, tx)
			_ = insertCursor(ctx, tx)
			return nil
		},
		"nor one that others travelled with": func(ctx context.Context, tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, `select 1`); err != nil {
				return err
			}
			later(tx)
			wrong(ctx, tx)
			return nil
		},
		"nor one in a savepoint that is given up": func(ctx context.Context, tx pgx.Tx) error {
			later(tx)
			point, err := tx.Begin(ctx)
			if err != nil {
				return err
			}
			wrong(ctx, point)
			_ = point.Rollback(ctx)
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, db.TenantsOptions{})
			if err := h.tenants.InTenant(h.ada, func(tx pgx.Tx) error { return fn(h.ada, tx) }); err == nil {
				t.Error("it is said to have been committed")
			}
			if n := countCursors(h.ada, t, h.tenants); n != 0 {
				t.Errorf("%d rows were kept", n)
			}
		})
	}
}

func TestAReadSeesItsTenantAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t, db.TenantsOptions{MaxConns: 1}) // the same connection for all
	if err := h.tenants.InTenant(h.ada, func(tx pgx.Tx) error { return insertCursor(h.ada, tx) }); err != nil {
		t.Fatal(err)
	}
	count := func(ctx context.Context) (n int) {
		err := h.tenants.Read(ctx, func(r db.Reader) error { return r.QueryRow(ctx, `select count(*) from event_cursor`).Scan(&n) })
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if ada, bob := count(h.ada), count(h.bob); ada != 1 || bob != 0 {
		t.Errorf("ada sees %d, bob %d, want 1 and 0", ada, bob)
	}
	err := h.tenants.InDatabase(t.Context(), h.databaseID, func(tx pgx.Tx) error {
		return tx.QueryRow(t.Context(), `select count(*) from event_cursor`).Scan(new(int))
	})
	if err == nil {
		t.Error("the setting outlived the read")
	}
}
