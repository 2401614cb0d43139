package audit_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/platform/events"
)

func (v *vault) together(list []events.New) {
	v.t.Helper()
	ctx := v.as(v.one)
	if err := v.tenants.InTenant(ctx, func(tx pgx.Tx) error { return v.bus.PublishMany(ctx, tx, list) }); err != nil {
		v.t.Fatal(err)
	}
	if _, err := v.consumer.Once(v.t.Context(), v.one.SubAccount); err != nil {
		v.t.Fatal(err)
	}
}

func edited(subject uuid.UUID, n int) events.New {
	return events.New{Kind: "contact.updated", SubjectKind: "contact", SubjectID: subject, Payload: events.Change{
		Before: map[string]any{"tags": []string{}, "same": 1, "custom": map[string]any{`a "b" \c, {d}`: n, "same": "é"}},
		After:  map[string]any{"tags": []string{"x"}, "same": 1, "custom": map[string]any{`a "b" \c, {d}`: n + 1, "same": "é"}},
	}}
}

// TestABatchOfEventsIsOneStatement: PostgreSQL gives each statement of a
// transaction a number, and its rows bear it.
func TestABatchOfEventsIsOneStatement(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	var list []events.New
	for i := range 60 {
		list = append(list, edited(uuid.New(), i))
	}
	v.together(list)
	conn, err := pgx.Connect(t.Context(), v.dsns.Super)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	var entries, statements int
	err = conn.QueryRow(t.Context(), `select count(*), count(distinct cmin::text || '/' || xmin::text) from audit_entry`).Scan(&entries, &statements)
	if err != nil || entries != 60 || statements != 1 {
		t.Errorf("%d entries by %d statements, %v", entries, statements, err)
	}
	for _, e := range v.list(v.one, audit.Query{Limit: 100}).Items {
		if diff := cmp.Diff([]string{`custom.a "b" \c, {d}`, "tags"}, e.Paths); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestAnErasureInABatchTakesWhatCameBeforeItAlone(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	gone, other := uuid.New(), uuid.New()
	v.together([]events.New{
		edited(gone, 1), edited(other, 2),
		{Kind: "contact.erased", SubjectKind: "contact", SubjectID: gone, Payload: struct{}{}},
		edited(gone, 3),
	})
	var got []string
	for _, e := range v.list(v.one, audit.Query{}).Items {
		got = append(got, fmt.Sprint(e.Seq, " ", e.Kind, " erased: ", e.ErasedAt != nil))
	}
	want := []string{
		"4 contact.updated erased: false", "3 contact.erased erased: false", "2 contact.updated erased: false", "1 contact.updated erased: true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if seen, err := v.verify(); err != nil || seen.Entries != 4 {
		t.Errorf("%+v, %v", seen, err)
	}
}
