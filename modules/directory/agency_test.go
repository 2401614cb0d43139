package directory_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func TestUpsertAgency(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(b *bench, in *directory.AgencyInput)
		slug   string
		notes  []string
	}{
		"again without a change writes nothing": {notes: nil},
		"a new display name": {
			change: func(_ *bench, in *directory.AgencyInput) { in.DisplayName = "Another" }, notes: []string{"agency.updated"},
		},
		"an entry that was renamed and suspended by hand": {
			change: func(b *bench, _ *directory.AgencyInput) {
				b.exec(`update agency set name = 'other', status = 'suspended'`)
			},
			notes: []string{"agency.updated"},
		},
		"an entry that was removed by hand": {
			change: func(b *bench, in *directory.AgencyInput) {
				in.Lost = b.idOf("agency")
				b.exec(`delete from agency`)
			}, notes: []string{"agency.created"},
		},
		"another tier": {
			change: func(_ *bench, in *directory.AgencyInput) { in.Tier = "Basic" }, notes: []string{"agency.updated"},
		},
		"a database is chosen later": {
			change: func(b *bench, in *directory.AgencyInput) { in.Database = b.database("d").ID }, notes: []string{"database.created", "agency.updated"},
		},
		"another resource of the same name": {
			change: func(_ *bench, in *directory.AgencyInput) { in.UID = "another" }, slug: "directory.agency_taken",
		},
		"another resource with its namespace": {
			change: func(_ *bench, in *directory.AgencyInput) { in.Name, in.UID = "other", "another" }, slug: "directory.agency_taken",
		},
		"a database that isn't there": {
			change: func(_ *bench, in *directory.AgencyInput) { in.Database = uuid.New() }, slug: "database.unknown",
		},
		"adopting one that is in use": {
			change: func(b *bench, in *directory.AgencyInput) {
				*in = agencyInput("new")
				in.Adopt = b.agency("used").ID
			}, slug: "directory.not_adoptable", notes: []string{"agency.created"},
		},
		"adopting one that never was": {
			change: func(_ *bench, in *directory.AgencyInput) { in.Adopt = uuid.New() }, slug: "agency.unknown",
		},
		"an isolation that doesn't exist": {
			change: func(_ *bench, in *directory.AgencyInput) { in.Isolation = "Alone" }, slug: "agency.invalid",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			first := b.agency("acme")
			b.notes.take()
			in := agencyInput("acme")
			if tc.change != nil {
				tc.change(b, &in)
			}
			got, err := b.UpsertAgency(t.Context(), in)
			if tc.slug != "" {
				b.refused(err, tc.slug)
			} else if b.ok(err); got.ID != first.ID || got.DisplayName != in.DisplayName || got.Tier != in.Tier || got.Database != in.Database {
				t.Errorf("got %+v", got)
			}
			if diff := cmp.Diff(tc.notes, b.notes.take()); diff != "" {
				t.Error(diff)
			}
			if tc.slug == "" {
				read := must[directory.Agency](t)(b.Agency(t.Context(), first.ID))
				if got.Hosts = read.Hosts; cmp.Diff(read, got) != "" {
					t.Errorf("a read gives something else: %s", cmp.Diff(read, got))
				}
			}
		})
	}
}

func TestSetHosts(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		hosts []string
		want  []string
		slug  string
		field string
	}{
		"the first is used in links":      {hosts: []string{"z.acme.example", "a.acme.example"}, want: []string{"z.acme.example", "a.acme.example"}},
		"written in another way":          {hosts: []string{"App.Acme.Example.", "app.acme.example"}, want: []string{"app.acme.example"}},
		"none":                            {hosts: nil, want: []string{}},
		"one of another agency":           {hosts: []string{"new.acme.example", "app.beta.example"}, want: []string{"old.acme.example"}, slug: "directory.host_taken"},
		"a scheme isn't part of a host":   {hosts: []string{"a.acme.example", "https://b.acme.example"}, want: []string{"old.acme.example"}, slug: "agency.invalid", field: "hosts[1]"},
		"one label isn't a host":          {hosts: []string{"acme"}, want: []string{"old.acme.example"}, slug: "agency.invalid", field: "hosts[0]"},
		"a host longer than DNS can hold": {hosts: []string{string(make([]byte, 300)) + ".example"}, want: []string{"old.acme.example"}, slug: "agency.invalid", field: "hosts[0]"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			acme, beta := b.agency("acme"), b.agency("beta")
			b.ok(b.SetHosts(t.Context(), acme.ID, []string{"old.acme.example"}))
			b.ok(b.SetHosts(t.Context(), beta.ID, []string{"app.beta.example"}))
			err := b.SetHosts(t.Context(), acme.ID, tc.hosts)
			if tc.slug == "" {
				b.ok(err)
			} else if f := b.refusal(err, tc.slug); tc.field != "" && f.Fields[0].Path != tc.field {
				t.Errorf("blames %q, want %q", f.Fields[0].Path, tc.field)
			} else if tc.slug == "directory.host_taken" && f.Meta["host"] != "app.beta.example" {
				t.Errorf("doesn't name the host: %v", f.Meta)
			}
			got := must[directory.Agency](t)(b.Agency(t.Context(), acme.ID))
			if diff := cmp.Diff(tc.want, got.Hosts); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHostsInAnotherOrderAreNoChange(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	acme := b.agency("acme")
	hosts := []string{"m.acme.example", "z.acme.example", "a.acme.example"}
	b.ok(b.SetHosts(t.Context(), acme.ID, hosts))
	b.notes.take()
	b.ok(b.SetHosts(t.Context(), acme.ID, hosts))
	if got := b.notes.take(); got != nil {
		t.Errorf("a repetition wrote %v", got)
	}
}

func TestAgencyByHost(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	acme := b.agency("acme")
	b.ok(b.SetHosts(t.Context(), acme.ID, []string{"app.acme.example"}))
	for name, tc := range map[string]struct {
		host  string
		found bool
	}{
		"as stored":              {"app.acme.example", true},
		"with a port":            {"app.acme.example:8080", true},
		"in capitals":            {"APP.ACME.EXAMPLE", true},
		"with a final dot":       {"app.acme.example.", true},
		"a host of nobody":       {"www.acme.example", false},
		"an address":             {"[::1]:8080", false},
		"something else in here": {"app.acme.example\x00' or true", false},
		"nothing":                {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := b.AgencyByHost(t.Context(), tc.host)
			if tc.found && (err != nil || got.ID != acme.ID) {
				t.Errorf("got %v, %v", got.ID, err)
			}
			if !tc.found && !fault.Is(err, fault.NotFound) {
				t.Errorf("got %v, want not found", err)
			}
		})
	}
}

func TestAHostMovesOnlyOnceItsAgencyLetsItGo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	acme, beta := b.agency("acme"), b.agency("beta")
	b.ok(b.SetHosts(t.Context(), acme.ID, []string{"shared.example"}))
	b.refused(b.SetHosts(t.Context(), beta.ID, []string{"shared.example"}), "directory.host_taken")
	b.ok(b.RetainAgency(t.Context(), acme.ID))
	b.ok(b.SetHosts(t.Context(), beta.ID, []string{"shared.example"}))
	if got := must[directory.Agency](t)(b.AgencyByHost(t.Context(), "shared.example")); got.ID != beta.ID {
		t.Errorf("leads to %s", got.Name)
	}
}

func TestARetainedAgencyIsAdoptedByItsID(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	acme := b.agency("acme")
	b.ok(b.RetainAgency(t.Context(), acme.ID))
	in := agencyInput("acme")
	in.UID = "a later resource"
	fresh := must[directory.Agency](t)(b.UpsertAgency(t.Context(), in))
	if fresh.ID == acme.ID {
		t.Error("a retained agency was taken over without being asked for")
	}
	b.ok(b.RemoveAgency(t.Context(), fresh.ID))
	in.Adopt = acme.ID
	adopted := must[directory.Agency](t)(b.UpsertAgency(t.Context(), in))
	if adopted.ID != acme.ID || adopted.Status != tenancy.Active || adopted.UID != "a later resource" {
		t.Errorf("got %+v", adopted)
	}
	again := must[directory.Agency](t)(b.UpsertAgency(t.Context(), in))
	if again.ID != acme.ID {
		t.Error("the annotation stays on the resource: adopting twice must be the same as once")
	}
}

func TestAnAgencyStopsAndGoes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	acme, d := b.agency("acme"), b.database("d")
	sub := b.sub(acme, d, "dental")
	b.ok(b.SetAgencyStatus(t.Context(), acme.ID, tenancy.Suspended))
	if got := must[directory.Agency](t)(b.Agency(t.Context(), acme.ID)); got.Status != tenancy.Suspended {
		t.Errorf("got %s", got.Status)
	}
	b.refused(b.RetainAgency(t.Context(), acme.ID), "directory.agency_in_use")
	b.refused(b.RemoveAgency(t.Context(), acme.ID), "directory.agency_in_use")
	b.ok(b.Retain(t.Context(), sub.ID))
	b.ok(b.RetainAgency(t.Context(), acme.ID))
	b.refused(b.RemoveAgency(t.Context(), acme.ID), "directory.agency_in_use")
	b.ok(b.Remove(t.Context(), sub.ID))
	b.ok(b.RemoveAgency(t.Context(), acme.ID))
	b.ok(b.RemoveAgency(t.Context(), acme.ID))
	if _, err := b.Agency(t.Context(), acme.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
	b.refused(b.SetAgencyStatus(t.Context(), acme.ID, tenancy.Active), "agency.unknown")
}
