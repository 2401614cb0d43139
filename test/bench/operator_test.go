package bench_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/test/bench"
	"github.com/omnicrm/omnicrm/test/operator"
)

// BenchmarkOperatorSubAccount applies sub-accounts one after another to the operator's process and watches for Ready:
// in the agency's database, then each in one of its own, in turn with a bare CREATE DATABASE of the same template.
func BenchmarkOperatorSubAccount(b *testing.B) {
	for range b.N {
		f, _ := newFleet(b)
		const agency, dedicated = 120, 20
		shared := f.inTurn("a", agency, "", func(int) {})
		bench.Report(b, bench.Figure{
			Name: "operator/sub-account-p99", Unit: "ms", Value: bench.Milliseconds(bench.Quantile(shared, 0.99)), Want: bench.AtMost(1000),
			What: "Apply → Ready of a SubAccount by Agency isolation, seen by a watch; 120 one after another.",
		})
		bench.Report(b, bench.Figure{
			Name: "operator/sub-account-p50", Unit: "ms", Value: bench.Milliseconds(bench.Quantile(shared, 0.5)), Want: bench.Stated,
			What: "The same, median.",
		})
		var floor []time.Duration
		own := f.inTurn("d", dedicated, v1alpha1.IsolationDedicated, func(n int) { floor = append(floor, f.bareClone(n)) })
		ours, bare := bench.Quantile(own, 0.5), bench.Quantile(floor, 0.5)
		bench.Report(b, bench.Figure{
			Name: "operator/dedicated-p50", Unit: "ms", Value: bench.Milliseconds(ours), Want: bench.Stated,
			What: fmt.Sprintf("Apply → Ready of a SubAccount by Dedicated isolation, median of 20; a bare clone took %.0f ms.", bench.Milliseconds(bare)),
		})
		bench.Report(b, bench.Figure{
			Name: "operator/dedicated-floor", Unit: "×", Value: float64(ours) / float64(bare), Want: bench.AtMost(1.5),
			What: "The same, over the median of a bare CREATE DATABASE … TEMPLATE of the same template, in turn with it.",
		})
		b.ReportMetric(0, "ns/op")
	}
}

// inTurn applies n sub-accounts one after another and tells how long each took.
func (f *fleet) inTurn(prefix string, n int, isolation v1alpha1.Isolation, between func(n int)) (out []time.Duration) {
	f.Helper()
	for i := range n {
		between(i)
		name := fmt.Sprintf("%s%05d", prefix, i)
		f.mu.Lock()
		have := len(f.ready)
		f.mu.Unlock()
		f.apply(name, isolation)
		f.awaitReady(have + 1)
		out = append(out, f.took(name))
	}
	return out
}

// bareClone is the floor under a Dedicated sub-account.
func (f *fleet) bareClone(n int) time.Duration {
	f.Helper()
	template, err := db.TemplateName()
	f.ok(err)
	conn, err := pgx.Connect(f.Context(), f.stage.Postgres.DSN)
	f.ok(err)
	defer func() { _ = conn.Close(context.WithoutCancel(f.Context())) }()
	began := time.Now()
	_, err = conn.Exec(f.Context(), fmt.Sprintf("create database bare_%d template %s", n, template))
	f.ok(err)
	took := time.Since(began)
	_, err = conn.Exec(f.Context(), fmt.Sprintf("drop database bare_%d", n))
	f.ok(err)
	return took
}

// BenchmarkOperatorFleet applies 500 sub-accounts at once, then more up to 2,000, and weighs the operator's process on
// the way.
func BenchmarkOperatorFleet(b *testing.B) {
	for range b.N {
		f, process := newFleet(b)
		sizes, weights := []float64{0}, []float64{f.weigh(process)}
		began := time.Now()
		f.applyMany(0, 500)
		f.awaitReady(500)
		f.reportRush(f.readyAfter(began))
		for n := 500; ; {
			sizes, weights = append(sizes, float64(n)), append(weights, f.weigh(process))
			if n == 2000 {
				break
			}
			next := max(1000, 2*n)
			f.applyMany(n, next)
			f.awaitReady(next)
			n = next
		}
		process.Stop()
		second := f.stage.Run(b)
		f.await("the second operator to look at all", func() bool {
			looks, err := second.Looks(b.Context())
			f.ok(err)
			return looks >= 2000
		})
		f.reportWeights(sizes, weights, f.weigh(second))
		b.ReportMetric(0, "ns/op")
	}
}

func (f *fleet) reportRush(times []time.Duration) {
	f.Helper()
	bench.Report(f, bench.Figure{
		Name: "operator/500-at-once", Unit: "s", Value: times[len(times)-1].Seconds(), Want: bench.AtMost(60),
		What: "500 SubAccounts applied at once by Agency isolation, from the first request until the last is Ready.",
	})
	curve := bench.Series{Name: "Ready"}
	for i := 0; i < len(times); i += 10 {
		curve.X, curve.Y = append(curve.X, times[i].Seconds()), append(curve.Y, float64(i+1))
	}
	bench.Curve(f, bench.Plot{
		Name: "operator/500-at-once", Title: "500 SubAccounts applied at once", XLabel: "seconds", YLabel: "SubAccounts that are Ready",
		Series: []bench.Series{curve},
	})
}

func (f *fleet) reportWeights(sizes, weights []float64, again float64) {
	f.Helper()
	for i, n := range sizes {
		bench.Report(f, bench.Figure{
			Name: fmt.Sprintf("operator/memory-%d", int(n)), Unit: "MiB", Value: weights[i], Want: bench.Stated,
			What: fmt.Sprintf("Resident memory of `omnicrm operator` with %d SubAccounts, all Ready.", int(n)),
		})
	}
	bench.Report(f, bench.Figure{
		Name: "operator/memory-restarted", Unit: "MiB", Value: again, Want: bench.Stated,
		What: "The same with 2,000 SubAccounts, of a process started anew that has looked at each once.",
	})
	bench.Curve(f, bench.Plot{
		Name: "operator/memory", Title: "Memory of the operator", XLabel: "SubAccounts", YLabel: "MiB resident",
		Series: []bench.Series{{Name: "omnicrm operator", X: sizes, Y: weights}},
	})
}

// weigh gives the resident memory in MiB once the queues are empty.
func (f *fleet) weigh(p *operator.Process) float64 {
	f.Helper()
	f.await("an idle operator", func() bool {
		busy, err := p.Busy(f.Context())
		f.ok(err)
		return !busy
	})
	bytes, err := p.Metric(f.Context(), "process_resident_memory_bytes")
	f.ok(err)
	return bytes / (1 << 20)
}
