package parts

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// OtherUser is who a server runs as when it refuses to run as root.
type OtherUser struct{ UID, GID int }

// unprivileged returns whom PostgreSQL runs as: nil where this process is an
// ordinary user itself, `nobody` where it is root, which PostgreSQL refuses.
// It has to be a user that the machine knows, since initdb looks up its name.
// Every method of OtherUser takes nil for: as ourselves.
func unprivileged() (*OtherUser, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL refuses to run as root, and there is no user nobody: %w", err)
	}
	uid, err := strconv.Atoi(nobody.Uid)
	if err != nil {
		return nil, fmt.Errorf("user nobody: %w", err)
	}
	gid, err := strconv.Atoi(nobody.Gid)
	if err != nil {
		return nil, fmt.Errorf("user nobody: %w", err)
	}
	return &OtherUser{UID: uid, GID: gid}, nil
}

// own gives path to the user. It does nothing for the zero user.
func (u *OtherUser) own(path string) error {
	if u == nil {
		return nil
	}
	return os.Chown(path, u.UID, u.GID)
}

// Reachable reports whether every folder down to path lets other users
// through, so that a server under another user can work there.
func Reachable(path string) bool {
	for dir := filepath.Clean(path); ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil || info.Mode().Perm()&0o001 == 0 {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

// attributes starts a process as the user, nil as this process's own.
func (u *OtherUser) attributes() *syscall.SysProcAttr {
	if u == nil {
		return nil
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(u.UID), Gid: uint32(u.GID)}}
}
