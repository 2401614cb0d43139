package directory_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func TestUpsertSubAccount(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(b *bench, in *directory.SubAccountInput)
		slug   string
		field  string
		status tenancy.Status
		notes  []string
	}{
		"again without a change writes nothing": {status: tenancy.Active},
		"a new display name": {
			change: func(_ *bench, in *directory.SubAccountInput) { in.DisplayName = "B" }, status: tenancy.Active, notes: []string{"sub_account.updated"},
		},
		"an entry that was renamed by hand": {
			change: func(b *bench, _ *directory.SubAccountInput) {
				b.exec(`update sub_account set name = 'other', namespace = 'elsewhere'`)
			}, status: tenancy.Active, notes: []string{"sub_account.updated"},
		},
		"an entry that was retained by hand": {
			change: func(b *bench, in *directory.SubAccountInput) {
				b.exec(`update sub_account set status = 'retained'`)
				in.Lost = b.idOf("sub_account")
			}, status: tenancy.Active, notes: []string{"sub_account.updated"},
		},
		"an entry that was removed by hand": {
			change: func(b *bench, in *directory.SubAccountInput) {
				in.Lost = b.idOf("sub_account")
				b.exec(`delete from sub_account`)
			}, status: tenancy.Active, notes: []string{"sub_account.created"},
		},
		"suspended": {
			change: func(_ *bench, in *directory.SubAccountInput) { in.Suspended = true }, status: tenancy.Suspended, notes: []string{"sub_account.updated"},
		},
		"another resource of the same name": {
			change: func(_ *bench, in *directory.SubAccountInput) { in.UID = "another" }, slug: "directory.sub_account_taken",
		},
		"another database": {
			change: func(b *bench, in *directory.SubAccountInput) { in.Database = b.database("other").ID },
			slug:   "directory.placement_fixed", notes: []string{"database.created"},
		},
		"a new one in a database that isn't there": {
			change: func(_ *bench, in *directory.SubAccountInput) { in.Name, in.UID, in.Database = "n", "n", uuid.New() }, slug: "database.unknown",
		},
		"a new one of an agency that isn't there": {
			change: func(_ *bench, in *directory.SubAccountInput) { in.Name, in.UID, in.Agency = "n", "n", uuid.New() }, slug: "agency.unknown",
		},
		"a timezone that doesn't exist": {
			change: func(_ *bench, in *directory.SubAccountInput) { in.Timezone = "Mars/Olympus" }, slug: "sub_account.invalid", field: "timezone",
		},
		"the machine's own timezone": {
			change: func(_ *bench, in *directory.SubAccountInput) { in.Timezone = "Local" }, slug: "sub_account.invalid", field: "timezone",
		},
		"a country in small letters": {
			change: func(_ *bench, in *directory.SubAccountInput) { in.Country = "us" }, slug: "sub_account.invalid", field: "country",
		},
		"an owner without an address": {
			change: func(_ *bench, in *directory.SubAccountInput) { in.OwnerEmail = "ann" }, slug: "sub_account.invalid", field: "owner_email",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			acme, d := b.agency("acme"), b.database("d")
			first := b.sub(acme, d, "dental")
			b.notes.take()
			in := subInput(acme, d, "dental")
			if tc.change != nil {
				tc.change(b, &in)
			}
			got, err := b.UpsertSubAccount(t.Context(), in)
			if tc.slug != "" {
				if f := b.refusal(err, tc.slug); tc.field != "" && (len(f.Fields) != 1 || f.Fields[0].Path != tc.field) {
					t.Errorf("blames %v, want %s", f.Fields, tc.field)
				}
			} else if b.ok(err); got.ID != first.ID || got.Status != tc.status || got.DisplayName != in.DisplayName {
				t.Errorf("got %+v", got)
			}
			if diff := cmp.Diff(tc.notes, b.notes.take()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAdoptingASubAccount(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prepare func(b *bench, old directory.SubAccount, in *directory.SubAccountInput)
		slug    string
	}{
		"one that was retained": {func(b *bench, old directory.SubAccount, _ *directory.SubAccountInput) {
			b.ok(b.Retain(b.t.Context(), old.ID))
		}, ""},
		"one whose resource was lost, by its own name": {func(_ *bench, _ directory.SubAccount, in *directory.SubAccountInput) {
			in.Name = "dental"
		}, ""},
		"one that is in use": {func(*bench, directory.SubAccount, *directory.SubAccountInput) {}, "directory.not_adoptable"},
		"one of another agency": {func(b *bench, old directory.SubAccount, in *directory.SubAccountInput) {
			b.ok(b.Retain(b.t.Context(), old.ID))
			beta := b.agency("beta")
			in.Agency, in.Namespace = beta.ID, beta.Namespace
		}, "sub_account.unknown"},
		"into another database": {func(b *bench, old directory.SubAccount, in *directory.SubAccountInput) {
			b.ok(b.Retain(b.t.Context(), old.ID))
			in.Database = b.database("other").ID
		}, "directory.placement_fixed"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			acme, d := b.agency("acme"), b.database("d")
			old := b.sub(acme, d, "dental")
			b.ok(b.SetTelephony(t.Context(), old.ID, directory.Telephony{AccountSID: "AC1", AuthToken: "t"}, "+15005550006"))
			in := subInput(acme, d, "dental-again")
			in.Adopt = old.ID
			tc.prepare(b, old, &in)
			got, err := b.UpsertSubAccount(t.Context(), in)
			if tc.slug != "" {
				b.refused(err, tc.slug)
				return
			}
			b.ok(err)
			read := must[directory.SubAccount](t)(b.SubAccount(t.Context(), old.ID))
			if got.ID != old.ID || read.Status != tenancy.Active || read.DeletedAt != nil || !read.Telephony || read.PhoneNumber != "+15005550006" {
				t.Errorf("got %+v", read)
			}
		})
	}
}

func TestARetainedSubAccountGivesItsNameBack(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	acme, d := b.agency("acme"), b.database("d")
	old := b.sub(acme, d, "dental")
	b.ok(b.Retain(t.Context(), old.ID))
	in := subInput(acme, d, "dental")
	in.UID = "a later resource"
	fresh := must[directory.SubAccount](t)(b.UpsertSubAccount(t.Context(), in))
	if fresh.ID == old.ID {
		t.Error("data was taken over without being asked for")
	}
	listed := must[[]directory.SubAccount](t)(b.SubAccounts(t.Context(), acme.ID))
	if len(listed) != 1 || listed[0].ID != fresh.ID {
		t.Errorf("got %+v", listed)
	}
	kept := must[directory.SubAccount](t)(b.SubAccount(t.Context(), old.ID))
	if kept.Status != tenancy.Retained || kept.DeletedAt == nil || !kept.DeletedAt.Equal(start) {
		t.Errorf("got %+v", kept)
	}
}

func TestSubAccountsListsOneAgencyByName(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	acme, beta, d := b.agency("acme"), b.agency("beta"), b.database("d")
	for _, name := range []string{"zoo", "arch"} {
		b.sub(acme, d, name)
	}
	b.sub(beta, d, "foreign")
	var names []string
	for _, s := range must[[]directory.SubAccount](t)(b.SubAccounts(t.Context(), acme.ID)) {
		names = append(names, s.Name)
	}
	if diff := cmp.Diff([]string{"arch", "zoo"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestASuspensionIsEffectiveInEveryProcessWithinTwoSeconds(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	acme, d := b.agency("acme"), b.database("d")
	sub := b.sub(acme, d, "dental")
	status := func(s *directory.Service) tenancy.Status {
		return must[tenancy.Placement](t)(s.Locate(t.Context(), sub.ID)).Status
	}
	if status(b.Service) != tenancy.Active || status(b.other) != tenancy.Active {
		t.Fatal("not active")
	}
	b.ok(b.SetStatus(t.Context(), sub.ID, tenancy.Suspended))
	if got := status(b.Service); got != tenancy.Suspended {
		t.Errorf("the process that wrote sees %s", got)
	}
	b.clock.Advance(2 * time.Second)
	if got := status(b.other); got != tenancy.Suspended {
		t.Errorf("two seconds later another process sees %s", got)
	}
	b.ok(b.SetStatus(t.Context(), sub.ID, tenancy.Retained))
	if got := status(b.Service); got != tenancy.Retained {
		t.Errorf("got %s", got)
	}
}

func TestRemoveIsRepeatable(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	sub := b.sub(b.agency("acme"), b.database("d"), "dental")
	b.ok(b.Remove(t.Context(), sub.ID))
	b.ok(b.Remove(t.Context(), sub.ID))
	_, err := b.Locate(t.Context(), sub.ID)
	b.refused(err, "sub_account.unknown")
	b.refused(b.SetStatus(t.Context(), sub.ID, tenancy.Active), "sub_account.unknown")
	b.refused(b.Retain(t.Context(), sub.ID), "sub_account.unknown")
}
