package tenantdatabase

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// Reasons of the condition Schema while a new version goes through all databases.
const (
	ReasonCanaryFirst    = "CanaryFirst"
	ReasonRolloutStopped = "RolloutStopped"
	ReasonRolloutQueued  = "RolloutQueued"
)

// member is a database as a rollout sees it.
type member struct {
	name        string
	version     int64 // of its schema; 0 when it has none yet
	subAccounts int32
	canary      bool // labelled so
	failed      bool // its last try for the newest version failed
	running     bool // its migrations run just now
}

// mayMigrate decides whether a database may go to the newest version now; the reason and the words if not. It is pure.
//
// The canaries go first: those with the label or, where none has it, the database with the fewest sub-accounts. Then
// all others, so many at once. The first failure stops whoever has not begun; the one that failed is tried again, and
// the rest go on once it has passed, or with the next release. A database without a schema is new and waits for nobody.
func mayMigrate(self member, newest int64, parallel int, all []member) (reason, message string) {
	if self.version == 0 || self.version >= newest {
		return "", ""
	}
	if broken := names(all, func(m member) bool { return m.failed && m.name != self.name }); len(broken) > 0 {
		return ReasonRolloutStopped, fmt.Sprintf("Version %d of the schema failed in the TenantDatabase %s, so no other database begins. "+
			"This one works on with version %d. It goes on when that one has passed.", newest, list(broken), self.version)
	}
	first := canaries(all)
	behind := names(first, func(m member) bool { return m.version < newest })
	isCanary := slices.ContainsFunc(first, func(m member) bool { return m.name == self.name })
	if len(behind) > 0 && !isCanary {
		return ReasonCanaryFirst, fmt.Sprintf("Version %d of the schema goes to %s first. This database works on with version %d.",
			newest, list(behind), self.version)
	}
	if running := names(all, func(m member) bool { return m.running && m.name != self.name }); len(running) >= parallel {
		return ReasonRolloutQueued, fmt.Sprintf("%d databases are being migrated to version %d; this one follows.", len(running), newest)
	}
	return "", ""
}

// canaries are the labelled databases or, without any, the one that the fewest would notice.
func canaries(all []member) []member {
	old := slices.DeleteFunc(slices.Clone(all), func(m member) bool { return m.version == 0 })
	labelled := slices.DeleteFunc(slices.Clone(old), func(m member) bool { return !m.canary })
	if len(labelled) > 0 || len(old) == 0 {
		return labelled
	}
	return []member{slices.MinFunc(old, func(a, b member) int {
		return cmp.Or(cmp.Compare(a.subAccounts, b.subAccounts), cmp.Compare(a.name, b.name))
	})}
}

func names(all []member, which func(member) bool) (out []string) {
	for _, m := range all {
		if which(m) {
			out = append(out, m.name)
		}
	}
	slices.Sort(out)
	return out
}

func list(names []string) string {
	if len(names) > 5 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:5], ", "), len(names)-5)
	}
	return strings.Join(names, ", ")
}

// rollout remembers what this process has done, as the cache of resources lags behind it. What an earlier leader did
// stands in the resources.
type rollout struct {
	mu      sync.Mutex
	running map[string]bool
	done    map[string]result
}

type result struct {
	version, target int64
	failed          bool
}

// begin takes the database's turn, or says why it has none.
func (r *Reconciler) begin(ctx context.Context, t *v1alpha1.TenantDatabase) error {
	if r.Newest == 0 {
		return nil
	}
	var databases v1alpha1.TenantDatabaseList
	if err := r.Client.List(ctx, &databases); err != nil {
		return err
	}
	r.rollout.mu.Lock()
	defer r.rollout.mu.Unlock()
	self, all := r.rollout.member(t, r.Newest), []member(nil)
	for i := range databases.Items {
		d := &databases.Items[i]
		if d.DeletionTimestamp.IsZero() && d.Annotations[v1alpha1.AnnotationPaused] != "true" {
			all = append(all, r.rollout.member(d, r.Newest))
		}
	}
	if reason, message := mayMigrate(self, r.Newest, r.parallel(), all); reason != "" {
		return phase.Waiting(retry, reason, "%s", message)
	}
	if self.version == 0 || self.version >= r.Newest {
		return nil
	}
	if r.rollout.running == nil {
		r.rollout.running, r.rollout.done = map[string]bool{}, map[string]result{}
	}
	r.rollout.running[t.Name] = true
	return nil
}

// end gives the turn back and remembers how it went. A server that went away is no failure of the migration.
func (r *Reconciler) end(t *v1alpha1.TenantDatabase, version int64, err error) {
	r.rollout.mu.Lock()
	defer r.rollout.mu.Unlock()
	if !r.rollout.running[t.Name] {
		return
	}
	delete(r.rollout.running, t.Name)
	if err == nil || !interrupted(err) {
		r.rollout.done[t.Name] = result{version: version, target: r.Newest, failed: err != nil}
	}
}

func interrupted(err error) bool { return fault.Is(db.Classify(err), fault.Unavailable) }

func (r *rollout) member(t *v1alpha1.TenantDatabase, newest int64) member {
	schema := meta.FindStatusCondition(t.Status.Conditions, v1alpha1.ConditionSchema)
	m := member{
		name: t.Name, version: t.Status.SchemaVersion, subAccounts: t.Status.SubAccounts,
		canary: t.Labels[v1alpha1.LabelCanary] == "true", running: r.running[t.Name],
		failed: schema != nil && schema.Status == metav1.ConditionFalse && schema.Reason == ReasonMigrationFailed && t.Status.SchemaTarget == newest,
	}
	if did, ok := r.done[t.Name]; ok && did.target == newest {
		m.version, m.failed = max(m.version, did.version), did.failed
	}
	return m
}
