package events_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// budget is how long new cases begin, unless the long form is asked for.
const budget = 8 * time.Second

// The crashes of a consumer in the middle of a batch.
const (
	lives   = iota
	killed  // its connection is ended by the server
	stopped // its context ends
)

// town is one sub-account of a case: writers on several contacts, consumers that
// crash, and three subscribers, the middle one deaf to some events until healed.
type town struct {
	*square
	crashes  []int // of the n-th call of a subscriber
	deafTo   int   // every event of a contact whose number divides by it
	rollBack []bool
	slow     []bool
	behind   []bool // of others' events

	calls  atomic.Int64
	healed atomic.Bool
}

type tally struct {
	town *town
	name string
	stop *context.CancelFunc
}

func (s tally) Name() string { return s.name }

// Handle counts in the transaction of the batch; then the consumer may crash.
func (s tally) Handle(ctx context.Context, tx pgx.Tx, e events.Event) error {
	var n int
	if err := unmarshal(e.Payload, &n); err != nil {
		return err
	}
	call := int(s.town.calls.Add(1))
	_, err := tx.Exec(ctx, `insert into heard (sub_account_id, subscriber, subject_id, event_id, n) values ($1, $2, $3, $4, $5)`,
		s.town.place.SubAccount, s.name, e.SubjectID, e.ID, n)
	if err != nil {
		return err
	}
	if s.name == "deaf" && n%s.town.deafTo == 0 && !s.town.healed.Load() {
		return errors.New("too loud")
	}
	if call > len(s.town.crashes) || s.town.healed.Load() { // what was drawn and not used breaks no replay
		return nil
	}
	switch s.town.crashes[call-1] {
	case killed:
		_, err = tx.Exec(ctx, `select pg_terminate_backend(pg_backend_pid())`)
	case stopped:
		(*s.stop)()
		err = ctx.Err()
	}
	return err
}

// write commits one event of a contact, behind the lock of its row, or rolls it
// back. Its number is its place among the contact's.
func (w *town) write(ctx context.Context, subject uuid.UUID, rollBack, slow, behind bool) error {
	if behind {
		ctx = events.Behind(ctx)
	}
	gone := errors.New("rolled back")
	err := w.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended($1, 0))`, subject.String()); err != nil {
			return err
		}
		var n int
		err := tx.QueryRow(ctx, `select count(*) + 1 from event where sub_account_id = $1 and subject_id = $2`,
			w.place.SubAccount, subject).Scan(&n)
		if err != nil {
			return err
		}
		if err := w.bus.Publish(ctx, tx, events.New{Kind: "contact.updated", SubjectKind: "contact", SubjectID: subject, Payload: n}); err != nil {
			return err
		}
		if slow { // others that drew later numbers commit before
			if _, err := tx.Exec(ctx, `select pg_sleep(0.005)`); err != nil {
				return err
			}
		}
		if rollBack {
			return gone
		}
		return nil
	})
	if errors.Is(err, gone) {
		return nil
	}
	return err
}

// run lets writers and consumers at it until all is written, then drains.
func (w *town) run(subjects []uuid.UUID, consumers int) error {
	var writing, consuming sync.WaitGroup
	failures := make(chan error, len(w.rollBack))
	for i, subject := range subjects {
		writing.Go(func() {
			for j := i; j < len(w.rollBack); j += len(subjects) {
				if err := w.write(w.ctx, subject, w.rollBack[j], w.slow[j], w.behind[j]); err != nil {
					failures <- err
				}
			}
		})
	}
	written := make(chan struct{})
	for range consumers {
		consuming.Go(func() {
			for over := false; !over; {
				select {
				case <-written:
					over = true
				default:
				}
				w.batch()
			}
		})
	}
	writing.Wait()
	close(written)
	consuming.Wait()
	close(failures)
	for more := true; more || w.pending() > 0; {
		more = w.batch()
	}
	return <-failures
}

// batch is one turn of a process that may crash in it.
func (w *town) batch() (more bool) {
	ctx, stop := context.WithCancel(w.ctx)
	defer stop()
	more, err := w.crashing(&stop).Once(ctx, w.place.SubAccount)
	return more || err != nil
}

func (w *town) crashing(stop *context.CancelFunc) *events.Consumer {
	return w.consumer(tally{w, "first", stop}, tally{w, "deaf", stop}, tally{w, "last", stop})
}

func (w *town) pending() (n int) {
	w.read(`select count(*) from event where sub_account_id = @sub and processed_at is null`, &n)
	return n
}

func (w *town) read(sql string, to any) {
	w.t.Helper()
	err := w.tenants.InTenant(w.ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(w.ctx, sql, pgx.NamedArgs{"sub": w.place.SubAccount}).Scan(to)
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// heard is what a subscriber counted of a contact, in the order of its counting.
func (w *town) heard(subscriber string, subject uuid.UUID) (out []int64) {
	w.t.Helper()
	err := w.tenants.InTenant(w.ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(w.ctx, `select n from heard where sub_account_id = $1 and subscriber = $2 and subject_id = $3 order by place`,
			w.place.SubAccount, subscriber, subject)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowTo[int64])
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *town) check(rt *rapid.T, subjects []uuid.UUID, feed *events.Feed) {
	var total, last int
	w.read(`select count(*) from event where sub_account_id = @sub`, &total)
	w.read(`select coalesce(max(seq), 0) from event where sub_account_id = @sub`, &last)
	if total != last {
		rt.Fatalf("%d events have numbers up to %d", total, last)
	}
	for _, subject := range subjects {
		all := span(1, int64(len(w.heard("first", subject))))
		until := int64(len(all))
		if until >= int64(w.deafTo) {
			until = int64(w.deafTo) - 1
		}
		for subscriber, want := range map[string][]int64{"first": all, "deaf": span(1, until), "last": all} {
			if got := w.heard(subscriber, subject); !slices.Equal(got, want) {
				rt.Fatalf("%s heard %v of a contact, want %v", subscriber, got, want)
			}
		}
	}
	w.healed.Store(true)
	stop := context.CancelFunc(func() {})
	for _, subject := range subjects {
		if _, err := w.crashing(&stop).Replay(w.ctx, "deaf", subject); err != nil {
			rt.Fatal(err)
		}
		if first, deaf := w.heard("first", subject), w.heard("deaf", subject); !slices.Equal(first, deaf) {
			rt.Fatalf("after the replay deaf heard %v, want %v", deaf, first)
		}
	}
	var heard int
	w.read(`select count(distinct event_id) from heard where sub_account_id = @sub and subscriber = 'first'`, &heard)
	if heard != total {
		rt.Fatalf("%d of %d events were heard", heard, total)
	}
	if got := w.next(feed, total); !slices.Equal(got, span(1, int64(total))) {
		rt.Fatalf("the stream told of %v", got)
	}
}

// However writers and consumers of a contact get in each other's way and break
// off, each subscriber hears each event once and in the order of its commits,
// a parked one holds back its own contact's for its own subscriber alone, and a
// stream tells of each once.
func TestAContactsEventsKeepTheirOrderWhateverBreaks(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.prepareHeard()
	over := clock.System().Now().Add(budget)
	rapid.Check(t, func(rt *rapid.T) {
		if os.Getenv("OMNICRM_FAULTS") != "long" && clock.System().Now().After(over) {
			return
		}
		contacts := rapid.IntRange(1, 4).Draw(rt, "contacts")
		writes := rapid.IntRange(1, 40).Draw(rt, "writes")
		w := &town{
			square:   s.in(uuid.New()),
			crashes:  rapid.SliceOfN(rapid.SampledFrom([]int{lives, lives, lives, killed, stopped}), 0, 30).Draw(rt, "crashes"),
			deafTo:   rapid.IntRange(1, 12).Draw(rt, "deaf to"),
			rollBack: rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 4), func(n int) bool { return n == 4 }), writes, writes).Draw(rt, "rolled back"),
			slow:     rapid.SliceOfN(rapid.Bool(), writes, writes).Draw(rt, "slow"),
			behind:   rapid.SliceOfN(rapid.Bool(), writes, writes).Draw(rt, "behind"),
		}
		defer w.tenants.Close()
		subjects := make([]uuid.UUID, contacts)
		for i := range subjects {
			subjects[i] = uuid.New()
		}
		feed, err := w.stream(w.redis).Subscribe(w.ctx, 0)
		if err != nil {
			rt.Fatal(err)
		}
		defer feed.Close()
		if err := w.run(subjects, rapid.IntRange(1, 3).Draw(rt, "consumers")); err != nil {
			rt.Fatal(err)
		}
		w.check(rt, subjects, feed)
	})
}

// prepareHeard makes the table in which subscribers count.
func (s *square) prepareHeard() {
	s.t.Helper()
	conn, err := pgx.Connect(s.ctx, s.owner)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(s.ctx)) }()
	_, err = conn.Exec(s.ctx, `
		create table heard (sub_account_id uuid, subscriber text, subject_id uuid, event_id uuid, n bigint,
			place bigint generated always as identity);
		grant select, insert on heard to public`)
	if err != nil {
		s.t.Fatal(err)
	}
}

// in is the same square for another sub-account of the same database.
func (s *square) in(sub uuid.UUID) *square {
	other := *s
	other.place.SubAccount = sub
	other.tenants = db.NewTenants(tenancy.Static{other.place}, db.TenantsOptions{})
	other.ctx = tenancy.WithTenant(s.ctx, other.place.Tenant)
	return &other
}

func unmarshal(payload []byte, n *int) (err error) {
	*n, err = strconv.Atoi(string(payload))
	return err
}
