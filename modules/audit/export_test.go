package audit_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// keysOf are the public keys, by way of the file that an outsider has.
func (v *vault) keysOf() audit.Trusted {
	v.t.Helper()
	keys, err := v.service.Keys(v.t.Context())
	if err != nil {
		v.t.Fatal(err)
	}
	var file strings.Builder
	for _, k := range keys {
		text, err := k.PEM()
		if err != nil {
			v.t.Fatal(err)
		}
		file.WriteString(text)
	}
	trusted, err := audit.ReadKeys([]byte(file.String()))
	if err != nil {
		v.t.Fatal(err)
	}
	return trusted
}

func (v *vault) export(q audit.Query) []byte {
	v.t.Helper()
	e, err := v.service.Export(v.as(v.one), q)
	if err != nil {
		v.t.Fatal(err)
	}
	var out bytes.Buffer
	if err := e.Write(v.as(v.one), &out); err != nil {
		v.t.Fatal(err)
	}
	return out.Bytes()
}

// history is a chain of 12 entries over three contacts, signed at 5 and 9.
func history(v *vault) (a, b, c uuid.UUID) {
	a, b, c = uuid.New(), uuid.New(), uuid.New()
	v.happens(3, a, "a@example.com")
	v.happens(2, b, "b@example.com")
	v.keep()
	v.happens(1, a, "a2@example.com")
	v.happens(3, c, "c@example.com")
	v.keep()
	v.happens(3, b, "b2@example.com")
	return a, b, c
}

func TestAnExportProvesItself(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	a, b, c := history(v)
	tests := []struct {
		name     string
		query    audit.Query
		entries  int
		omitted  int
		from, to int64
	}{
		{"everything", audit.Query{}, 12, 0, 1, 12},
		{"one record, from the beginning", audit.Query{Subject: a}, 4, 5, 1, 9},
		{"one record, between two checkpoints", audit.Query{Subject: c}, 3, 1, 6, 9},
		{"one record, over several checkpoints", audit.Query{Subject: b}, 5, 7, 1, 12},
		{"a field", audit.Query{Field: "email", Subject: c}, 3, 1, 6, 9},
		{"an actor", audit.Query{ActorID: "nobody"}, 0, 0, 0, 0},
		{"a time that never was", audit.Query{From: start.Add(time.Hour)}, 0, 0, 0, 0},
	}
	for _, tc := range tests { // one after the other: each export is an entry
		file := v.export(tc.query)
		got, err := audit.VerifyFile(bytes.NewReader(file), v.keysOf())
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if got.Entries != tc.entries || tc.entries > 0 && (got.Omitted != tc.omitted || got.First != tc.from || got.Last != tc.to) {
			t.Errorf("%s: got %+v", tc.name, got)
		}
		if strings.Contains(string(file), "b2@example.com") && tc.query.Subject != b && tc.query != (audit.Query{}) {
			t.Errorf("%s: it tells of what was not asked for", tc.name)
		}
		if _, err := v.consumer.Once(t.Context(), v.one.SubAccount); err != nil {
			t.Fatal(err)
		}
	}
	if got := v.list(v.one, audit.Query{Action: audit.EventExported}).Items; len(got) != len(tests) {
		t.Errorf("%d of %d exports are recorded", len(got), len(tests))
	}
}

func TestAnExportOfWhatWasErasedAndCutHolds(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.clock.Advance(-3 * 400 * 24 * time.Hour) // the database's own clock has the last word on what is old
	v.happens(3, uuid.New(), "old@example.com")
	v.clock.Advance(401 * 24 * time.Hour)
	gone := uuid.New()
	v.happens(2, gone, "gone@example.com")
	v.publish(v.one, events.New{Kind: "contact.erased", SubjectKind: "contact", SubjectID: gone, Payload: map[string]string{}})
	v.keep()
	whole := v.export(audit.Query{})
	got, err := audit.VerifyFile(bytes.NewReader(whole), v.keysOf())
	if err != nil || got.First != 4 || got.Erased != 2 || got.Unproven != 0 || strings.Contains(string(whole), "gone@") {
		t.Errorf("got %+v, %v", got, err)
	}
	got, err = audit.VerifyFile(bytes.NewReader(v.export(audit.Query{Subject: gone, Action: "contact.updated"})), v.keysOf())
	if err != nil || got.Entries != 2 || got.Erased != 2 || got.Unproven != 1 {
		t.Errorf("without the erasure's own entry: got %+v, %v", got, err)
	}
}

// Entries that were hashed before there were bodies are shown without their
// values where they are left out.
func TestAnExportGoesOverEntriesOfTheFirstFormat(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	a := uuid.New()
	v.happens(2, uuid.New(), "first@example.com")
	v.tamper(audit.AsFirstFormat(v.t, v.service, v.as(v.one), v.one.SubAccount)...)
	v.happens(2, a, "a@example.com")
	v.keep()
	if _, err := v.verify(); err != nil {
		t.Fatal(err)
	}
	file := v.export(audit.Query{Subject: a})
	got, err := audit.VerifyFile(bytes.NewReader(file), v.keysOf())
	if err != nil || got.Entries != 2 || got.Omitted != 2 || strings.Contains(string(file), "first@") {
		t.Errorf("got %+v, %v", got, err)
	}
	forged := bytes.Replace(file, []byte(`contact.updated`), []byte(`contact.created`), 1)
	if _, err := audit.VerifyFile(bytes.NewReader(forged), v.keysOf()); err == nil || !strings.Contains(err.Error(), "entry 1") {
		t.Errorf("forged: %v", err)
	}
	if _, err := audit.VerifyFile(bytes.NewReader(v.export(audit.Query{})), v.keysOf()); err != nil {
		t.Error(err)
	}
}

func TestAnAgencysExportProvesItself(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	scope := tenancy.Tenant{Agency: v.one.Agency}
	inside := tenancy.Tenant{Agency: v.one.Agency, SubAccount: v.one.SubAccount}
	for _, at := range []tenancy.Tenant{scope, inside, scope, inside} {
		record(tenancy.WithActor(t.Context(), ada), t, v.service, v.control, at, "role.created")
	}
	for name, tc := range map[string]struct {
		scope tenancy.Tenant
		query audit.Query
		want  int
	}{
		"of one sub-account":   {inside, audit.Query{}, 2},
		"by a person":          {scope, audit.Query{ActorID: "1", Action: "role.*"}, 4},
		"by nobody that knows": {scope, audit.Query{ActorID: "77"}, 0},
	} {
		e, err := v.service.ExportControl(t.Context(), tc.scope, tc.query)
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if err := e.Write(t.Context(), &file); err != nil {
			t.Fatal(err)
		}
		got, err := audit.VerifyFile(&file, v.keysOf())
		if err != nil || got.Entries != tc.want || got.Chain != v.one.Agency {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
	if page, err := v.service.ListControl(t.Context(), scope, audit.Query{Action: audit.EventExported}); err != nil || len(page.Items) != 3 {
		t.Errorf("got %d, %v", len(page.Items), err)
	}
}

// An entry that goes while the file is written leaves no file that looks whole.
func TestAnExportThatMissesAnEntryHasNoSeal(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.happens(3, uuid.New(), "a@example.com")
	e, err := v.service.Export(v.as(v.one), audit.Query{})
	if err != nil {
		t.Fatal(err)
	}
	v.tamper(`delete from audit_entry where seq = 2`)
	var file bytes.Buffer
	if err := e.Write(v.as(v.one), &file); err == nil || strings.Contains(file.String(), `"seal"`) {
		t.Errorf("got %v", err)
	}
}
