// Command keeper runs one server for as long as somebody owns it.
//
// An owner is the writer of keeper's standard input or, with -socket, every
// connection to that socket. The kernel closes both when the owner ends, even
// by kill -9, so no server outlives what needed it. With the last owner gone
// for -linger, keeper sends -signal, waits, kills what is left and removes
// the folder -remove. It does the same when it is told to end.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

type options struct {
	socket, lock, remove string
	linger, grace        time.Duration
	signal               syscall.Signal
	uid, gid             int
	command              []string
}

func main() {
	o, err := parse(os.Args[1:])
	if err == nil {
		err = run(o)
	}
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "keeper:", err)
	code := 1
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() > 0 {
		code = exit.ExitCode()
	}
	os.Exit(code)
}

func parse(args []string) (options, error) {
	var o options
	f := flag.NewFlagSet("keeper", flag.ContinueOnError)
	f.StringVar(&o.socket, "socket", "", "count connections to this unix socket as owners, instead of standard input")
	f.StringVar(&o.lock, "lock", "", "hold this file's lock while deciding that the last owner is gone")
	f.StringVar(&o.remove, "remove", "", "folder to remove afterwards")
	f.DurationVar(&o.linger, "linger", 0, "how long to stay without an owner")
	f.DurationVar(&o.grace, "grace", 20*time.Second, "how long the server may take to stop")
	sig := f.Int("signal", int(syscall.SIGTERM), "signal that asks the server to stop")
	f.IntVar(&o.uid, "uid", -1, "run the server as this user")
	f.IntVar(&o.gid, "gid", -1, "run the server as this group")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	o.signal = syscall.Signal(*sig)
	o.command = f.Args()
	if len(o.command) == 0 {
		return o, errors.New("no command")
	}
	return o, nil
}

func run(o options) error {
	// The child's parent-death signal hangs on this very thread.
	runtime.LockOSThread()
	defer func() {
		if o.remove != "" {
			_ = os.RemoveAll(o.remove)
		}
	}()
	ends := make(chan os.Signal, 4)
	signal.Notify(ends, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)

	gone, err := watchOwners(o)
	if err != nil {
		return err
	}
	cmd := exec.Command(o.command[0], o.command[1:]...) //nolint:noctx // runs what it was given, until told otherwise
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = childAttributes(o)
	if err := cmd.Start(); err != nil {
		return err
	}
	var ended error
	exited := make(chan struct{})
	go func() {
		ended = cmd.Wait()
		close(exited)
	}()

	select {
	case <-exited:
		return ended
	case <-gone:
	case <-ends:
	}
	_ = cmd.Process.Signal(o.signal)
	select {
	case <-exited:
	case <-time.After(o.grace):
		// The whole group: a server that hangs may have children that hold its files.
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-exited
	}
	return nil
}
