package tenantdatabase

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/kube"
)

func TestMayMigrate(t *testing.T) {
	t.Parallel()
	at := func(name string, version int64, change ...func(*member)) member {
		m := member{name: name, version: version, subAccounts: 10}
		for _, c := range change {
			c(&m)
		}
		return m
	}
	small := func(m *member) { m.subAccounts = 1 }
	canary := func(m *member) { m.canary = true }
	failed := func(m *member) { m.failed = true }
	running := func(m *member) { m.running = true }
	tests := map[string]struct {
		all    []member // the first is who asks
		reason string
		says   string
	}{
		"one alone goes":                              {all: []member{at("a", 1)}},
		"a new one waits for nobody":                  {all: []member{at("a", 0), at("b", 1, failed), at("c", 1, canary)}},
		"one that is there already goes":              {all: []member{at("a", 2), at("b", 1, failed)}},
		"the smallest goes first":                     {all: []member{at("b", 1, small), at("a", 1), at("c", 1)}},
		"of equals, the first by name":                {all: []member{at("a", 1), at("b", 1)}},
		"the others wait for the smallest":            {all: []member{at("a", 1), at("b", 1, small)}, reason: ReasonCanaryFirst, says: "to b first"},
		"and go once it is through":                   {all: []member{at("a", 1), at("b", 2, small)}},
		"a label names the canary":                    {all: []member{at("a", 1, small), at("b", 1, canary)}, reason: ReasonCanaryFirst, says: "to b first"},
		"a labelled one goes":                         {all: []member{at("b", 1, canary), at("a", 1, small)}},
		"all labelled ones go first":                  {all: []member{at("a", 1), at("b", 2, canary), at("c", 1, canary)}, reason: ReasonCanaryFirst, says: "to c first"},
		"new ones are no canaries":                    {all: []member{at("a", 1), at("b", 0, small)}},
		"a failure stops the others":                  {all: []member{at("a", 1), at("b", 2, small), at("c", 1, failed)}, reason: ReasonRolloutStopped, says: "TenantDatabase c"},
		"also a second canary":                        {all: []member{at("a", 1, canary), at("b", 1, canary, failed)}, reason: ReasonRolloutStopped, says: "TenantDatabase b"},
		"who failed is tried again":                   {all: []member{at("c", 1, failed), at("b", 2, small)}},
		"who failed as the canary is tried again":     {all: []member{at("b", 1, small, failed), at("a", 1)}},
		"two that failed wait for each other's mend":  {all: []member{at("a", 1, failed), at("b", 2, small), at("c", 1, failed)}, reason: ReasonRolloutStopped, says: "TenantDatabase c"},
		"no more at once than the limit":              {all: []member{at("a", 1), at("b", 2, small), at("c", 1, running), at("d", 1, running)}, reason: ReasonRolloutQueued, says: "2 databases"},
		"one less leaves room":                        {all: []member{at("a", 1), at("b", 2, small), at("c", 1, running)}},
		"one's own run does not count against itself": {all: []member{at("a", 1, running), at("b", 2, small), at("c", 1, running)}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reason, message := mayMigrate(tc.all[0], 2, 2, tc.all)
			if reason != tc.reason || !strings.Contains(message, tc.says) {
				t.Errorf("got %q %q", reason, message)
			}
		})
	}
}

// fleet is twelve databases at version 1, with the phase Schema of an operator that brings them to 2.
type fleet struct {
	*Reconciler
	names []string

	mu      sync.Mutex
	broken  string
	began   []string
	atOnce  int
	most    int
	done    map[string]bool
	through bool // the canary, db-11
	early   []string
}

func newFleet(t *testing.T) *fleet {
	t.Helper()
	objects := []client.Object{
		&v1alpha1.DatabaseServer{ObjectMeta: metav1.ObjectMeta{Name: "eu"}, Spec: v1alpha1.DatabaseServerSpec{
			Host: "db", Port: 5432, CredentialsSecretRef: &v1alpha1.LocalSecretRef{Name: "admin"},
		}, Status: v1alpha1.DatabaseServerStatus{RolesSecretVersion: "7"}},
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "admin", Namespace: "sys"}, Data: map[string][]byte{"username": []byte("u"), "password": []byte("p")}},
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "eu-roles", Namespace: "sys", ResourceVersion: "7"}},
	}
	f := &fleet{done: map[string]bool{}}
	for i := range 12 {
		d := &v1alpha1.TenantDatabase{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("db-%02d", i)}}
		d.Spec.ServerRef.Name, d.Status.SchemaVersion, d.Status.SubAccounts = "eu", 1, int32(20-i)
		f.names = append(f.names, d.Name)
		objects = append(objects, d)
	}
	c := fake.NewClientBuilder().WithScheme(kube.Scheme()).WithObjects(objects...).WithStatusSubresource(&v1alpha1.TenantDatabase{}).Build()
	f.Reconciler = &Reconciler{Client: c, Namespace: "sys", Newest: 2, Parallel: 3, Migrate: f.migrate}
	return f
}

func (f *fleet) migrate(_ context.Context, dsn string) (int64, error) {
	f.mu.Lock()
	server, err := db.ServerOf(dsn)
	name := strings.ReplaceAll(strings.TrimPrefix(server.MaintenanceDB, "omnicrm_"), "_", "-")
	again := f.done[name] // nothing to do, so it takes nobody's place
	f.began = append(f.began, name)
	if !again {
		f.atOnce++
		f.most = max(f.most, f.atOnce)
	}
	if !f.through && name != "db-11" {
		f.early = append(f.early, name)
	}
	f.mu.Unlock()
	runtime.Gosched() // the others may begin
	f.mu.Lock()
	defer f.mu.Unlock()
	if !again {
		f.atOnce--
	}
	f.through = f.through || name == "db-11"
	if name == f.broken {
		return 0, errors.New("division by zero")
	}
	f.done[name] = true
	return 2, err
}

// pass lets every database try once, all at the same time, and returns who waits and why.
func (f *fleet) pass(t *testing.T) map[string]string {
	t.Helper()
	waits := map[string]string{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, name := range f.names {
		all.Go(func() {
			var d v1alpha1.TenantDatabase
			if err := f.Client.Get(t.Context(), client.ObjectKey{Name: name}, &d); err != nil {
				t.Error(err)
				return
			}
			_, err := f.schema(t.Context(), &d)
			c := metav1.Condition{Type: v1alpha1.ConditionSchema, Status: metav1.ConditionTrue, Reason: ReasonMigrated}
			if err != nil {
				c.Status, c.Reason, c.Message = metav1.ConditionFalse, phase.ReasonOf(err), err.Error()
				mu.Lock()
				waits[name] = c.Reason
				mu.Unlock()
			}
			meta.SetStatusCondition(&d.Status.Conditions, c)
			if err := f.Client.Status().Update(t.Context(), &d); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	return waits
}

func TestANewVersionGoesThroughAFleet(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	waits := f.pass(t)
	for _, name := range f.names {
		if reason, ok := waits[name]; ok && reason != ReasonCanaryFirst && reason != ReasonRolloutQueued {
			t.Errorf("%s: %s", name, reason)
		}
	}
	for pass := 0; len(waits) > 0; pass++ {
		if pass == 20 {
			t.Fatalf("still waiting: %v", waits)
		}
		waits = f.pass(t)
	}
	if f.most > 3 || len(f.early) > 0 {
		t.Errorf("%d at once, the limit is 3; before the canary was through began %v", f.most, f.early)
	}
	slices.Sort(f.began)
	if len(slices.Compact(f.began)) != 12 {
		t.Errorf("%v", f.began)
	}
}

func TestAFailureStopsTheFleetAndAMendLetsItGoOn(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	f.broken = "db-05"
	f.pass(t)
	var waits map[string]string
	for range 8 {
		waits = f.pass(t)
	}
	if waits["db-05"] != ReasonMigrationFailed {
		t.Fatalf("%v", waits)
	}
	for name, reason := range waits {
		if name != "db-05" && reason != ReasonRolloutStopped {
			t.Errorf("%s: %s", name, reason)
		}
	}
	before := len(f.began)
	// Another process, with nothing in its memory but the resources, keeps to it.
	f.rollout = rollout{}
	f.pass(t)
	f.mu.Lock()
	again := f.began[before:]
	f.mu.Unlock()
	for _, name := range again {
		var d v1alpha1.TenantDatabase
		if err := f.Client.Get(t.Context(), client.ObjectKey{Name: name}, &d); err != nil {
			t.Fatal(err)
		}
		if name != "db-05" && d.Status.SchemaVersion != 2 {
			t.Errorf("%s began after the failure", name)
		}
	}
	f.broken = ""
	for pass := 0; len(waits) > 0; pass++ {
		if pass == 20 {
			t.Fatalf("still waiting: %v", waits)
		}
		waits = f.pass(t)
	}
}

// The next release brings another version: what failed with the one before no longer holds anybody.
func TestTheNextReleaseStartsAnew(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	f.broken = "db-11"
	if waits := f.pass(t); waits["db-11"] != ReasonMigrationFailed || len(waits) != 12 {
		t.Fatalf("%v", waits)
	}
	f.broken = "db-99"
	f.Newest = 3
	if waits := f.pass(t); waits["db-11"] != "" {
		t.Errorf("%v", waits)
	}
}

func TestAServerThatGoesAwayIsNoFailedMigration(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	f.Migrate = func(ctx context.Context, _ string) (int64, error) {
		return db.MigrateTenant(ctx, "postgres://u:p@127.0.0.1:1/x?sslmode=disable")
	}
	waits := f.pass(t)
	if waits["db-11"] != ReasonMigrationInterrupted || waits["db-00"] != ReasonCanaryFirst {
		t.Errorf("%v", waits)
	}
}
