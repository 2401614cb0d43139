package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// build makes bin/omnicrm with the web app in it; the Makefile knows what is
// stale. OMNICRM_DEV_BINARY names another binary to run instead, such as one
// built with -race.
func build(ctx context.Context, s state) (string, error) {
	if path := os.Getenv("OMNICRM_DEV_BINARY"); path != "" {
		return path, os.MkdirAll(filepath.Join(s.tree, "bin"), 0o755)
	}
	log, err := os.Create(s.path("logs", "build.log"))
	if err != nil {
		return "", err
	}
	defer func() { _ = log.Close() }()
	cmd := exec.CommandContext(ctx, "make", "--no-print-directory", "build")
	cmd.Dir = s.tree
	cmd.Stdout, cmd.Stderr = log, log
	// `make dev` may be above us: its flags and job server are not ours.
	cmd.Env = append(os.Environ(), "MAKEFLAGS=", "MAKELEVEL=")
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(log.Name())
		return "", fmt.Errorf("%w; the end of %s:\n%s", err, s.tell(log.Name()), tail(string(text), 40))
	}
	return "bin/omnicrm", nil
}

// linkKubectl puts the kubectl that was built beside bin/omnicrm.
func linkKubectl(s state, assets string) error {
	link := filepath.Join(s.tree, "bin", "kubectl")
	if target, err := os.Readlink(link); err == nil && target == filepath.Join(assets, "kubectl") {
		return nil
	}
	_ = os.Remove(link)
	return os.Symlink(filepath.Join(assets, "kubectl"), link)
}

// lastLine is what a build said last, without colours, short enough for a line.
func lastLine(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	line := []rune(strings.TrimSpace(colours.ReplaceAllString(tail(string(text), 1), "")))
	return string(line[:min(len(line), 90)])
}

var colours = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]")
