package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/omnicrm/omnicrm/platform/kube"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// environment is what the product's processes are told. Everything that would
// point them elsewhere is set here, so the shell's own variables don't leak in.
func (k *kept) environment(s state, role string) []string {
	return append([]string{
		"OMNICRM_CONTROL_DSN=" + k.controlDSN(),
		"OMNICRM_MIGRATOR_DSN=" + k.migratorDSN(),
		"OMNICRM_REDIS_URL=" + k.redisURL(),
		"OMNICRM_KEYSET=" + k.Keyset,
		"OMNICRM_LISTEN=" + k.address("apiserver"),
		"OMNICRM_METRICS_LISTEN=" + k.address(role+"-metrics"),
		"OMNICRM_PUBLIC_URL_TEMPLATE=http://{host}:" + strconv.Itoa(k.Ports["apiserver"]),
		"OMNICRM_CARRIER_URL=" + k.sandboxURL(),
		"OMNICRM_OUTBOUND_ALLOW=127.0.0.0/8",
		"OMNICRM_WEBHOOK_URL=http://" + k.address("apiserver"),
		"OMNICRM_TRUSTED_PROXIES=",
		"OMNICRM_NAMESPACE=" + kube.DefaultNamespace,
		"KUBECONFIG=" + s.path("kube", "kubeconfig"),
	}, k.Told...)
}

func (k *kept) address(port string) string { return loopback + ":" + strconv.Itoa(k.Ports[port]) }

func (k *kept) redisURL() string { return "redis://" + k.address("redis") + "/0" }

func (k *kept) sandboxURL() string { return "http://" + k.address("sandbox") }

func binary(s state) string {
	if path := os.Getenv("OMNICRM_DEV_BINARY"); path != "" {
		return path
	}
	return filepath.Join(s.tree, "bin", "omnicrm")
}

// migrate brings the control database to this release's version.
func migrate(ctx context.Context, s state, k *kept) error {
	cmd := exec.CommandContext(ctx, binary(s), "migrate")
	cmd.Env = append(os.Environ(), k.environment(s, "operator")...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, tail(string(out), 15))
	}
	return nil
}

// role is one process of the product, ready when its /readyz says so.
func role(s state, k *kept, name string) service {
	return service{name: name, start: func(ctx context.Context, log *os.File) (server, error) {
		process, err := parts.StartKept(ctx, parts.Keep{
			Command: []string{binary(s), name}, Env: k.environment(s, name),
			Dir: s.tree, Log: log, Grace: 30 * time.Second,
		})
		if err != nil {
			return nil, err
		}
		if err := awaitReady(ctx, "http://"+k.address(name+"-metrics")+"/readyz", process.Done()); err != nil {
			process.Stop()
			return nil, err
		}
		return process, nil
	}}
}

func awaitReady(ctx context.Context, url string, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var last error
	for {
		if last = getReady(ctx, url); last == nil {
			return nil
		}
		select {
		case <-ended:
			return errors.New("it ended at once")
		case <-ctx.Done():
			return fmt.Errorf("not ready: %w", last)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func getReady(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := (&http.Client{Timeout: 5 * time.Second}).Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s says %s", url, res.Status)
	}
	return nil
}
