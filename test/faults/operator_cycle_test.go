package faults_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/test/operator"
)

// patience bounds the wait for what must come about; it only bounds a test that is failing anyway.
const patience = 4 * time.Minute

// cycle is one run of everything that the operator makes for an agency: its resources are applied, become Ready, and
// are deleted with all their data.
type cycle struct {
	*testing.T
	stage  *operator.Stage
	name   string
	number string
	agency *v1alpha1.Agency
	subs   []*v1alpha1.SubAccount
}

func newCycle(t *testing.T, stage *operator.Stage, server string, n int) *cycle {
	t.Helper()
	c := &cycle{T: t, stage: stage, name: fmt.Sprintf("acme%d", n), number: numberOf(n)}
	meta := metav1.ObjectMeta{Name: c.name}
	c.agency = &v1alpha1.Agency{ObjectMeta: meta, Spec: v1alpha1.AgencySpec{
		DisplayName: "Acme", Owner: v1alpha1.Owner{Email: "ada@acme.example", Name: "Ada"},
		Hosts: []string{c.name + ".example"}, DatabaseServerRef: &v1alpha1.ServerRef{Name: server},
		Telephony:      &v1alpha1.AgencyTelephony{CredentialsSecretRef: v1alpha1.LocalSecretRef{Name: "twilio"}},
		DeletionPolicy: v1alpha1.DeletionDelete, DeletionGracePeriod: &metav1.Duration{},
	}}
	c.subs = []*v1alpha1.SubAccount{c.sub("one", v1alpha1.IsolationAgency), c.sub("two", v1alpha1.IsolationDedicated)}
	c.subs[0].Spec.Telephony = &v1alpha1.SubAccountTelephony{PhoneNumber: c.number}
	return c
}

func (c *cycle) sub(name string, isolation v1alpha1.Isolation) *v1alpha1.SubAccount {
	return &v1alpha1.SubAccount{
		ObjectMeta: metav1.ObjectMeta{Namespace: c.namespace(), Name: name},
		Spec: v1alpha1.SubAccountSpec{
			DisplayName: "Sub-account " + name, Timezone: "America/New_York", Country: "US", Currency: "USD",
			Owner: v1alpha1.Owner{Email: name + "@acme.example"}, Isolation: isolation,
			DeletionPolicy: v1alpha1.DeletionDelete, DeletionGracePeriod: &metav1.Duration{},
		},
	}
}

func (c *cycle) namespace() string { return "agency-" + c.name }

func (c *cycle) ok(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

func (c *cycle) resources() []phase.Object {
	return []phase.Object{c.agency, c.subs[0], c.subs[1]}
}

// apply creates the agency and, as soon as its namespace is there, what lives in it, as a person does who retries.
func (c *cycle) apply() {
	c.Helper()
	c.ok(c.stage.Client.Create(c.Context(), c.agency))
	root := c.stage.Carrier.Account()
	inside := []client.Object{&corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: c.namespace(), Name: "twilio"},
		StringData: map[string]string{"accountSid": root.SID, "authToken": root.Token},
	}, c.subs[0], c.subs[1]}
	c.until("the namespace", func() (bool, string) {
		err := c.stage.Client.Create(c.Context(), inside[0])
		return err == nil, fmt.Sprint(err)
	})
	for _, o := range inside[1:] {
		c.ok(c.stage.Client.Create(c.Context(), o))
	}
}

// until polls until the condition holds; when it doesn't, the test fails with what the condition last said.
func (c *cycle) until(what string, condition func() (bool, string)) {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.Context(), patience)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		done, says := condition()
		if done {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			c.Fatalf("waiting for %s: %s\nthe operator's log:\n%s", what, says, tail(c.stage.Log.Take()))
		}
	}
}

func tail(log string) string {
	lines := strings.Split(log, "\n")
	return strings.Join(lines[max(0, len(lines)-40):], "\n")
}

// awaitReady waits until every resource is Ready. A creation at the carrier that was interrupted is given its time.
func (c *cycle) awaitReady() {
	c.Helper()
	for _, o := range c.resources() {
		c.until(o.GetName()+" to be Ready", func() (bool, string) {
			if err := c.stage.Client.Get(c.Context(), client.ObjectKeyFromObject(o), o); err != nil {
				return false, err.Error()
			}
			c.settle(o)
			return phase.IsReady(o), says(o)
		})
	}
}

// settle lets the time pass that the operator waits before it trusts the carrier's list.
func (c *cycle) settle(o phase.Object) {
	c.Helper()
	for _, condition := range o.Common().Conditions {
		if condition.Reason == "Settling" && o.GetAnnotations()["test/settled"] != condition.LastTransitionTime.String() {
			c.stage.Advance(2 * time.Minute)
			c.annotate(o, "test/settled", condition.LastTransitionTime.String())
		}
	}
}

func (c *cycle) annotate(o client.Object, key, value string) {
	c.Helper()
	patch := fmt.Appendf(nil, `{"metadata":{"annotations":{%q:%q}}}`, key, value)
	c.ok(client.IgnoreNotFound(c.stage.Client.Patch(c.Context(), o, client.RawPatch("application/merge-patch+json", patch))))
}

func says(o phase.Object) string {
	var b strings.Builder
	for _, condition := range o.Common().Conditions {
		fmt.Fprintf(&b, "\n  %s=%s %s: %s", condition.Type, condition.Status, condition.Reason, condition.Message)
	}
	return b.String()
}

// remove deletes everything and waits until it is gone.
func (c *cycle) remove() {
	c.Helper()
	for _, o := range c.resources() {
		c.ok(client.IgnoreNotFound(c.stage.Client.Delete(c.Context(), o)))
	}
}

func (c *cycle) awaitGone() {
	c.Helper()
	for _, o := range c.resources() {
		c.until(o.GetName()+" to be gone", func() (bool, string) {
			err := c.stage.Client.Get(c.Context(), client.ObjectKeyFromObject(o), o)
			if apierrors.IsNotFound(err) {
				return true, ""
			}
			c.settle(o)
			return false, says(o)
		})
	}
}

// newServer makes the DatabaseServer that the cycles use.
func newServer(c *cycle, name string) {
	c.Helper()
	s := &v1alpha1.DatabaseServer{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.DatabaseServerSpec{
			Host: "127.0.0.1", Port: int32(c.stage.TenantsPort()), SSLMode: "disable",
			CredentialsSecretRef: &v1alpha1.LocalSecretRef{Name: "postgres"},
			Capacity:             v1alpha1.ServerCapacity{Databases: ptr.To[int32](10000)},
		},
	}
	c.ok(c.stage.Client.Create(c.Context(), s))
	c.until("the server to be Ready", func() (bool, string) {
		c.ok(c.stage.Client.Get(c.Context(), client.ObjectKeyFromObject(s), s))
		return meta.IsStatusConditionTrue(s.Status.Conditions, phase.Ready), says(s)
	})
}
