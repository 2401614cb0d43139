package audit_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/platform/events"
)

func TestAChainHolds(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	if got, err := v.verify(); err != nil || got.Entries != 0 {
		t.Errorf("an empty chain: %+v, %v", got, err)
	}
	v.happens(3, uuid.New(), "a@example.com")
	v.keep()
	v.happens(2, uuid.New(), "b@example.com")
	v.keep()
	v.keep()
	v.happens(1, uuid.New(), "c@example.com")
	got, err := v.verify()
	want := audit.Verified{Entries: 6, First: 1, Last: 6, Checkpoints: 2, Signed: 5}
	if err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := v.service.Verify(v.as(v.one), v.one.SubAccount, audit.Trusted{}); err == nil {
		t.Error("signatures by unknown keys were believed")
	}
}

func TestTamperingIsFoundOut(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		sql  []string
		seq  int64
		says string
	}{
		"a value is edited": {
			[]string{`update audit_entry set after = jsonb_set(after, '{email}', '"x"') where seq = 3`}, 3, "the value after was changed",
		},
		"an actor is edited": {
			[]string{`update audit_entry set actor = jsonb_set(actor, '{name}', '"Eve"') where seq = 3`}, 3, "the actor was changed",
		},
		"the actor's id is edited": {
			[]string{`update audit_entry set actor_id = '2' where seq = 3`}, 3, "its hash does not fit",
		},
		"a kind is edited": {
			[]string{`update audit_entry set kind = 'contact.created' where seq = 2`}, 2, "its hash does not fit",
		},
		"a time is edited": {
			[]string{`update audit_entry set occurred_at = occurred_at + interval '1 microsecond' where seq = 2`}, 2, "its hash does not fit",
		},
		"an entry is deleted": {
			[]string{`delete from audit_entry where seq = 3`}, 4, "entry 2 is followed by 4",
		},
		"an entry is deleted and the gap closed": {
			[]string{`delete from audit_entry where seq = 3`, `update audit_entry set seq = seq - 1 where seq = 4`, `update audit_entry set seq = seq - 1 where seq = 5`},
			3, "does not follow the one before it",
		},
		"two are exchanged": {
			[]string{
				`update audit_entry set seq = -1 where seq = 2`, `update audit_entry set seq = 2 where seq = 3`,
				`update audit_entry set seq = 3 where seq = -1`,
			}, 2, "does not follow the one before it",
		},
		"the beginning is cut off": {
			[]string{`delete from audit_entry where seq <= 2`}, 3, "no cut is signed there",
		},
		"the end is cut off": {
			[]string{`delete from audit_entry where seq >= 4`}, 4, "entries are missing at the end",
		},
		"the end is cut off, and the chain's own count with it": {
			[]string{`delete from audit_entry where seq >= 4`, `update audit_chain set seq = 3, hash = (select hash from audit_entry where seq = 3)`},
			4, "entries are missing at the end",
		},
		"the end is cut off after the last signature": {
			[]string{`delete from audit_entry where seq >= 5`}, 5, "says that it has 5 entries",
		},
		"the end is put in another's place": {
			[]string{`update audit_entry set hash = sha256('x') where seq = 4`}, 4, "its hash does not fit",
		},
		"a signature is forged": {
			[]string{`update audit_checkpoint set hash = sha256('x')`}, 4, "a checkpoint's signature is false",
		},
		"a value is erased without a word": {
			[]string{`update audit_entry set before = null, after = null, salt = null where seq = 2`}, 2, "no erasure is named",
		},
		"a value is erased in the name of nothing": {
			[]string{`update audit_entry set before = null, after = null, salt = null, erased_at = now(), erased_by = gen_random_uuid() where seq = 2`},
			2, "the erasure that it names was never recorded",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVault(t)
			v.happens(4, uuid.New(), "a@example.com")
			v.keep()
			v.happens(1, uuid.New(), "b@example.com")
			if _, err := v.verify(); err != nil {
				t.Fatal(err)
			}
			v.tamper(tc.sql...)
			_, err := v.verify()
			var broken *audit.Broken
			if !errors.As(err, &broken) || broken.Seq != tc.seq || !strings.Contains(broken.Why, tc.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A whole chain that is made anew, with every hash right, is not the one that was
// signed.
func TestAChainMadeAnewIsNotTheSignedOne(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.happens(2, uuid.New(), "a@example.com")
	v.keep()
	v.tamper(
		`update audit_entry set seq = null, prev_hash = null, hash = null, salt = null, actor_salt = null, after = jsonb_set(after, '{email}', '"x"')`,
		`update audit_chain set seq = 0, hash = ''`)
	v.happens(0, uuid.Nil, "")
	if err := v.service.Keep(v.as(v.one)); err != nil {
		t.Fatal(err)
	}
	_, err := v.verify()
	var broken *audit.Broken
	if !errors.As(err, &broken) || !strings.Contains(broken.Why, "not the one that was signed") {
		t.Errorf("got %v", err)
	}
}

func TestEntriesFromBeforeTheChainAreTakenIn(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	for n := range 3 {
		err := v.tenants.InTenant(v.as(v.one), func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), `
				insert into audit_entry (sub_account_id, id, kind, subject_kind, subject_id, actor, before, after, occurred_at)
				values (@sub_account, @id, 'contact.updated', 'contact', @id, '{"kind": "person", "id": "7"}', '{"a": 1}', @after, @at)`,
				pgx.StrictNamedArgs{
					"sub_account": v.one.SubAccount, "id": uuid.New(), "after": json.RawMessage(`{"a": 2.50, "n": ` + strings.Repeat("1", n+1) + `}`),
					"at": start.Add(-time.Duration(n) * time.Hour),
				})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	v.happens(1, uuid.New(), "a@example.com")
	v.keep()
	if got, err := v.verify(); err != nil || got.Entries != 4 || got.Signed != 4 {
		t.Errorf("got %+v, %v", got, err)
	}
	if got := v.list(v.one, audit.Query{ActorID: "7", Field: "a"}).Items; len(got) != 3 || got[0].Seq != 4 {
		t.Errorf("got %+v", got)
	}
}

func TestAnErasedContactsValuesGoAndTheChainHolds(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	gone, stays := uuid.New(), uuid.New()
	v.happens(2, gone, "gone@example.com")
	v.happens(1, stays, "stays@example.com")
	v.publish(v.one, events.New{Kind: "message.created", SubjectKind: "conversation", SubjectID: uuid.New(), Payload: events.Change{
		After: map[string]any{"contact_id": gone, "body": "gone@example.com is my address"},
	}})
	v.keep()
	v.publish(v.one, events.New{Kind: "contact.erased", SubjectKind: "contact", SubjectID: gone, Payload: map[string]string{}})
	got, err := v.verify()
	if err != nil || got.Erased != 3 || got.Entries != 5 {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, e := range v.list(v.one, audit.Query{}).Items {
		raw, _ := json.Marshal(e)
		switch {
		case strings.Contains(string(raw), "gone@"):
			t.Errorf("it is still there: %s", raw)
		case e.SubjectID == gone && e.Kind == "contact.updated":
			if c := e.Changes(); len(c) != 4 || c[0].Path != "email" || c[0].After != nil || e.ErasedAt == nil {
				t.Errorf("got %+v", c)
			}
		case e.SubjectID == stays && e.After == nil:
			t.Error("another's values are gone too")
		}
	}
}

func TestAKeyIsRotatedAndTheOldOneStillCounts(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.happens(1, uuid.New(), "a@example.com")
	v.keep()
	v.clock.Advance(time.Second)
	key, err := v.service.RotateKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v.happens(1, uuid.New(), "a@example.com")
	v.keep()
	keys, err := v.service.Keys(t.Context())
	if err != nil || len(keys) != 2 || keys[0].ID != key.ID {
		t.Fatalf("got %+v, %v", keys, err)
	}
	if got, err := v.verify(); err != nil || got.Checkpoints != 2 {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := v.service.Verify(v.as(v.one), v.one.SubAccount, audit.Trusted{key.ID: key.Public}); err == nil {
		t.Error("the old key's signature needs no old key")
	}
}
