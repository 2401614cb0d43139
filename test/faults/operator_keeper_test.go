package faults_test

import (
	"sync"
	"testing"

	"github.com/omnicrm/omnicrm/test/operator"
)

// keeper keeps an operator running: it starts the next as soon as one has died, as a Deployment does.
type keeper struct {
	*testing.T
	stage *operator.Stage

	mu      sync.Mutex
	life    *operator.Life
	stopped bool
	done    sync.WaitGroup
}

// keep starts an operator that dies at the point, nil for none.
func keep(t *testing.T, stage *operator.Stage, at *operator.Point) (*keeper, *operator.Life) {
	t.Helper()
	first, err := stage.Start(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	k := &keeper{T: t, stage: stage, life: first}
	k.done.Go(func() {
		<-first.Died()
		first.Stop()
		k.next()
	})
	t.Cleanup(k.stop)
	return k, first
}

func (k *keeper) next() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stopped {
		return
	}
	life, err := k.stage.Start(k.Context(), nil)
	if err != nil {
		k.Error(err)
		return
	}
	k.life = life
}

func (k *keeper) stop() {
	k.mu.Lock()
	k.stopped = true
	last := k.life
	k.mu.Unlock()
	last.Stop()
	k.done.Wait()
}
