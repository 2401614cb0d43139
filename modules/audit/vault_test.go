package audit_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// vault is a journal whose service has all its parts.
type vault struct {
	*journal
	control *db.Control
	super   string // DSN of the control database
}

func newVault(t *testing.T) *vault {
	t.Helper()
	j := newJournal(t)
	_, control, _, dsns := newControl(t)
	keys, err := secrets.GenerateKeyset()
	if err != nil {
		t.Fatal(err)
	}
	box, err := secrets.NewBox(keys)
	if err != nil {
		t.Fatal(err)
	}
	j.service = audit.New(audit.Options{Control: control, Tenants: j.tenants, Clock: j.clock, Box: box, Events: events.NewBus(queue.NewLocalRing(), j.clock).Knowing(exact)})
	return &vault{j, control, dsns.Super}
}

func (v *vault) happens(n int, subject uuid.UUID, value string) {
	v.t.Helper()
	for range n {
		v.publish(v.one, events.New{Kind: "contact.updated", SubjectKind: "contact", SubjectID: subject, Payload: events.Change{
			Before: map[string]any{"email": value, "score": 1.50, "nested": map[string]any{"a": []int{1}}},
			After:  map[string]any{"email": value + "2", "score": 1e21, "nested": map[string]any{"a": []int{1, 2}, "<b>": "é\u2028"}},
		}})
	}
}

func (v *vault) keep() {
	v.t.Helper()
	if err := v.service.Keep(v.as(v.one)); err != nil {
		v.t.Fatal(err)
	}
}

func (v *vault) verify() (audit.Verified, error) {
	return v.service.Verify(v.as(v.one), v.one.SubAccount, nil)
}

// tamper does what somebody with every right on the database can do.
func (v *vault) tamper(statements ...string) {
	v.t.Helper()
	v.force(v.dsns.Super, statements)
}

// tamperControl is tamper in the control database.
func (v *vault) tamperControl(statements ...string) {
	v.t.Helper()
	v.force(v.super, statements)
}

func (v *vault) force(dsn string, statements []string) {
	v.t.Helper()
	conn, err := pgx.Connect(v.t.Context(), dsn)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(v.t.Context())) }()
	for _, sql := range append([]string{`set session_replication_role = replica`}, statements...) {
		if _, err := conn.Exec(v.t.Context(), sql); err != nil {
			v.t.Fatalf("%s: %v", sql, err)
		}
	}
}

// exportControl is a file of all of the administration's entries.
func (v *vault) exportControl() []byte {
	v.t.Helper()
	e, err := v.service.ExportControl(v.t.Context(), tenancy.Tenant{Agency: v.one.Agency}, audit.Query{})
	if err != nil {
		v.t.Fatal(err)
	}
	var out bytes.Buffer
	if err := e.Write(v.t.Context(), &out); err != nil {
		v.t.Fatal(err)
	}
	return out.Bytes()
}
