package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// state is the folder in which a stack keeps what it needs to run again on
// what is there.
type state struct {
	tree string // root of the work tree
	dir  string // .dev
}

// kept are the values that a stack makes once.
type kept struct {
	Password         string         `json:"password"` // of the agency's owner
	APIKey           string         `json:"api_key"`  // made after the first sign-in
	Keyset           string         `json:"keyset"`   // seals secrets in the databases
	PostgresPassword string         `json:"postgres_password"`
	ControlPassword  string         `json:"control_password"` // of the control database's two roles
	CarrierSID       string         `json:"carrier_sid"`
	CarrierToken     string         `json:"carrier_token"`
	Ports            map[string]int `json:"ports"`

	Told []string `json:"-"` // what this run's processes are told besides, as NAME=value
}

func (s state) path(elements ...string) string {
	return filepath.Join(append([]string{s.dir}, elements...)...)
}

func (s state) tell(path string) string {
	if rel, err := filepath.Rel(s.tree, path); err == nil {
		return rel
	}
	return path
}

// open makes the folder and reads what is kept in it, making what is missing.
func (s state) open() (*kept, error) {
	for _, dir := range []string{s.dir, s.path("logs")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	k := &kept{}
	text, err := os.ReadFile(s.path("state.json"))
	if err == nil {
		err = json.Unmarshal(text, k)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is unreadable (make dev-clean starts afresh): %w", s.tell(s.path("state.json")), err)
	}
	if err := k.fill(); err != nil {
		return nil, err
	}
	return k, s.save(k)
}

func (s state) save(k *kept) error {
	text, err := json.MarshalIndent(k, "", "  ")
	if err != nil {
		return err
	}
	tmp := s.path("state.json.new")
	if err := os.WriteFile(tmp, append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, s.path("state.json"))
}

func (k *kept) fill() error {
	for _, secret := range []*string{&k.Password, &k.PostgresPassword, &k.ControlPassword, &k.CarrierToken} {
		if *secret == "" {
			*secret = strings.ToLower(parts.NewPassword())
		}
	}
	if k.CarrierSID == "" {
		k.CarrierSID = "AC" + hex32()
	}
	if k.Keyset == "" {
		keyset, err := secrets.GenerateKeyset()
		if err != nil {
			return err
		}
		k.Keyset = keyset
	}
	if k.Ports == nil {
		k.Ports = map[string]int{}
	}
	return nil
}

// lock takes the folder for this process. Where another has it, ok is false
// and pid is that process's.
func (s state) lock() (unlock func(), pid int, ok bool, err error) {
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return nil, 0, false, err
	}
	f, err := os.OpenFile(s.path("lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, 0, false, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		text, _ := os.ReadFile(s.path("lock"))
		_ = f.Close()
		pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
		return nil, pid, false, nil
	}
	if err == nil {
		err = errors.Join(f.Truncate(0), writeAt(f, strconv.Itoa(os.Getpid())+"\n"))
	}
	if err != nil {
		_ = f.Close()
		return nil, 0, false, err
	}
	return func() {
		// A process that is being started holds a copy of every file until it runs its program; closing alone would leave it the lock.
		_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
		_ = f.Close()
	}, os.Getpid(), true, nil
}

func writeAt(f *os.File, text string) error {
	_, err := f.WriteAt([]byte(text), 0)
	return err
}
