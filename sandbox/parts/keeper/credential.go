package main

import "syscall"

// credential is the other user to run the server as, nil for keeper's own.
func credential(o options) *syscall.Credential {
	if o.uid < 0 {
		return nil
	}
	return &syscall.Credential{Uid: uint32(o.uid), Gid: uint32(o.gid)}
}
