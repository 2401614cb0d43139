package parts_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"

	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// TestPortsOfAnother is the other process of the test below.
func TestPortsOfAnother(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("OMNICRM_TEST_PORTS"))
	if err != nil {
		t.Skip("only as a part of TestAPortIsGivenOnce")
	}
	for range n {
		fmt.Println(somePort(t))
	}
	_, _ = fmt.Scanln() // until the other side has asked for its own
}

func TestAPortIsGivenOnce(t *testing.T) {
	t.Parallel()
	const each = 200
	seen := map[int]string{}
	note := func(port int, who string) {
		t.Helper()
		if before, ok := seen[port]; ok {
			t.Errorf("port %d was given to %s and to %s", port, before, who)
		}
		if port >= 32768 {
			t.Errorf("port %d is one of those that Linux takes for outgoing connections", port)
		}
		seen[port] = who
	}
	other := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPortsOfAnother$")
	other.Env = append(os.Environ(), "OMNICRM_TEST_PORTS="+strconv.Itoa(each))
	in, err := other.StdinPipe()
	must(t, err)
	out, err := other.StdoutPipe()
	must(t, err)
	must(t, other.Start())
	for range each {
		var port int
		_, err := fmt.Fscanln(out, &port)
		must(t, err)
		note(port, "another process")
	}
	var mine sync.Map
	var all sync.WaitGroup
	for range each {
		all.Go(func() { mine.Store(somePort(t), true) })
	}
	all.Wait()
	count := 0
	mine.Range(func(port, _ any) bool {
		note(port.(int), "this one")
		count++
		return true
	})
	if count != each {
		t.Errorf("%d callers at once were given %d ports", each, count)
	}
	must(t, in.Close())
	must(t, other.Wait())
}

func TestAPortThatSomebodyListensOnIsNotFree(t *testing.T) {
	t.Parallel()
	port := somePort(t)
	if !parts.PortFree(t.Context(), port) {
		t.Errorf("port %d was given and is taken", port)
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:"+strconv.Itoa(port))
	must(t, err)
	if parts.PortFree(t.Context(), port) {
		t.Errorf("port %d is listened on and said to be free", port)
	}
	must(t, l.Close())
}

func somePort(t *testing.T) int {
	t.Helper()
	port, err := parts.FreePort(t.Context())
	if err != nil {
		t.Error(err)
	}
	return port
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
