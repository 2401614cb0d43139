package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// patience is how long the samples may go without any change of their
// conditions before the stack gives up on them.
const patience = 90 * time.Second

// telephonySecret gives the carrier's credentials to an agency that names a
// Secret for them, as soon as the operator has made its namespace.
func (c *cluster) telephonySecret(ctx context.Context, agency *unstructured.Unstructured, k *kept) error {
	name := field(agency, "spec", "telephony", "credentialsSecretRef", "name")
	namespace := field(agency, "status", "namespace")
	if name == "" || namespace == "" {
		return nil
	}
	err := c.secret(ctx, namespace, name, map[string]string{"accountSid": k.CarrierSID, "authToken": k.CarrierToken})
	if apierrors.IsNotFound(err) {
		return nil // not yet there; the next look finds it
	}
	return err
}

// settle waits until every sample is Ready, telling each change, and returns
// them as they are then.
func (c *cluster) settle(ctx context.Context, all samples, k *kept, tell *console) (samples, error) {
	told := make(map[string]string, len(all))
	deadline := time.Now().Add(patience)
	for {
		now := make(samples, 0, len(all))
		unready := 0
		for _, o := range all {
			fresh, err := c.look(ctx, o)
			if err != nil {
				return nil, err
			}
			if fresh.GetKind() == "Agency" {
				if err := c.telephonySecret(ctx, fresh, k); err != nil {
					return nil, err
				}
			}
			ready, says := verdict(fresh)
			if !ready {
				unready++
			}
			if told[title(o)] != says {
				told[title(o)] = says
				deadline = time.Now().Add(patience)
				tell.line("  %s  %s: %s", mark(ready), title(o), says)
			}
			now = append(now, fresh)
		}
		if unready == 0 {
			return now, nil
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("nothing has changed for %s and %d of %d are not Ready:\n%s", patience, unready, len(all), report(told))
		}
		if err := pause(ctx, 300*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

func (c *cluster) look(ctx context.Context, o *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	fresh := &unstructured.Unstructured{}
	fresh.SetGroupVersionKind(o.GroupVersionKind())
	err := c.client.Get(ctx, client.ObjectKeyFromObject(o), fresh)
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", title(o), err)
	}
	return fresh, nil
}

// verdict reads Ready of the present generation; kinds without conditions
// (Secrets, ConfigMaps) are ready by being there.
func verdict(o *unstructured.Unstructured) (ready bool, says string) {
	if o.GroupVersionKind().Group != "omnicrm.io" {
		return true, "there"
	}
	conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	observed, _, _ := unstructured.NestedInt64(o.Object, "status", "observedGeneration")
	for _, item := range conditions {
		condition, ok := item.(map[string]any)
		if !ok || condition["type"] != "Ready" {
			continue
		}
		if condition["status"] == "True" && observed == o.GetGeneration() {
			return true, "Ready"
		}
		return false, fmt.Sprintf("%s: %s", condition["reason"], condition["message"])
	}
	return false, "the operator has not looked at it yet"
}

func mark(ready bool) string {
	if ready {
		return "✓"
	}
	return "…"
}

func report(told map[string]string) string {
	var b strings.Builder
	for what, says := range told {
		_, _ = fmt.Fprintf(&b, "  %s: %s\n", what, says)
	}
	return b.String()
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
