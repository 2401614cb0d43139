package parts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// The ports that FreePort gives, the last excluded. They lie below those that
// kernels take for outgoing connections (from 32768 on Linux, 49152 on macOS), so
// that none of the thousands of these gets the port of a server that is not up yet,
// or down for a moment.
const firstPort, endPort = 20000, 30000

var ports struct {
	sync.Mutex
	file *os.File // a byte of it is locked for each port that is given
	ours map[int]bool
}

// FreePort returns a TCP port of 127.0.0.1 that nothing listens on, and gives it to
// nobody else before this process ends.
func FreePort(ctx context.Context) (int, error) {
	ports.Lock()
	defer ports.Unlock()
	if err := openPorts(); err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	for _, at := range rand.Perm(endPort - firstPort) {
		port := firstPort + at
		if ports.ours[port] {
			continue
		}
		mine, err := lockByte(ports.file, int64(port))
		if err != nil {
			return 0, fmt.Errorf("find a free port: %w", err)
		}
		if mine && PortFree(ctx, port) {
			ports.ours[port] = true
			return port, nil
		}
	}
	return 0, fmt.Errorf("find a free port: none from %d to %d", firstPort, endPort-1)
}

func openPorts() error {
	if ports.file != nil {
		return nil
	}
	cache, err := CacheDir()
	if err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(cache, "ports.lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return err
	}
	ports.file, ports.ours = file, map[int]bool{}
	return nil
}

// lockByte locks a byte of a file against other processes until this one ends; it
// doesn't wait. The kernel frees it with the process.
func lockByte(f *os.File, at int64) (bool, error) {
	err := syscall.FcntlFlock(f.Fd(), syscall.F_SETLK, &syscall.Flock_t{
		Type: syscall.F_WRLCK, Whence: io.SeekStart, Start: at, Len: 1,
	})
	if errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EACCES) {
		return false, nil
	}
	return err == nil, err
}

// PortFree reports whether nothing listens on the port of 127.0.0.1.
func PortFree(ctx context.Context, port int) bool {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	_ = l.Close()
	return true
}
