package rig

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// Memory of a process, in bytes (proc(5)).
type Memory struct {
	Resident int64 // VmRSS
	// Own is RssAnon: without the pages of the program's file, which processes on a
	// machine share and the kernel drops when it needs room.
	Own int64
}

// MemoryOf is what a process has in memory now.
func MemoryOf(t testing.TB, pid int) Memory {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	must(t, err)
	read := map[string]int64{}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		if kib, ok := strings.CutSuffix(strings.TrimSpace(value), " kB"); ok {
			n, err := strconv.ParseInt(kib, 10, 64)
			must(t, err)
			read[name] = n << 10
		}
	}
	m := Memory{Resident: read["VmRSS"], Own: read["RssAnon"]}
	if m.Resident == 0 || m.Own == 0 {
		t.Fatalf("process %d has no memory: %s", pid, status)
	}
	return m
}

// Child is the program below its keeper.
func Child(t testing.TB, keeper int) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", keeper, keeper))
	must(t, err)
	pid, err := strconv.Atoi(strings.Fields(string(text) + " 0")[0])
	must(t, err)
	return pid
}
