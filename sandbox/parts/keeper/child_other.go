//go:build !linux

package main

import "syscall"

// childAttributes puts the server into a process group of its own, so that a
// Ctrl-C in the terminal reaches the owner alone.
func childAttributes(o options) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Credential: credential(o)}
}
