package directory_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func TestUpsertDatabase(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(in *directory.DatabaseInput)
		slug   string
		notes  []string
	}{
		"again without a change writes nothing": {},
		"a new schema version":                  {change: func(in *directory.DatabaseInput) { in.SchemaVersion = 41 }, notes: []string{"database.updated"}},
		"an entry that was renamed by hand":     {change: func(in *directory.DatabaseInput) { in.Name = "as the resource is" }, notes: []string{"database.updated"}},
		"a rotated password":                    {change: func(in *directory.DatabaseInput) { in.AppPassword = "new" }, notes: []string{"database.updated"}},
		"a port that isn't one":                 {change: func(in *directory.DatabaseInput) { in.Port = 70000 }, slug: "database.invalid"},
		"no password":                           {change: func(in *directory.DatabaseInput) { in.AppPassword = "" }, slug: "database.invalid"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			first := b.database("d")
			b.notes.take()
			in := databaseInput("d")
			if tc.change != nil {
				tc.change(&in)
			}
			got, err := b.UpsertDatabase(t.Context(), in)
			if tc.slug != "" {
				b.refused(err, tc.slug)
				return
			}
			b.ok(err)
			read := must[directory.Database](t)(b.DatabaseByName(t.Context(), in.Name))
			if got.ID != first.ID || cmp.Diff(read, got) != "" {
				t.Errorf("got %+v: %s", got, cmp.Diff(read, got))
			}
			if diff := cmp.Diff(tc.notes, b.notes.take()); diff != "" {
				t.Error(diff)
			}
			dsn, err := url.Parse(must[[]tenancy.Database](t)(b.Databases(t.Context()))[0].DSN)
			b.ok(err)
			if password, _ := dsn.User.Password(); password != in.AppPassword || dsn.Host != "db.example:5432" || dsn.Path != "/omnicrm_d" {
				t.Errorf("got %s", dsn)
			}
		})
	}
}

func TestARotatedPasswordReachesEveryProcessWithinTwoSeconds(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	sub := b.sub(b.agency("acme"), b.database("d"), "dental")
	before := must[tenancy.Placement](t)(b.other.Locate(t.Context(), sub.ID)).Database.DSN
	in := databaseInput("d")
	in.AppPassword = "rotated"
	must[directory.Database](t)(b.UpsertDatabase(t.Context(), in))
	b.clock.Advance(2 * time.Second)
	after := must[tenancy.Placement](t)(b.other.Locate(t.Context(), sub.ID)).Database.DSN
	if after == before || !strings.Contains(after, "rotated") {
		t.Error("the other process keeps the former password")
	}
}

func TestADatabaseLeavesService(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	d := b.database("d")
	sub := b.sub(b.agency("acme"), d, "dental")
	if n := must[int](t)(b.Occupants(t.Context(), d.ID)); n != 1 {
		t.Errorf("%d occupants", n)
	}
	b.refused(b.RemoveDatabase(t.Context(), "d"), "directory.database_in_use")
	b.ok(b.RetainDatabase(t.Context(), "d"))
	b.ok(b.RetainDatabase(t.Context(), "d"))
	if got := must[[]tenancy.Database](t)(b.Databases(t.Context())); len(got) != 0 {
		t.Errorf("a retained database is in service: %d", len(got))
	}
	if again := b.database("d"); again.ID != d.ID || again.Status != tenancy.Active {
		t.Errorf("got %+v", again)
	}
	b.ok(b.Remove(t.Context(), sub.ID))
	b.ok(b.RemoveDatabase(t.Context(), "d"))
	b.ok(b.RemoveDatabase(t.Context(), "d"))
	_, err := b.DatabaseByName(t.Context(), "d")
	b.refused(err, "database.unknown")
	b.refused(b.RetainDatabase(t.Context(), "d"), "database.unknown")
}

func TestTelephony(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	acme := b.agency("acme")
	one, two := b.sub(acme, b.database("d"), "one"), b.sub(acme, b.database("d"), "two")
	account := directory.Telephony{AccountSID: "AC1", AuthToken: "very secret"}
	b.notes.take()

	_, err := b.Telephony(t.Context(), one.ID)
	b.refused(err, "telephony.missing")
	b.ok(b.SetTelephony(t.Context(), one.ID, account, "+15005550006"))
	b.ok(b.SetTelephony(t.Context(), one.ID, account, "+15005550006")) // nothing new
	if got := must[directory.Telephony](t)(b.Telephony(t.Context(), one.ID)); got != account {
		t.Errorf("got %v", got)
	}
	if got := must[directory.SubAccount](t)(b.SubAccount(t.Context(), one.ID)); !got.Telephony || got.PhoneNumber != "+15005550006" {
		t.Errorf("got %+v", got)
	}
	b.refused(b.SetTelephony(t.Context(), one.ID, account, "5005550006"), "telephony.invalid")
	b.refused(b.SetTelephony(t.Context(), one.ID, directory.Telephony{}, ""), "telephony.invalid")
	b.refused(b.SetTelephony(t.Context(), uuid.New(), account, ""), "sub_account.unknown")

	b.ok(b.SetAgencyTelephony(t.Context(), acme.ID, &account))
	if got := must[directory.Telephony](t)(b.AgencyTelephony(t.Context(), acme.ID)); got != account {
		t.Errorf("got %v", got)
	}
	b.ok(b.SetAgencyTelephony(t.Context(), acme.ID, nil))
	b.ok(b.SetAgencyTelephony(t.Context(), acme.ID, nil))
	_, err = b.AgencyTelephony(t.Context(), acme.ID)
	b.refused(err, "telephony.missing")

	// A sealed value that somebody copies to another row doesn't open there.
	b.exec(`update sub_account set telephony = (select telephony from sub_account where id = $1) where id = $2`, one.ID, two.ID)
	if got, err := b.Telephony(t.Context(), two.ID); err == nil {
		t.Errorf("another's account opens: %v", got)
	}
	b.ok(b.ClearTelephony(t.Context(), one.ID))
	b.ok(b.ClearTelephony(t.Context(), one.ID))
	_, err = b.Telephony(t.Context(), one.ID)
	b.refused(err, "telephony.missing")
	want := []string{"sub_account.telephony_changed", "agency.telephony_changed", "agency.telephony_changed", "sub_account.telephony_removed"}
	if diff := cmp.Diff(want, b.notes.take()); diff != "" {
		t.Error(diff)
	}
}

func TestNoSecretLiesInTheClear(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	sub := b.sub(b.agency("acme"), b.database("d"), "one")
	b.ok(b.SetTelephony(t.Context(), sub.ID, directory.Telephony{AccountSID: "AC1", AuthToken: "very secret"}, ""))
	for _, table := range []string{"tenant_database", "agency", "sub_account"} {
		var text string
		b.ok(b.control.InTx(t.Context(), func(tx pgx.Tx) error {
			return tx.QueryRow(t.Context(), `select coalesce(string_agg(encode(convert_to(t::text, 'UTF8'), 'escape'), ''), '') from `+table+` t`).Scan(&text)
		}))
		for _, secret := range []string{"p@ss/word", "very secret"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds %q", table, secret)
			}
		}
	}
	if got := (directory.Telephony{AccountSID: "AC1", AuthToken: "very secret"}).GoString(); strings.Contains(got, "secret") {
		t.Errorf("prints %s", got)
	}
}

func TestALoadSeesNothingOfAnOpenTransaction(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	acme := b.agency("acme")
	_ = b.control.InTx(t.Context(), func(tx pgx.Tx) error {
		ctx := db.Within(t.Context(), tx)
		b.ok(b.SetAgencyStatus(ctx, acme.ID, tenancy.Suspended))
		if got := must[directory.Agency](t)(b.other.Agency(ctx, acme.ID)); got.Status != tenancy.Active {
			t.Errorf("the cache took what isn't committed: %s", got.Status)
		}
		return pgx.ErrTxClosed // rolls back
	})
	if got := must[directory.Agency](t)(b.Agency(t.Context(), acme.ID)); got.Status != tenancy.Active {
		t.Errorf("got %s", got.Status)
	}
}

func (b *bench) exec(sql string, args ...any) {
	b.t.Helper()
	b.ok(b.control.InTx(b.t.Context(), func(tx pgx.Tx) error {
		_, err := tx.Exec(b.t.Context(), sql, args...)
		return err
	}))
}
