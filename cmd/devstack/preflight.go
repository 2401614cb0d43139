package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"

	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// preflight checks what the stack can't fetch itself.
func preflight(ctx context.Context) (string, error) {
	goVersion, goErr := need(ctx, "Go 1.26", []string{"go", "env", "GOVERSION"}, 1, 26)
	node, nodeErr := need(ctx, "Node 20", []string{"node", "--version"}, 20, 0)
	_, npmErr := need(ctx, "npm", []string{"npm", "--version"}, 0, 0)
	return fmt.Sprintf("Go %s, Node %s", goVersion, node), errors.Join(goErr, nodeErr, npmErr)
}

var versionDigits = regexp.MustCompile(`(\d+)\.(\d+)[.\d]*`)

func need(ctx context.Context, what string, command []string, major, minor int) (string, error) {
	out, err := exec.CommandContext(ctx, command[0], command[1:]...).Output()
	if err != nil {
		return "", fmt.Errorf("%s or later is needed on the PATH: %w", what, err)
	}
	m := versionDigits.FindStringSubmatch(string(out))
	if m == nil {
		return "", fmt.Errorf("%s or later is needed; %s says %q", what, command[0], strings.TrimSpace(string(out)))
	}
	gotMajor, _ := strconv.Atoi(m[1])
	gotMinor, _ := strconv.Atoi(m[2])
	if gotMajor < major || gotMajor == major && gotMinor < minor {
		return "", fmt.Errorf("%s or later is needed; this is %s", what, m[0])
	}
	return m[0], nil
}

// installRedis installs Debian's redis-server where there is none and we may.
// It reports what the stack will use.
func installRedis(ctx context.Context) (string, error) {
	if path, err := exec.LookPath("redis-server"); err == nil {
		return path, nil
	}
	apt, err := exec.LookPath("apt-get")
	if err != nil || os.Geteuid() != 0 {
		return "no redis-server on the PATH: using miniredis inside the stack; it forgets everything when the stack stops", nil
	}
	for _, args := range [][]string{{"update"}, {"install", "-y", "--no-install-recommends", "redis-server"}} {
		cmd := exec.CommandContext(ctx, apt, args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("apt-get %s: %w\n%s", args[0], err, tail(string(out), 15))
		}
	}
	// Debian starts the service that it installs; the stack runs its own server.
	if _, err := os.Stat("/run/systemd/system"); err == nil {
		_ = exec.CommandContext(ctx, "systemctl", "disable", "--now", "redis-server").Run()
	}
	return "installed redis-server from Debian", nil
}

// fetch gets PostgreSQL and the Kubernetes API, once per machine.
func fetch(ctx context.Context, c *console) (assets string, err error) {
	err = c.step("PostgreSQL "+parts.PostgresVersion, func() (string, error) {
		_, err := parts.PostgresBin(ctx)
		return "", err
	})
	if err != nil {
		return "", err
	}
	err = c.step("Kubernetes API", func() (string, error) {
		assets, err = parts.KubeAssets(ctx, c)
		return assets, err
	})
	return assets, err
}

// fetchAlone fills the cache. A test binary would do so by itself, but has ten
// minutes for everything.
func fetchAlone(ctx context.Context) error {
	s, err := newStack(devFolder(), false)
	if err != nil {
		return err
	}
	_, err = fetch(ctx, s.console)
	return err
}

func tail(text string, lines int) string {
	all := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
