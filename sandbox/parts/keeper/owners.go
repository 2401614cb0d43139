package main

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// greeting tells an owner that it is counted.
const greeting = "kept\n"

// watchOwners returns a channel that closes when nobody owns the server any
// more.
func watchOwners(o options) (<-chan struct{}, error) {
	gone := make(chan struct{})
	if o.socket == "" {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			time.Sleep(o.linger)
			close(gone)
		}()
		return gone, nil
	}
	_ = os.Remove(o.socket)
	l, err := net.Listen("unix", o.socket) //nolint:noctx // binding a unix socket doesn't wait
	if err != nil {
		return nil, err
	}
	w := &owners{options: o, listener: l, gone: gone}
	w.timer = time.AfterFunc(o.linger+10*time.Second, w.leave) // the starter has until then to connect
	go w.accept()
	return gone, nil
}

type owners struct {
	options
	listener net.Listener
	gone     chan struct{}

	mu    sync.Mutex
	count int
	timer *time.Timer
}

func (w *owners) accept() {
	for {
		c, err := w.listener.Accept()
		if err != nil {
			return
		}
		w.mu.Lock()
		w.count++
		w.timer.Stop()
		w.mu.Unlock()
		_, _ = io.WriteString(c, greeting)
		go func() {
			_, _ = io.Copy(io.Discard, c)
			_ = c.Close()
			w.mu.Lock()
			defer w.mu.Unlock()
			if w.count--; w.count == 0 {
				w.timer.Reset(w.linger)
			}
		}()
	}
}

// leave ends the keeping unless an owner came meanwhile. Whoever looks for the
// server holds the same lock, so nobody connects to one that is about to stop.
func (w *owners) leave() {
	f, err := os.OpenFile(w.lock, os.O_CREATE|os.O_RDWR, 0o644)
	if err == nil {
		defer func() { _ = f.Close() }()
		_ = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.count > 0 {
		return
	}
	_ = w.listener.Close() // removes the socket's file too
	close(w.gone)
}
