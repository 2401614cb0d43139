package db_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// town is many databases with one sub-account each, and one process's way to them.
type town struct {
	tenants *db.Tenants
	names   []string // of the databases
	people  []context.Context
	watch   *pgx.Conn
}

func newTown(t *testing.T, databases int, opts db.TenantsOptions) town {
	t.Helper()
	var w town
	var places tenancy.Static
	for range databases {
		dsn := parts.DirectTenantDB(t).App
		cfg, err := pgx.ParseConfig(dsn)
		if err != nil {
			t.Fatal(err)
		}
		place := tenancy.Placement{
			Tenant:   tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()},
			Database: tenancy.Database{ID: uuid.New(), DSN: dsn}, Status: tenancy.Active,
		}
		places = append(places, place)
		w.names = append(w.names, cfg.Database)
		w.people = append(w.people, tenancy.WithTenant(t.Context(), place.Tenant))
	}
	w.tenants = db.NewTenants(places, opts)
	t.Cleanup(w.tenants.Close)
	w.watch = connect(t, parts.Postgres(t).DSN)
	return w
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

// connections is how many the server has of the town's, as the server counts them.
func (w town) connections(t *testing.T) (n int) {
	t.Helper()
	err := w.watch.QueryRow(t.Context(), `select count(*) from pg_stat_activity where usename = 'omnicrm_app' and datname = any($1)`,
		w.names).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// patience bounds a wait for what must come about; it matters to a test that fails alone, however busy the machine is.
const patience = 4 * time.Minute

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	late := time.After(patience)
	for !ok() {
		select {
		case <-late:
			t.Fatalf("never came: %s", what)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func nothing(pgx.Tx) error { return nil }

func TestAProcessNeverHoldsMoreConnectionsThanItsCap(t *testing.T) {
	t.Parallel()
	const limit, rounds = 8, 15
	// A server that is busy takes its time to end a process, and then the next doesn't wait for it: here it does.
	w := newTown(t, 12, db.TenantsOptions{MaxConns: limit, Farewell: patience})
	var working sync.WaitGroup
	var done atomic.Int32
	var watched atomic.Bool // often enough to prove something
	for _, ctx := range slices.Concat(w.people, w.people, w.people) {
		working.Go(func() {
			for round := 0; round < rounds || !watched.Load(); round++ {
				if err := w.tenants.InTenant(ctx, func(tx pgx.Tx) error {
					_, err := tx.Exec(ctx, `select pg_sleep(0.001)`)
					return err
				}); err != nil {
					t.Error(err)
					return
				}
			}
			done.Add(1)
		})
	}
	finished := make(chan struct{})
	go func() { working.Wait(); close(finished) }()
	late := time.After(patience)
	most, looks := 0, 0
	for open := true; open; looks++ {
		select {
		case <-finished:
			open = false
		case <-late:
			t.Errorf("at most %d connections in %d looks", most, looks)
			watched.Store(true)
		default:
		}
		if most = max(most, w.connections(t)); most > limit {
			t.Errorf("the server counts %d connections, the cap is %d", most, limit)
			watched.Store(true)
			break
		}
		watched.Store(watched.Load() || most >= limit/2 && looks >= 20)
	}
	working.Wait()
	if done.Load() != 36 {
		t.Errorf("%d of 36 finished", done.Load())
	}
}

func TestADatabaseThatRestsGivesItsConnectionsUp(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, db.TenantsOptions{MaxConns: 4, Farewell: patience}) // however long the server takes to end a process
	// All four come to rest in the first database.
	together(t, 4, func(met func()) error {
		return w.tenants.InTenant(w.people[0], func(pgx.Tx) error { met(); return nil })
	})
	until(t, "four at rest", func() bool { return w.connections(t) == 4 })
	together(t, 4, func(met func()) error {
		return w.tenants.InTenant(w.people[1], func(pgx.Tx) error {
			met()
			return nil
		})
	})
	if n := w.connections(t); n > 4 {
		t.Errorf("%d connections", n)
	}
}

// together runs fn n times at once; met returns when all of them have called it.
func together(t *testing.T, n int, fn func(met func()) error) {
	t.Helper()
	var arrived, all sync.WaitGroup
	arrived.Add(n)
	for range n {
		all.Go(func() {
			var once sync.Once
			meet := func() { once.Do(func() { arrived.Done(); arrived.Wait() }) }
			if err := fn(meet); err != nil {
				t.Error(err)
				once.Do(arrived.Done)
			}
		})
	}
	all.Wait()
}

// One sub-account with 200 transactions in line, then others with one each: each of those waits for its turn, not for
// the crowd.
func TestACrowdDoesNotKeepOthersWaiting(t *testing.T) {
	t.Parallel()
	w := newTown(t, 4, db.TenantsOptions{MaxConns: 1})
	registry := prometheus.NewRegistry()
	if err := w.tenants.Register(registry); err != nil {
		t.Fatal(err)
	}
	var order []int
	var mu sync.Mutex
	var all sync.WaitGroup
	enter := func(person int) {
		all.Go(func() {
			err := w.tenants.InTenant(w.people[person], func(pgx.Tx) error {
				mu.Lock()
				defer mu.Unlock()
				order = append(order, person)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	err := w.tenants.InTenant(w.people[0], func(pgx.Tx) error {
		for range 200 {
			enter(0)
		}
		until(t, "the crowd in line", func() bool { return waiting(t, registry) == 200 })
		for person := 1; person < 4; person++ {
			enter(person)
			until(t, "one more in line", func() bool { return waiting(t, registry) == 200+person })
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	all.Wait()
	want := []int{0, 1, 2, 3, 0, 0}
	if got := order[:len(want)]; !slices.Equal(got, want) {
		t.Errorf("the first served are %v, want %v", got, want)
	}
}

func waiting(t *testing.T, g prometheus.Gatherer) int {
	t.Helper()
	return metric(t, g, "omnicrm_db_waiting", "")
}

// metric reads a gauge, with the value of its state label if there is one.
func metric(t *testing.T, g prometheus.Gatherer, name, state string) int {
	t.Helper()
	families, err := g.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == name && (state == "" || strings.Contains(fmt.Sprint(m.GetLabel()), `value:"`+state+`"`)) {
				return int(m.GetGauge().GetValue())
			}
		}
	}
	t.Fatalf("no metric %s %s", name, state)
	return 0
}

func TestWaitingEndsWithTheContextAndInWords(t *testing.T) {
	t.Parallel()
	w := newTown(t, 2, db.TenantsOptions{MaxConns: 1})
	err := w.tenants.InTenant(w.people[0], func(pgx.Tx) error {
		waiting, cancel := context.WithTimeout(w.people[1], 50*time.Millisecond)
		defer cancel()
		err := w.tenants.InTenant(waiting, nothing)
		f, ok := fault.As(err)
		if !ok || f.Code != fault.Unavailable || f.Slug != "database.busy" || f.RetryAfter == 0 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// Whoever gave up has left nothing behind in the line.
	if err := w.tenants.InTenant(w.people[1], nothing); err != nil {
		t.Error(err)
	}
}

func TestConnectionsAtRestAreClosedAfterAWhile(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC))
	w := newTown(t, 1, db.TenantsOptions{Clock: fake, IdleClose: time.Minute})
	registry := prometheus.NewPedanticRegistry()
	if err := w.tenants.Register(registry); err != nil {
		t.Fatal(err)
	}
	err := w.tenants.InTenant(w.people[0], func(pgx.Tx) error {
		if in, idle := metric(t, registry, "omnicrm_db_connections", "in_use"), metric(t, registry, "omnicrm_db_connections", "idle"); in != 1 || idle != 0 {
			t.Errorf("%d in use, %d idle", in, idle)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	fake.AwaitSleepers(1)
	fake.Advance(59 * time.Second)
	fake.AwaitSleepers(1)
	if in, idle := metric(t, registry, "omnicrm_db_connections", "in_use"), metric(t, registry, "omnicrm_db_connections", "idle"); in != 0 || idle != 1 {
		t.Errorf("%d in use, %d idle", in, idle)
	}
	fake.Advance(15 * time.Second)
	until(t, "no connection", func() bool { return w.connections(t) == 0 })
}

func TestAChangedDSNIsFollowed(t *testing.T) {
	t.Parallel()
	first, second := parts.TenantDB(t), parts.TenantDB(t)
	place := tenancy.Placement{
		Tenant:   tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()},
		Database: tenancy.Database{ID: uuid.New(), DSN: first.App}, Status: tenancy.Active,
	}
	places := tenancy.Static{place}
	tenants := db.NewTenants(places, db.TenantsOptions{})
	t.Cleanup(tenants.Close)
	ctx := tenancy.WithTenant(t.Context(), place.Tenant)
	database := func() (name string) {
		if err := tenants.InTenant(ctx, func(tx pgx.Tx) error {
			return tx.QueryRow(ctx, `select current_database()`).Scan(&name)
		}); err != nil {
			t.Fatal(err)
		}
		return name
	}
	before := database()
	places[0].Database.DSN = second.App
	if after := database(); after == before {
		t.Errorf("still at %s", after)
	}
}

// Every transaction of the control database that is open needs the answer of one more, which a cache loads for all of
// them.
func TestWhoHoldsAConnectionGetsASecondOne(t *testing.T) {
	t.Parallel()
	control, err := db.NewControl(t.Context(), parts.ControlDB(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(control.Close)
	var load sync.Once
	loaded := make(chan struct{})
	crowd, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var all sync.WaitGroup
	for range 60 { // as many at once as there are ordinary places, and more in line
		all.Go(func() {
			err := control.InTx(crowd, func(tx pgx.Tx) error {
				ctx := db.Outside(db.Within(crowd, tx))
				load.Do(func() {
					if err := control.InTx(ctx, nothing); err != nil {
						t.Error(err)
					}
					close(loaded)
				})
				<-loaded
				return control.InTx(ctx, nothing)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestClosingWaitsForWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	w := newTown(t, 1, db.TenantsOptions{MaxConns: 2, Farewell: patience})
	ctx := w.people[0]
	started, closed := make(chan struct{}), make(chan struct{})
	var committed error
	go func() {
		<-started
		w.tenants.Close()
		close(closed)
	}()
	committed = w.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		close(started)
		until(t, "a refusal", func() bool {
			err := w.tenants.InTenant(ctx, nothing)
			return fault.Is(err, fault.Unavailable)
		})
		return insertCursor(ctx, tx)
	})
	<-closed
	if committed != nil {
		t.Error(committed)
	}
	if n := w.connections(t); n != 0 {
		t.Errorf("%d connections after closing", n)
	}
}
