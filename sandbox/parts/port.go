package parts

import (
	"context"
	"fmt"
	"net"
)

// FreePort returns a TCP port of 127.0.0.1 that nothing listens on. Another
// process may take it before the caller does; whoever starts a server on it
// tries again with another.
func FreePort(ctx context.Context) (int, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer func() { _ = l.Close() }()
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return 0, fmt.Errorf("find a free port: not a TCP address: %s", l.Addr())
	}
	return addr.Port, nil
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
