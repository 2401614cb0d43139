package parts

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// kubePrograms are built from hack/kube, in this order: the quick one first,
// so that a broken toolchain shows early.
var kubePrograms = []struct{ name, pkg string }{
	{"etcd", "./etcd"},
	{"kubectl", "k8s.io/kubernetes/cmd/kubectl"},
	{"kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"},
}

// KubeAssets returns a folder with etcd, kube-apiserver and kubectl:
// KUBEBUILDER_ASSETS if set, else the cache's, else built from the module
// hack/kube, which takes some minutes once per machine and version and tells
// progress meanwhile. (The published envtest binaries are those of the same
// sources; who has them points KUBEBUILDER_ASSETS at them. Building needs no
// host but the Go module proxy that the product itself is built through.)
func KubeAssets(ctx context.Context, progress io.Writer) (string, error) {
	if dir := os.Getenv("KUBEBUILDER_ASSETS"); dir != "" {
		for _, p := range kubePrograms {
			if !exists(filepath.Join(dir, p.name)) {
				return "", fmt.Errorf("KUBEBUILDER_ASSETS=%s has no %s", dir, p.name)
			}
		}
		return dir, nil
	}
	tree, err := Tree()
	if err != nil {
		return "", err
	}
	src := filepath.Join(tree, "hack", "kube")
	key, err := kubeKey(src)
	if err != nil {
		return "", err
	}
	dir, err := installOnce(ctx, key, func(dir string) error { return buildKube(ctx, src, dir, progress) })
	if err != nil {
		return "", fmt.Errorf("the Kubernetes API (KUBEBUILDER_ASSETS names a folder that has it): %w", err)
	}
	return dir, nil
}

var kubeVersion = regexp.MustCompile(`(?m)^\s*(k8s\.io/kubernetes|go\.etcd\.io/etcd/server/v3) v(\S+)$`)

// kubeKey names the cached build after the versions in hack/kube/go.mod.
func kubeKey(src string) (string, error) {
	mod, err := os.ReadFile(filepath.Join(src, "go.mod"))
	if err != nil {
		return "", fmt.Errorf("versions of the Kubernetes API: %w", err)
	}
	versions := map[string]string{}
	for _, m := range kubeVersion.FindAllSubmatch(mod, -1) {
		versions[string(m[1])] = string(m[2])
	}
	kube, etcd := versions["k8s.io/kubernetes"], versions["go.etcd.io/etcd/server/v3"]
	if kube == "" || etcd == "" {
		return "", errors.New("hack/kube/go.mod names no version of Kubernetes or etcd")
	}
	return fmt.Sprintf("kube-%s-etcd-%s-%s-%s", kube, etcd, runtime.GOOS, runtime.GOARCH), nil
}

// buildKube compiles the programs, one after the other: the machine's cores
// are busy with one already.
func buildKube(ctx context.Context, src, dir string, progress io.Writer) error {
	kube := strings.TrimPrefix(filepath.Base(dir), "kube-")
	kube, _, _ = strings.Cut(kube, "-")
	flags := "-s -w -X k8s.io/component-base/version.gitVersion=v" + kube
	for i, p := range kubePrograms {
		what := fmt.Sprintf("Kubernetes API, once per machine: building %s (%d of %d)", p.name, i+1, len(kubePrograms))
		// The flags that change how packages are compiled are the product's own
		// (none), so that both share what is in the build cache.
		cmd := exec.CommandContext(ctx, "go", "build", "-v", "-ldflags", flags, "-o", filepath.Join(dir, p.name), p.pkg)
		cmd.Dir = src
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly")
		if err := runBuild(cmd, what, progress); err != nil {
			return fmt.Errorf("build %s: %w", p.name, err)
		}
	}
	return nil
}

// runBuild runs `go build -v`, which names each package that it compiles, and
// tells every few seconds how many those are.
func runBuild(cmd *exec.Cmd, what string, progress io.Writer) error {
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(stderr); s.Scan(); {
			lines <- s.Text()
		}
	}()
	_, _ = fmt.Fprintln(progress, what)
	tail, err := followBuild(lines, what, progress), cmd.Wait()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, strings.Join(tail, "\n"))
	}
	return nil
}

// followBuild returns the last lines of the build's output.
func followBuild(lines <-chan string, what string, progress io.Writer) (tail []string) {
	const every = 10 * time.Second
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	packages, elapsed := 0, time.Duration(0)
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				return tail
			}
			packages++
			tail = append(tail, line)
			tail = tail[max(0, len(tail)-20):]
		case <-ticker.C:
			elapsed += every
			_, _ = fmt.Fprintf(progress, "%s: %s, %d packages compiled\n", what, elapsed, packages)
		}
	}
}
