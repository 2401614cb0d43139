package faults_test

import (
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/test/operator"
)

// chill makes the server as new, while no operator runs: without the template, the roles and their passwords.
func (c *cycle) chill() {
	c.Helper()
	template, err := db.TemplateName()
	c.ok(err)
	conn, err := pgx.Connect(c.Context(), c.stage.Postgres.DSN)
	c.ok(err)
	for _, sql := range []string{
		"alter database " + template + " is_template false", "drop database if exists " + template + " with (force)",
		"drop role if exists omnicrm_app, omnicrm_readonly, omnicrm_mover, omnicrm_migrator",
	} {
		_, err := conn.Exec(c.Context(), sql)
		c.ok(err)
	}
	c.ok(conn.Close(c.Context()))
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: operator.Namespace, Name: "pg-roles"}}
	c.ok(client.IgnoreNotFound(c.stage.Client.Delete(c.Context(), secret)))
}

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
