package main

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// patience is how long the samples may go without any change of their
// conditions before the stack gives up on them.
const patience = 90 * time.Second

// stuckPatience is the same when all that are not Ready are Stalled.
const stuckPatience = 15 * time.Second

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
// them as they are then. Where nothing changes any more it says so and returns
// too: what is stuck may be what a person made of it.
func (c *cluster) settle(ctx context.Context, all samples, k *kept, tell *console) (samples, error) {
	told := make(map[string]string, len(all))
	changed := time.Now()
	for {
		now, err := c.lookAll(ctx, all, k)
		if err != nil {
			return nil, err
		}
		waiting, stuck := 0, 0
		for _, o := range now {
			at, says := verdict(o)
			switch at {
			case isWaiting:
				waiting++
			case isStuck:
				stuck++
			}
			if told[title(o)] != says {
				told[title(o)] = says
				changed = time.Now()
				tell.line("  %s  %s: %s", at.mark(), title(o), says)
			}
		}
		quiet := time.Since(changed)
		switch {
		case waiting+stuck == 0:
			return now, nil
		case quiet > patience, waiting == 0 && quiet > stuckPatience:
			tell.line("  !  %d of %d samples are not Ready, and nothing has changed for %s", waiting+stuck, len(all), quiet.Round(time.Second))
			return now, nil
		}
		if err := pause(ctx, 300*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

// lookAll reads the samples' present state, and does what they wait for.
func (c *cluster) lookAll(ctx context.Context, all samples, k *kept) (samples, error) {
	now := make(samples, 0, len(all))
	for _, o := range all {
		fresh, err := c.look(ctx, o)
		if apierrors.IsNotFound(err) {
			continue // its deletion has just come through
		}
		if err != nil {
			return nil, err
		}
		if fresh.GetKind() == "Agency" {
			if err := c.telephonySecret(ctx, fresh, k); err != nil {
				return nil, err
			}
		}
		now = append(now, fresh)
	}
	return now, nil
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

// standing is where an object is on its way to Ready.
type standing int

const (
	isWaiting standing = iota
	isStuck            // until somebody changes something
	isReady
	isLeaving // it is being deleted: nobody waits for it
)

func (s standing) mark() string { return [...]string{"…", "!", "✓", "✓"}[s] }

// verdict reads Ready and Stalled of the present generation; kinds without
// conditions (Secrets, ConfigMaps) are ready by being there.
func verdict(o *unstructured.Unstructured) (at standing, says string) {
	switch {
	case o.GroupVersionKind().Group != "omnicrm.io":
		return isReady, "there"
	case o.GetDeletionTimestamp() != nil:
		return isLeaving, "is being deleted"
	}
	observed, _, _ := unstructured.NestedInt64(o.Object, "status", "observedGeneration")
	status, reason, message := condition(o, "Ready")
	if status == "True" && observed == o.GetGeneration() {
		return isReady, "Ready"
	}
	if status == "" {
		return isWaiting, "the operator has not looked at it yet"
	}
	if stalled, _, _ := condition(o, "Stalled"); stalled == "True" {
		at = isStuck
	}
	return at, reason + ": " + message
}

func condition(o *unstructured.Unstructured, kind string) (status, reason, message string) {
	conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	for _, item := range conditions {
		if c, ok := item.(map[string]any); ok && c["type"] == kind {
			status, _ = c["status"].(string)
			reason, _ = c["reason"].(string)
			message, _ = c["message"].(string)
		}
	}
	return status, reason, message
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
