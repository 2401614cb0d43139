package bench_test

import (
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/test/bench"
	"github.com/omnicrm/omnicrm/test/operator"
	"github.com/omnicrm/omnicrm/test/rig"
)

const (
	starts  = 5
	settled = 5 * time.Second // after it is ready, for what a start leaves behind
)

// BenchmarkStart starts each process several times, from the start of the
// program to ready, with its parts there and no work to do; then weighs it.
func BenchmarkStart(b *testing.B) {
	for range b.N {
		r := rig.New(b, 1)
		for _, role := range []string{"apiserver", "worker"} {
			var last *rig.Process
			var cold []time.Duration
			for range starts {
				last = r.Start(b, role)
				cold = append(cold, last.Cold)
			}
			time.Sleep(settled)
			reportStart(b, role, cold, last.Memory(b))
		}
		stage := operator.NewStage(b, nil, nil)
		stage.Run(b).Stop() // builds the program
		var last *operator.Process
		var cold []time.Duration
		for range starts {
			began := time.Now()
			last = stage.Run(b)
			cold = append(cold, time.Since(began))
			if len(cold) < starts {
				last.Stop()
			}
		}
		time.Sleep(settled)
		reportStart(b, "operator", cold, last.Memory(b))
	}
}

func reportStart(b *testing.B, role string, cold []time.Duration, memory rig.Memory) {
	b.Helper()
	bench.Report(b, bench.Figure{
		Name: "start/" + role, Unit: "s", Value: bench.Quantile(cold, 1).Seconds(), Want: bench.AtMost(2),
		What: "the slowest of 5 starts of `omnicrm " + role + "`, from the start of the program to ready",
	})
	bench.Report(b, bench.Figure{
		Name: "start/" + role + "-memory", Unit: "MiB", Value: float64(memory.Resident) / (1 << 20),
		What: "resident memory of `omnicrm " + role + "` with nothing to do",
	})
	bench.Report(b, bench.Figure{
		Name: "start/" + role + "-own-memory", Unit: "MiB", Value: float64(memory.Own) / (1 << 20),
		What: "of it, what is not the program's file, whose pages processes share",
	})
}
