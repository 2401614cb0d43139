package parts

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

//go:embed keeper/*.go
var keeperSource embed.FS

// Kept is a server that this process owns through a keeper: it ends when
// [Kept.Stop] is called or when this process does.
type Kept struct {
	cmd   *exec.Cmd
	owner *os.File
	once  sync.Once
	done  chan struct{}
	err   error // set before done is closed
}

// patience is how long a server may take to be up, or to do what it does at once elsewhere, on a machine that has little
// time for it. One that ended is not waited for.
const patience = 4 * time.Minute

// Keep says how a server is run. Command is required.
type Keep struct {
	Command []string
	Signal  syscall.Signal // asks it to stop; SIGTERM unless set
	Grace   time.Duration  // how long it may take to stop before it is killed; 20 s unless set
	Dir     string         // working directory
	Env     []string       // added to this process's environment
	Log     *os.File       // its output; nil for none
	Remove  string         // folder to remove once it stopped
	User    *OtherUser     // run it as this user; nil for this process's own
}

// StartKept starts a server under a keeper. It is not ready yet on return.
func StartKept(ctx context.Context, k Keep) (*Kept, error) {
	args, err := keeperArgs(ctx, k)
	if err != nil {
		return nil, err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", k.Command[0], err)
	}
	defer func() { _ = read.Close() }()
	cmd := keeperCommand(args, k)
	cmd.Stdin = read
	if err := cmd.Start(); err != nil {
		_ = write.Close()
		return nil, fmt.Errorf("start %s: %w", k.Command[0], err)
	}
	kept := &Kept{cmd: cmd, owner: write, done: make(chan struct{})}
	go func() {
		kept.err = cmd.Wait()
		close(kept.done)
	}()
	return kept, nil
}

// Pid is the keeper's process id.
func (k *Kept) Pid() int { return k.cmd.Process.Pid }

// Done is closed when the server has ended and [Kept.Err] tells how.
func (k *Kept) Done() <-chan struct{} { return k.done }

// Err tells how the server ended; valid once Done is closed.
func (k *Kept) Err() error { return k.err }

// Stop has the server stopped and returns once it is gone.
func (k *Kept) Stop() {
	k.once.Do(func() { _ = k.owner.Close() })
	<-k.done
}

// Kill ends the server as kill -9 does: it was started with [Keep.Signal]
// SIGKILL, which the kernel sends it when its keeper is killed. Linux only.
func (k *Kept) Kill() {
	_ = k.cmd.Process.Kill()
	k.Stop()
}

func keeperCommand(args []string, k Keep) *exec.Cmd {
	cmd := exec.Command(args[0], args[1:]...) //nolint:noctx // ends with its owner, not with a context
	cmd.Dir, cmd.Stdout, cmd.Stderr = k.Dir, k.Log, k.Log
	if k.Log == nil {
		cmd.Stdout, cmd.Stderr = nil, nil // a typed nil would not mean /dev/null
	}
	cmd.Env = append(os.Environ(), k.Env...)
	// Out of the terminal's reach: its owner decides when it ends.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd
}

func keeperArgs(ctx context.Context, k Keep, flags ...string) ([]string, error) {
	if len(k.Command) == 0 {
		return nil, errors.New("keep: no command")
	}
	bin, err := keeperBinary(ctx)
	if err != nil {
		return nil, err
	}
	args := append([]string{bin}, flags...)
	if k.Signal != 0 {
		args = append(args, "-signal", strconv.Itoa(int(k.Signal)))
	}
	if k.Grace != 0 {
		args = append(args, "-grace", k.Grace.String())
	}
	if k.Remove != "" {
		args = append(args, "-remove", k.Remove)
	}
	if k.User != nil {
		args = append(args, "-uid", strconv.Itoa(k.User.UID), "-gid", strconv.Itoa(k.User.GID))
	}
	return append(append(args, "--"), k.Command...), nil
}

// keeperBinary builds the keeper once per version of its source.
func keeperBinary(ctx context.Context) (string, error) {
	sum := sha256.New()
	names, err := fs.Glob(keeperSource, "keeper/*.go")
	if err != nil {
		return "", fmt.Errorf("read keeper's source: %w", err)
	}
	for _, name := range names {
		text, err := keeperSource.ReadFile(name)
		if err != nil {
			return "", fmt.Errorf("read keeper's source: %w", err)
		}
		sum.Write(text)
	}
	dir, err := installOnce(ctx, "keeper-"+hex.EncodeToString(sum.Sum(nil))[:12], func(dir string) error {
		src := filepath.Join(dir, "src")
		if err := os.MkdirAll(src, 0o755); err != nil {
			return fmt.Errorf("build keeper: %w", err)
		}
		for _, name := range names {
			text, _ := keeperSource.ReadFile(name)
			if err := os.WriteFile(filepath.Join(src, filepath.Base(name)), text, 0o644); err != nil {
				return fmt.Errorf("build keeper: %w", err)
			}
		}
		if err := os.WriteFile(filepath.Join(src, "go.mod"), []byte("module keeper\n\ngo 1.26\n"), 0o644); err != nil {
			return fmt.Errorf("build keeper: %w", err)
		}
		cmd := exec.CommandContext(ctx, "go", "build", "-o", "../keeper", ".")
		cmd.Dir = src
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build keeper: %w\n%s", err, out)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "keeper"), nil
}
