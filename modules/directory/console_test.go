package directory_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// cluster keeps resources as the Kubernetes API would: platform/kube is tried
// against the real one in its own tests and in controllers.
type cluster struct {
	mu   sync.Mutex
	subs []v1alpha1.SubAccount
}

var (
	errGone  = fault.New(fault.NotFound, "sub_account.unknown", "There is no such sub-account.")
	errTaken = fault.New(fault.Conflict, "sub_account.name_taken", "A sub-account of this name exists already.")
)

func (c *cluster) find(namespace, name string) (int, error) {
	for i, s := range c.subs {
		if s.Namespace == namespace && s.Name == name {
			return i, nil
		}
	}
	return 0, errGone
}

func (c *cluster) ListSubAccounts(_ context.Context, namespace string) (out []v1alpha1.SubAccount, _ error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.subs {
		if s.Namespace == namespace {
			out = append(out, s)
		}
	}
	return out, nil
}

func (c *cluster) GetSubAccount(_ context.Context, namespace, name string) (*v1alpha1.SubAccount, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i, err := c.find(namespace, name)
	if err != nil {
		return nil, err
	}
	return &c.subs[i], nil
}

func (c *cluster) CreateSubAccount(_ context.Context, sub *v1alpha1.SubAccount) (*v1alpha1.SubAccount, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := c.find(sub.Namespace, sub.Name); err == nil {
		return nil, errTaken
	}
	made := *sub
	made.CreationTimestamp, made.Generation, made.UID = metav1.NewTime(start), 1, types.UID(uuid.NewString())
	c.subs = append(c.subs, made)
	return &made, nil
}

func (c *cluster) PatchSubAccount(_ context.Context, namespace, name string, change func(*v1alpha1.SubAccount) error) (*v1alpha1.SubAccount, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i, err := c.find(namespace, name)
	if err != nil {
		return nil, err
	}
	changed := c.subs[i].DeepCopy()
	if err := change(changed); err != nil {
		return nil, err
	}
	changed.Generation++
	c.subs[i] = *changed
	return changed.DeepCopy(), nil
}

func (c *cluster) DeleteSubAccount(_ context.Context, namespace, name string, check func(*v1alpha1.SubAccount) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	i, err := c.find(namespace, name)
	if err != nil {
		return err
	}
	if err := check(&c.subs[i]); err != nil {
		return err
	}
	c.subs[i].DeletionTimestamp = &metav1.Time{Time: start}
	c.subs[i].Generation++
	return nil
}

func wish(name string) directory.ResourceInput {
	return directory.ResourceInput{
		Name: name, DisplayName: " Bright " + name + " ", OwnerEmail: "ann@bright.example", Timezone: "Europe/Berlin", Country: "DE", Currency: "EUR",
	}
}

func TestTheConsoleWorksOnTheSameResourcesAsKubectl(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	acme, beta := b.agency("acme"), b.agency("beta")
	b.notes.take()
	made := must[directory.Resource](t)(b.CreateResource(t.Context(), acme.ID, wish("dental")))
	if made.State != directory.StateProvisioning || made.DisplayName != "Bright dental" || made.ID != uuid.Nil {
		t.Errorf("got %+v", made)
	}
	_, err := b.CreateResource(t.Context(), acme.ID, wish("dental"))
	b.refused(err, "sub_account.name_taken")
	must[directory.Resource](t)(b.CreateResource(t.Context(), acme.ID, wish("arch")))
	var names []string
	for _, r := range must[[]directory.Resource](t)(b.ListResources(t.Context(), acme.ID)) {
		names = append(names, r.Name)
	}
	if diff := cmp.Diff([]string{"arch", "dental"}, names); diff != "" {
		t.Error(diff)
	}
	if got := must[[]directory.Resource](t)(b.ListResources(t.Context(), beta.ID)); len(got) != 0 {
		t.Errorf("another agency sees %d", len(got))
	}
	yes, zone := true, "Europe/Paris"
	changed := must[directory.Resource](t)(b.PatchResource(t.Context(), acme.ID, "dental", directory.ResourceChange{Suspended: &yes, Timezone: &zone}))
	if !changed.Suspended || changed.Timezone != zone || changed.DisplayName != "Bright dental" {
		t.Errorf("got %+v", changed)
	}
	for name, call := range map[string]func() error{
		"another agency's get": func() error { _, err := b.GetResource(t.Context(), beta.ID, "dental"); return err },
		"another agency's patch": func() error {
			_, err := b.PatchResource(t.Context(), beta.ID, "dental", directory.ResourceChange{})
			return err
		},
		"another agency's delete": func() error { return b.DeleteResource(t.Context(), beta.ID, "dental", "") },
		"a path for a name":       func() error { _, err := b.GetResource(t.Context(), acme.ID, "../../agencies"); return err },
		"an unknown agency":       func() error { _, err := b.ListResources(t.Context(), uuid.New()); return err },
	} {
		if err := call(); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	b.ok(b.DeleteResource(t.Context(), acme.ID, "dental", ""))
	if got := must[directory.Resource](t)(b.GetResource(t.Context(), acme.ID, "dental")); got.State != directory.StateDeleting {
		t.Errorf("got %s", got.State)
	}
	want := []string{"sub_account.requested", "sub_account.requested", "sub_account.change_requested", "sub_account.deletion_requested"}
	if diff := cmp.Diff(want, b.notes.take()); diff != "" {
		t.Error(diff)
	}
}

func TestALostRaceForASubAccountIsStale(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	acme := b.agency("acme")
	seen := must[directory.Resource](t)(b.CreateResource(t.Context(), acme.ID, wish("dental")))
	zone, name := "Europe/Paris", "Dental & Sons"
	first := must[directory.Resource](t)(b.PatchResource(t.Context(), acme.ID, "dental", directory.ResourceChange{Version: seen.Version, Timezone: &zone}))
	if first.Version == seen.Version {
		t.Fatalf("a change leaves the version %s", seen.Version)
	}
	b.notes.take()
	_, err := b.PatchResource(t.Context(), acme.ID, "dental", directory.ResourceChange{Version: seen.Version, DisplayName: &name})
	b.refused(err, "sub_account.stale")
	b.refused(b.DeleteResource(t.Context(), acme.ID, "dental", seen.Version), "sub_account.stale")
	now := must[directory.Resource](t)(b.GetResource(t.Context(), acme.ID, "dental"))
	if now.Timezone != zone || now.DisplayName != "Bright dental" || now.State == directory.StateDeleting {
		t.Errorf("the loser left its mark: %+v", now)
	}
	if notes := b.notes.take(); len(notes) != 0 {
		t.Errorf("the audit tells what did not happen: %v", notes)
	}
	b.kube.subs[0].Status.ObservedGeneration = 7
	if got := must[directory.Resource](t)(b.GetResource(t.Context(), acme.ID, "dental")); got.Version != now.Version {
		t.Errorf("the operator's report is taken for a change: %s, then %s", now.Version, got.Version)
	}
	b.ok(b.DeleteResource(t.Context(), acme.ID, "dental", now.Version))
}

func TestResourceInputIsRefusedWithTheField(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*directory.ResourceInput)
		field  string
	}{
		"a name with capitals":       {func(in *directory.ResourceInput) { in.Name = "Dental" }, "name"},
		"a name that ends in a dash": {func(in *directory.ResourceInput) { in.Name = "dental-" }, "name"},
		"a name too long":            {func(in *directory.ResourceInput) { in.Name = "a23456789012345678901234567890123456789012" }, "name"},
		"a blank display name":       {func(in *directory.ResourceInput) { in.DisplayName = "  " }, "display_name"},
		"an unknown timezone":        {func(in *directory.ResourceInput) { in.Timezone = "Berlin" }, "timezone"},
		"a country spelled out":      {func(in *directory.ResourceInput) { in.Country = "Germany" }, "country"},
		"a currency sign":            {func(in *directory.ResourceInput) { in.Currency = "€" }, "currency"},
		"an address with a blank":    {func(in *directory.ResourceInput) { in.OwnerEmail = "ann @bright.example" }, "owner_email"},
		"an unknown isolation":       {func(in *directory.ResourceInput) { in.Isolation = "Alone" }, "isolation"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := wish("dental")
			tc.change(&in)
			f, ok := fault.As(in.Validate())
			if !ok || len(f.Fields) != 1 || f.Fields[0].Path != tc.field {
				t.Errorf("got %v, want %s", f, tc.field)
			}
		})
	}
}

func TestTheStateFollowsFromTheConditions(t *testing.T) {
	t.Parallel()
	condition := func(kind, status, reason string) metav1.Condition {
		return metav1.Condition{Type: kind, Status: metav1.ConditionStatus(status), Reason: reason, Message: reason + "!", LastTransitionTime: metav1.NewTime(start)}
	}
	tests := map[string]struct {
		suspended  bool
		deleting   bool
		generation int64
		conditions []metav1.Condition
		state      directory.State
		reason     string
	}{
		"nothing yet":                           {generation: 1, state: directory.StateProvisioning, reason: "Progressing"},
		"on its way":                            {generation: 1, conditions: []metav1.Condition{condition("Ready", "False", "WaitingForDatabase")}, state: directory.StateProvisioning, reason: "WaitingForDatabase"},
		"ready":                                 {generation: 1, conditions: []metav1.Condition{condition("Ready", "True", "Ready")}, state: directory.StateReady, reason: "Ready"},
		"ready before the last change":          {generation: 2, conditions: []metav1.Condition{condition("Ready", "True", "Ready")}, state: directory.StateProvisioning, reason: "Ready"},
		"stalled":                               {generation: 1, conditions: []metav1.Condition{condition("Ready", "False", "X"), condition("Stalled", "True", "NoSuchNumber")}, state: directory.StateStalled, reason: "NoSuchNumber"},
		"suspended":                             {suspended: true, generation: 1, conditions: []metav1.Condition{condition("Ready", "True", "Ready"), condition("Suspended", "True", "Suspended")}, state: directory.StateSuspended, reason: "Suspended"},
		"suspension wanted but not yet in fact": {suspended: true, generation: 2, conditions: []metav1.Condition{condition("Ready", "True", "Ready"), condition("Suspended", "False", "Active")}, state: directory.StateProvisioning, reason: "Ready"},
		"deleting":                              {deleting: true, generation: 1, conditions: []metav1.Condition{condition("Ready", "True", "Ready"), condition("Cleanup", "False", "GracePeriod")}, state: directory.StateDeleting, reason: "GracePeriod"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			acme := b.agency("acme")
			must[directory.Resource](t)(b.CreateResource(t.Context(), acme.ID, wish("dental")))
			sub := &b.kube.subs[0]
			sub.Spec.Suspended, sub.Generation = tc.suspended, tc.generation
			sub.Status.ObservedGeneration, sub.Status.Conditions = 1, tc.conditions
			if tc.deleting {
				sub.DeletionTimestamp = &metav1.Time{Time: start.Add(time.Hour)}
			}
			got := must[directory.Resource](t)(b.GetResource(t.Context(), acme.ID, "dental"))
			if got.State != tc.state || got.Reason != tc.reason || got.Message == "" || len(got.Conditions) != len(tc.conditions) {
				t.Errorf("got %s because %s (%s)", got.State, got.Reason, got.Message)
			}
		})
	}
}
