package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// loopback is where everything listens.
const loopback = "127.0.0.1"

// samples are the reseller's manifests of config/samples, in the order of
// their files.
type samples []*unstructured.Unstructured

func readSamples(s state) (samples, error) {
	files, err := filepath.Glob(filepath.Join(s.tree, "config", "samples", "*.yaml"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var all samples
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		objects, err := readManifests(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.tell(file), err)
		}
		all = append(all, objects...)
	}
	if len(all) == 0 {
		return nil, errors.New("config/samples holds no manifest")
	}
	return all, nil
}

func readManifests(text []byte) (samples, error) {
	var all samples
	for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096); ; {
		object := &unstructured.Unstructured{}
		err := decoder.Decode(&object.Object)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		// Kustomize's own file lies beside them.
		if object.GetAPIVersion() == "" || object.GroupVersionKind().Group == "kustomize.config.k8s.io" {
			continue
		}
		all = append(all, object)
	}
}

// of returns those of a kind.
func (all samples) of(kind string) samples {
	return slices.DeleteFunc(slices.Clone(all), func(o *unstructured.Unstructured) bool { return o.GetKind() != kind })
}

// ready returns those that are Ready.
func (all samples) ready() samples {
	return slices.DeleteFunc(slices.Clone(all), func(o *unstructured.Unstructured) bool {
		at, _ := verdict(o)
		return at != isReady
	})
}

// field reads a string of an object, "" where it is missing.
func field(o *unstructured.Unstructured, path ...string) string {
	value, _, _ := unstructured.NestedString(o.Object, path...)
	return value
}

// numbers are the telephone numbers that the sub-accounts name.
func (all samples) numbers() []string {
	var out []string
	for _, o := range all.of("SubAccount") {
		if n := field(o, "spec", "telephony", "phoneNumber"); n != "" {
			out = append(out, n)
		}
	}
	return out
}

// onThisMachine fits the samples to this stack: the database server's port may
// be another one here, and the first agency is also reached at the address
// itself, since hosts below .localhost are known to browsers and curl but not
// to every program's resolver.
func (all samples) onThisMachine(k *kept) error {
	for _, o := range all.of("DatabaseServer") {
		if err := unstructured.SetNestedField(o.Object, int64(k.Ports["postgres"]), "spec", "port"); err != nil {
			return err
		}
	}
	for _, o := range all.of("Agency")[:min(1, len(all.of("Agency")))] {
		hosts, _, _ := unstructured.NestedStringSlice(o.Object, "spec", "hosts")
		if err := unstructured.SetNestedStringSlice(o.Object, append(hosts, loopback), "spec", "hosts"); err != nil {
			return err
		}
	}
	return nil
}

// apply applies one object by server-side apply. What a person changed in the
// meantime stays theirs; mine is false then.
func (c *cluster) apply(ctx context.Context, o *unstructured.Unstructured) (mine bool, err error) {
	err = c.client.Apply(ctx, client.ApplyConfigurationFromUnstructured(o.DeepCopy()), client.FieldOwner(fieldOwner))
	if apierrors.IsConflict(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("apply %s: %w", title(o), err)
	}
	return true, nil
}

// applyInTime applies an object whose namespace may not be there yet.
func (c *cluster) applyInTime(ctx context.Context, o *unstructured.Unstructured) (mine bool, err error) {
	for deadline := time.Now().Add(patience); ; {
		mine, err = c.apply(ctx, o)
		if !apierrors.IsNotFound(err) || time.Now().After(deadline) {
			return mine, err
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return false, err
		}
	}
}

func title(o *unstructured.Unstructured) string { return o.GetKind() + " " + o.GetName() }
