package bench_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
	"github.com/omnicrm/omnicrm/test/bench"
)

// BenchmarkPooler tells what PgBouncer in transaction mode costs: the same tenant transactions, one insert and one read
// each, by 16 callers, straight to the server and through the pooler with as many server connections.
func BenchmarkPooler(b *testing.B) {
	const callers, each, rounds = 16, 100, 6
	dsn := parts.DirectTenantDB(b).App
	ways := []struct{ name, what, dsn string }{
		{"direct", "", dsn},
		{"unprepared", "straight to the server with statements described once and sent whole", dsn + "&default_query_exec_mode=" + db.PooledExecMode},
		{"pooled", "the same through PgBouncer in transaction mode", parts.PgBouncer(b, callers).Through(dsn)},
	}
	for range b.N {
		took := map[string]time.Duration{}
		for round := range rounds {
			for _, way := range ways { // in turns, so that what else the machine does falls on all of them
				d := transactions(b, way.dsn, callers, each)
				if round > 0 { // the first connects and warms up
					took[way.name] += d
				}
			}
		}
		for _, way := range ways[1:] {
			bench.Report(b, bench.Figure{
				Name: "tenancy/" + way.name, Value: 100 * took["direct"].Seconds() / took[way.name].Seconds(), Unit: "%", Want: bench.Stated,
				What: "tenant transactions (an insert and a read) by 16 callers, " + way.what + ", of those straight to the server with prepared statements",
			})
		}
	}
}

// transactions runs so many by each caller and returns how long they took together, without connecting.
func transactions(b *testing.B, dsn string, callers, each int) time.Duration {
	b.Helper()
	place := tenancy.Placement{
		Tenant: tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()}, Database: tenancy.Database{ID: uuid.New(), DSN: dsn},
	}
	tenants := db.NewTenants(tenancy.Static{place}, db.TenantsOptions{MaxConns: 2 * callers})
	defer tenants.Close()
	ctx := tenancy.WithTenant(b.Context(), place.Tenant)
	work := func(n int) {
		var all sync.WaitGroup
		for range callers {
			all.Go(func() {
				for range n {
					err := tenants.InTenant(ctx, func(tx pgx.Tx) error {
						id := uuid.New()
						_, err := tx.Exec(ctx, `insert into idempotency_key (sub_account_id, id, principal, key, fingerprint, answer, created_at)
							values ($1, $2, 'p', $3, '', '', now())`, place.SubAccount, id, id.String())
						if err != nil {
							return err
						}
						return tx.QueryRow(ctx, `select id from idempotency_key where sub_account_id = $1 and id = $2`, place.SubAccount, id).Scan(&id)
					})
					if err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
	}
	work(5) // connect, and prepare where that is done
	start := time.Now()
	work(each)
	return time.Since(start)
}
