package parts

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// rootCache is where root keeps its cache: /root is closed to the ordinary
// user that PostgreSQL has to run as, and this place is not.
const rootCache = "/var/cache/omnicrm"

// CacheDir returns the folder, outside the work tree, for everything that is
// fetched or built once per machine, and creates it. OMNICRM_CACHE overrides it.
func CacheDir() (string, error) {
	dir := os.Getenv("OMNICRM_CACHE")
	switch {
	case dir != "":
		abs, err := filepath.Abs(dir)
		if err != nil {
			return "", fmt.Errorf("OMNICRM_CACHE: %w", err)
		}
		dir = abs
	case os.Geteuid() == 0:
		dir = rootCache
	default:
		user, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("find the cache folder (set OMNICRM_CACHE): %w", err)
		}
		dir = filepath.Join(user, "omnicrm")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make the cache folder (OMNICRM_CACHE moves it): %w", err)
	}
	return dir, nil
}

// lockFile takes an exclusive lock that other processes see, waiting until
// ctx is done. The kernel frees it with the process.
func lockFile(ctx context.Context, path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() {
				// A process that is being started holds a copy of every file until it runs its program; closing alone would leave it the lock.
				_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
				_ = f.Close()
			}, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			_ = f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		select {
		case <-ctx.Done():
			_ = f.Close()
			return nil, fmt.Errorf("wait for lock %s: %w", path, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// installOnce returns cache/name, running install on an empty folder beside
// it first if it is not there yet. The folder appears whole or not at all.
func installOnce(ctx context.Context, name string, install func(dir string) error) (string, error) {
	cache, err := CacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, name)
	if exists(dir) {
		return dir, nil
	}
	unlock, err := lockFile(ctx, dir+".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if exists(dir) {
		return dir, nil
	}
	tmp := dir + ".new"
	if err := os.RemoveAll(tmp); err != nil {
		return "", fmt.Errorf("clear %s: %w", tmp, err)
	}
	if err := os.MkdirAll(tmp, 0o755); err != nil {
		return "", fmt.Errorf("make %s: %w", tmp, err)
	}
	if err := install(tmp); err != nil {
		_ = os.RemoveAll(tmp)
		return "", err
	}
	if err := os.Rename(tmp, dir); err != nil {
		return "", fmt.Errorf("put %s in place: %w", name, err)
	}
	return dir, nil
}

// ScratchDir makes a folder in the cache for this process, and removes those
// of the same kind whose processes are gone without having done it.
func ScratchDir(kind string) (string, error) {
	cache, err := CacheDir()
	if err != nil {
		return "", err
	}
	left, _ := filepath.Glob(filepath.Join(cache, kind+"-*-*"))
	for _, dir := range left {
		var pid int
		_, err := fmt.Sscanf(filepath.Base(dir), kind+"-%d-", &pid)
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			_ = os.RemoveAll(dir)
		}
	}
	return os.MkdirTemp(cache, fmt.Sprintf("%s-%d-", kind, os.Getpid()))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
