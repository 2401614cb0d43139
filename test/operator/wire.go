package operator

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"sync"
	"testing"
)

// wire is a proxy in front of a PostgreSQL server that understands just enough of its protocol to see which round trip
// changes something, and to cut the connection right there
// (https://www.postgresql.org/docs/current/protocol-message-formats.html).
type wire struct {
	name     string // in the names of calls
	upstream string
	own      *regexp.Regexp
	listener net.Listener

	mu    sync.Mutex
	board *board
	conns map[net.Conn]bool
	done  sync.WaitGroup
}

func newWire(t testing.TB, name, upstream string, own *regexp.Regexp) *wire {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{name: name, upstream: upstream, own: own, listener: listener, conns: map[net.Conn]bool{}}
	w.done.Go(w.accept)
	t.Cleanup(func() {
		_ = listener.Close()
		w.cut()
		w.done.Wait()
	})
	return w
}

func (w *wire) port() int {
	return w.listener.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // it listens on TCP
}

// serve makes a life's board the one that connections from now on report to.
func (w *wire) serve(b *board) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.board = b
}

// cut breaks every connection.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.conns {
		_ = c.Close()
	}
}

func (w *wire) accept() {
	for {
		conn, err := w.listener.Accept()
		if err != nil {
			return
		}
		w.mu.Lock()
		b := w.board
		w.mu.Unlock()
		if b == nil || b.isDead() {
			_ = conn.Close()
			continue
		}
		w.done.Go(func() { w.relay(conn, b) })
	}
}

func (w *wire) relay(client net.Conn, b *board) {
	server, err := net.Dial("tcp", w.upstream) //nolint:noctx // closed with the proxy
	if err != nil {
		_ = client.Close()
		return
	}
	w.mu.Lock()
	w.conns[client], w.conns[server] = true, true
	w.mu.Unlock()
	s := &session{wire: w, board: b, client: client, server: server, status: 'I', prepared: map[string]string{}}
	var both sync.WaitGroup
	both.Go(func() { s.finish(s.requests()) })
	both.Go(func() { s.finish(s.answers()) })
	both.Wait()
	w.mu.Lock()
	delete(w.conns, client)
	delete(w.conns, server)
	w.mu.Unlock()
}

// frame is one message: its type (0 for the first of a connection, which has none) and its bytes as they came.
type frame struct {
	kind byte
	raw  []byte
}

func (f frame) body() []byte {
	if f.kind == 0 {
		return f.raw[4:]
	}
	return f.raw[5:]
}

var errFrame = errors.New("operator: a message of PostgreSQL's protocol that can't be")

func readFrame(r io.Reader, first bool) (frame, error) {
	head := make([]byte, 5)
	if first {
		head = head[:4]
	}
	if _, err := io.ReadFull(r, head); err != nil {
		return frame{}, err
	}
	size := int(binary.BigEndian.Uint32(head[len(head)-4:]))
	if size < 4 || size > 64<<20 {
		return frame{}, fmt.Errorf("%w: %d bytes", errFrame, size)
	}
	raw := make([]byte, len(head)+size-4)
	copy(raw, head)
	_, err := io.ReadFull(r, raw[len(head):])
	f := frame{raw: raw}
	if !first {
		f.kind = head[0]
	}
	return f, err
}
