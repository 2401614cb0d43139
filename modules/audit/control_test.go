package audit_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

func newControl(t *testing.T) (*audit.Service, *db.Control, *clock.Fake, parts.TenantDSNs) {
	t.Helper()
	dsns := parts.ControlDSNs(t)
	control, err := db.NewControl(t.Context(), dsns.App)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(control.Close)
	fake := clock.NewFake(start)
	return audit.New(audit.Options{Control: control, Clock: fake}), control, fake, dsns
}

func record(ctx context.Context, t *testing.T, s *audit.Service, control *db.Control, scope tenancy.Tenant, action string) {
	t.Helper()
	err := control.InTx(ctx, func(tx pgx.Tx) error {
		return s.Record(ctx, tx, scope, action, uuid.Nil, map[string]any{"name": "x"})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRecordKeepsWhoDidWhat(t *testing.T) {
	t.Parallel()
	s, control, _, _ := newControl(t)
	agency, account := uuid.New(), uuid.New()
	record(tenancy.WithActor(t.Context(), ada), t, s, control, tenancy.Tenant{Agency: agency, SubAccount: account}, "api_key.created")
	page, err := s.ListControl(t.Context(), tenancy.Tenant{Agency: agency}, audit.Query{})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("got %d entries, %v", len(page.Items), err)
	}
	want := audit.ControlEntry{
		ID: page.Items[0].ID, Agency: agency, SubAccount: account, Action: "api_key.created", Actor: ada,
		Detail: json.RawMessage(`{"name": "x"}`), OccurredAt: start, Seq: 1, Hash: page.Items[0].Hash,
	}
	if diff := cmp.Diff(want, page.Items[0]); diff != "" {
		t.Error(diff)
	}
}

func TestARecordGoesWithItsTransaction(t *testing.T) {
	t.Parallel()
	s, control, _, _ := newControl(t)
	agency := uuid.New()
	_ = control.InTx(t.Context(), func(tx pgx.Tx) error {
		if err := s.Record(t.Context(), tx, tenancy.Tenant{Agency: agency}, "x.y", uuid.Nil, nil); err != nil {
			t.Error(err)
		}
		return context.Canceled
	})
	if page, err := s.ListControl(t.Context(), tenancy.Tenant{Agency: agency}, audit.Query{}); err != nil || len(page.Items) != 0 {
		t.Errorf("got %d entries, %v", len(page.Items), err)
	}
}

func TestListControlKeepsAgenciesApartAndPages(t *testing.T) {
	t.Parallel()
	s, control, fake, _ := newControl(t)
	mine, theirs := tenancy.Tenant{Agency: uuid.New()}, tenancy.Tenant{Agency: uuid.New()}
	inside := tenancy.Tenant{Agency: mine.Agency, SubAccount: uuid.New()}
	for _, scope := range []tenancy.Tenant{mine, theirs, inside, mine, inside} {
		record(t.Context(), t, s, control, scope, "a.b")
		fake.Advance(time.Second)
	}
	for name, tc := range map[string]struct {
		scope tenancy.Tenant
		want  int
	}{
		"an agency's own and its sub-accounts'": {mine, 4},
		"another agency's":                      {theirs, 1},
		"one sub-account's":                     {inside, 2},
		"one of another agency":                 {tenancy.Tenant{Agency: theirs.Agency, SubAccount: inside.SubAccount}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, q := 0, audit.Query{Limit: 1}
			for {
				page, err := s.ListControl(t.Context(), tc.scope, q)
				if err != nil {
					t.Fatal(err)
				}
				got += len(page.Items)
				if q.Cursor = page.Next; q.Cursor == "" {
					break
				}
			}
			if got != tc.want {
				t.Errorf("got %d entries, want %d", got, tc.want)
			}
		})
	}
}

func TestControlEntriesCannotBeChanged(t *testing.T) {
	t.Parallel()
	s, control, _, dsns := newControl(t)
	record(t.Context(), t, s, control, tenancy.Tenant{Agency: uuid.New()}, "a.b")
	for name, dsn := range map[string]string{"by the application": dsns.App, "by the owner": dsns.Migrator, "by a superuser": dsns.Super} {
		t.Run(name, func(t *testing.T) {
			conn, err := pgx.Connect(t.Context(), dsn)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
			for _, sql := range []string{
				`update audit_entry set action = 'x'`, `delete from audit_entry`, `truncate audit_entry`,
				`update audit_entry set actor = '{}', actor_salt = null`, `update audit_entry set actor = '{"name": "y"}', actor_salt = null, actor_erased_by = id`,
				`update audit_entry set action = 'x', detail = '{}', salt = null, erased_at = now(), erased_by = id`,
			} {
				if _, err := conn.Exec(t.Context(), sql); err == nil {
					t.Errorf("%s passed", sql)
				}
			}
			var gone int64
			if err := conn.QueryRow(t.Context(), `select audit_prune((select agency_id from audit_entry), 100, 100)`).Scan(&gone); err != nil || gone != 0 {
				t.Errorf("without a policy %d were cut: %v", gone, err)
			}
		})
	}
}
