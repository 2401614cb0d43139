package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	pgxuuid "github.com/vgarvardt/pgx-google-uuid/v5"

	"github.com/omnicrm/omnicrm/test/bench"
	"github.com/omnicrm/omnicrm/test/rig"
)

const (
	creates = 10_000 // of each kind, in one run
	callers = 16     // at once
)

// unlimited lifts the limit of a caller's requests, which is not what is
// measured.
const unlimited = "OMNICRM_CALLER_RATE=100000000"

// BenchmarkContactCreate makes contacts over HTTP, with and without an
// Idempotency-Key, and then the same rows by bare pgx at the same concurrency:
// BEGIN with the tenant set, the contact, what it is searched by, its addresses, its event, the key's row where there
// is one, COMMIT; without HTTP, sign-in, rate limit, validation or bell.
func BenchmarkContactCreate(b *testing.B) {
	for range b.N {
		r := rig.New(b, 1)
		api := r.Start(b, "apiserver", unlimited)
		client := newCaller(r, api.URL)
		pool := bare(b, r)
		sub := r.SubAccounts[0].ID
		for _, keyed := range []bool{false, true} {
			name, with := "contact/create", ""
			if keyed {
				name, with = "contact/create-with-key", ", each under an Idempotency-Key"
			}
			ours := rate(b, func(i int) error { return client.create(b.Context(), sub, keyed, 2*creates+i) })
			floor := rate(b, func(i int) error { return createBare(b.Context(), pool, sub, keyed, i) })
			bench.Report(b, bench.Figure{
				Name: name, Unit: "contacts/s", Value: ours,
				What: fmt.Sprintf("%d contacts made over HTTP by %d callers at once%s", creates, callers, with),
			})
			bench.Report(b, bench.Figure{
				Name: name + "-of-floor", Unit: "%", Value: 100 * ours / floor, Want: bench.AtLeast(50),
				What: "the same against the same rows by bare pgx, each statement a round trip",
			})
			emptied(b, r)
		}
	}
}

// rate runs the work by all callers at once and tells how many a second.
func rate(b *testing.B, work func(i int) error) float64 {
	b.Helper()
	var next atomic.Int64
	var failure atomic.Pointer[error]
	var all sync.WaitGroup
	began := time.Now()
	for range callers {
		all.Go(func() {
			for i := int(next.Add(1)); i <= creates && failure.Load() == nil; i = int(next.Add(1)) {
				if err := work(i); err != nil {
					failure.Store(&err)
				}
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	if err := failure.Load(); err != nil {
		b.Fatal(*err)
	}
	return creates / took.Seconds()
}

// caller is a program with an API key.
type caller struct {
	base, key string
	http      *http.Client
}

func newCaller(r *rig.Rig, base string) *caller {
	return &caller{base: base, key: r.Key, http: &http.Client{
		Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 2 * callers},
	}}
}

// do sends a request and gives the answer's body; another status than wanted
// is an error.
func (c *caller) do(ctx context.Context, method, path string, header http.Header, body []byte, want int) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if header != nil {
		req.Header = header
	}
	req.Host = rig.Host
	req.Header.Set("Authorization", "Bearer "+c.key)
	req.Header.Set("Content-Type", "application/json")
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != want {
		err = fmt.Errorf("%s %s: %s: %s", method, path, res.Status, text)
	}
	return text, err
}

func (c *caller) create(ctx context.Context, sub uuid.UUID, keyed bool, i int) error {
	p := personOf(i)
	body, err := json.Marshal(map[string]any{
		"first_name": p.first, "last_name": p.last, "email": p.email, "phone": p.phone, "tags": []string{"bench"},
	})
	if err != nil {
		return err
	}
	header := http.Header{}
	if keyed {
		header.Set("Idempotency-Key", uuid.NewString())
	}
	_, err = c.do(ctx, http.MethodPost, "/api/v1/sub-accounts/"+sub.String()+"/contacts", header, body, http.StatusCreated)
	return err
}

// bare is a pool on the tenant database as the product's role, nothing else.
func bare(b *testing.B, r *rig.Rig) *pgxpool.Pool {
	b.Helper()
	config, err := pgxpool.ParseConfig(r.Tenant.App)
	if err != nil {
		b.Fatal(err)
	}
	config.MaxConns = callers
	config.AfterConnect = func(_ context.Context, c *pgx.Conn) error {
		pgxuuid.Register(c.TypeMap()) // as the product does
		return nil
	}
	pool, err := pgxpool.NewWithConfig(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	return pool
}

func createBare(ctx context.Context, pool *pgxpool.Pool, sub uuid.UUID, keyed bool, i int) error {
	p, now, id := personOf(i), time.Now(), uuid.Must(uuid.NewV7())
	payload, err := json.Marshal(map[string]any{"after": map[string]any{
		"first_name": p.first, "last_name": p.last, "email": p.email, "phone": p.phone, "tags": []string{"bench"},
	}})
	if err != nil {
		return err
	}
	tx, err := pool.BeginTx(ctx, pgx.TxOptions{
		BeginQuery: `begin; select set_config('omnicrm.sub_account', '` + sub.String() + `', true)`,
	})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(ctx) }()
	_, err = tx.Exec(ctx, `
		insert into contact (sub_account_id, id, first_name, last_name, email, phone, tags, sort_name, created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
		sub, id, p.first, p.last, p.email, p.phone, []string{"bench"}, p.sort(), now)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into contact_search (sub_account_id, contact_id, name, created, text) values ($1, $2, $3, $4, $5)`,
		sub, id, p.sort(), now, p.search())
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into contact_address (sub_account_id, id, contact_id, kind, value, is_primary, created_at)
		values ($1, $2, $3, 'email', $4, true, $5), ($1, $6, $3, 'phone', $7, true, $5)`,
		sub, uuid.Must(uuid.NewV7()), id, p.email, now, uuid.Must(uuid.NewV7()), p.phone)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into event (sub_account_id, id, kind, subject_kind, subject_id, payload, actor, occurred_at)
		values ($1, $2, 'contact.created', 'contact', $3, $4, '{"kind": "key"}', $5)`,
		sub, uuid.Must(uuid.NewV7()), id, payload, now)
	if err != nil {
		return err
	}
	if keyed {
		_, err = tx.Exec(ctx, `
			insert into idempotency_key (sub_account_id, id, principal, key, fingerprint, answer, created_at)
			values ($1, $2, 'key:bench', $3, $4, $5, $6)`,
			sub, uuid.Must(uuid.NewV7()), uuid.NewString(), id[:], payload, now)
		if err != nil {
			return err
		}
	}
	return tx.Commit(ctx)
}
