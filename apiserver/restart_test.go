package apiserver_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// PostgreSQL, with the control database and the tenants', is shut down immediately under requests and started again:
// callers are told to come back, and are served when they do, by the same process.
func TestARestartedDatabaseIsToldAndForgotten(t *testing.T) {
	t.Parallel()
	server := parts.OwnPostgres(t)
	b := newBenchAt(t, server.ControlDB(t), server.TenantDB(t).App)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	read := func() int {
		got := b.do(ask{path: b.sub("/contacts"), token: token})
		switch {
		case got.status == http.StatusOK:
		case got.status == http.StatusServiceUnavailable && got.header.Get("Retry-After") != "" && got.code() != "":
		default:
			t.Fatalf("answered %d %v %s", got.status, got.header, got.text)
		}
		return got.status
	}
	write := func() {
		got := b.do(ask{method: "POST", path: b.sub("/contacts"), token: token, body: `{"first_name":"Ada"}`})
		if got.status != http.StatusCreated && got.status != http.StatusServiceUnavailable {
			t.Fatalf("answered %d %s", got.status, got.text)
		}
	}
	for range 2 {
		if status := read(); status != http.StatusOK {
			t.Fatalf("before: %d", status)
		}
		write()
		if err := server.Crash(); err != nil {
			t.Fatal(err)
		}
		late := time.After(20 * time.Second)
		for read() != http.StatusServiceUnavailable { // the directory answers from memory for two seconds, the tenants' database doesn't
			select {
			case <-late:
				t.Fatal("it goes on without a database")
			default:
			}
		}
		for range 5 {
			read()
			write()
		}
		if err := server.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		for read() != http.StatusOK {
			select {
			case <-late:
				t.Fatal("it never came back")
			case <-time.After(20 * time.Millisecond):
			}
		}
		write()
	}
}
