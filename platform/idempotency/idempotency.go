package idempotency

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/secrets"
)

const (
	// Life is how long an answer is kept.
	Life = 24 * time.Hour
	// MaxKey is the length of a key in bytes.
	MaxKey = 255
)

var (
	errInProgress = fault.New(fault.Conflict, "idempotency.in_progress",
		"The same request is being worked on just now. Repeat it in a moment to get its answer.").After(time.Second)
	errReused = fault.New(fault.Invalid, "idempotency.reused",
		"This Idempotency-Key came with another request before.").
		At("Idempotency-Key", "Take a new key for a new request.")
	errKey = fault.New(fault.Invalid, "request.invalid", "Some fields need mending.").
		At("Idempotency-Key", "Use 1 to 255 printable ASCII characters, for example a UUID.")
)

// Request is a request under a key.
type Request struct {
	Tenant      uuid.UUID // the sub-account, or the agency for Control
	Principal   string    // whose key it is
	Key         string
	Fingerprint []byte // of what was asked: another one under the same key is refused
}

// Validate refuses a key that can't be kept.
func (r Request) Validate() error {
	if len(r.Key) == 0 || len(r.Key) > MaxKey {
		return errKey
	}
	for _, c := range []byte(r.Key) {
		if c < 0x20 || c > 0x7e {
			return errKey
		}
	}
	return nil
}

// Answer is what was answered.
type Answer struct {
	Status int               `json:"status"`
	Header map[string]string `json:"header"`
	Body   []byte            `json:"body"`
}

func (a Answer) success() bool { return a.Status >= 200 && a.Status < 300 }

// Database opens transactions: Tenant or Control makes one.
type Database struct {
	open   func(ctx context.Context, fn func(tx pgx.Tx) error) error
	column string // that names the tenant
}

// Tenant keeps keys with the data of the context's sub-account.
func Tenant(t *db.Tenants) Database { return Database{open: t.InTenant, column: "sub_account_id"} }

// Control keeps keys of an agency in the control database.
func Control(c *db.Control) Database { return Database{open: c.InTx, column: "agency_id"} }

// Keeper keeps answers.
type Keeper struct {
	box   *secrets.Box
	clock clock.Clock
}

// New makes a keeper.
func New(box *secrets.Box, c clock.Clock) *Keeper { return &Keeper{box: box, clock: c} }

// Do answers a request: with what it was answered before, or by act. act runs
// under a context that makes its verbs part of the transaction; after a
// serialization failure it runs again, so it keeps its answer to itself.
// Errors: Invalid (the key, or one that came with another request); Conflict
// "idempotency.in_progress"; those of the database.
func (k *Keeper) Do(ctx context.Context, d Database, r Request, act func(ctx context.Context) Answer) (a Answer, replayed bool, err error) {
	if err := r.Validate(); err != nil {
		return Answer{}, false, err
	}
	err = d.open(ctx, func(tx pgx.Tx) error {
		a, replayed, err = k.claim(ctx, tx, d, r)
		if err != nil || replayed {
			return err
		}
		a = act(db.Within(ctx, tx))
		if !a.success() {
			return nil
		}
		return k.store(tx, d, r, a)
	})
	if err != nil {
		return Answer{}, false, err
	}
	return a, replayed, nil
}

// claim holds the key until the end of the transaction, or finds the answer
// that was given under it. A request that is being worked on holds it.
func (k *Keeper) claim(ctx context.Context, tx pgx.Tx, d Database, r Request) (a Answer, found bool, err error) {
	var held bool
	var kept []row
	batch := &pgx.Batch{}
	batch.Queue(`select pg_try_advisory_xact_lock(hashtextextended(@name, 0))`,
		pgx.StrictNamedArgs{"name": "idempotency/" + r.Tenant.String() + "/" + r.Principal + "/" + r.Key},
	).QueryRow(func(row pgx.Row) error { return row.Scan(&held) })
	// A statement of its own: it sees the answer of whoever held the key until now.
	batch.Queue(`
		select id, fingerprint, answer from idempotency_key
		 where `+d.column+` = @tenant and principal = @principal and key = @key and created_at > @oldest`,
		pgx.StrictNamedArgs{"tenant": r.Tenant, "principal": r.Principal, "key": r.Key, "oldest": k.oldest()},
	).Query(func(rows pgx.Rows) error {
		kept, err = pgx.CollectRows(rows, pgx.RowToStructByName[row])
		return err
	})
	switch err := tx.SendBatch(ctx, batch).Close(); {
	case err != nil:
		return Answer{}, false, err
	case len(kept) > 0:
		a, err = k.open(r, kept[0])
		return a, true, err
	case !held:
		return Answer{}, false, errInProgress
	}
	return Answer{}, false, nil
}

type row struct {
	ID          uuid.UUID
	Fingerprint []byte
	Answer      []byte
}

func (k *Keeper) open(r Request, kept row) (a Answer, err error) {
	if !bytes.Equal(kept.Fingerprint, r.Fingerprint) {
		return Answer{}, errReused
	}
	plain, err := k.box.Open(kept.Answer, place(r, kept.ID))
	if err != nil {
		return Answer{}, err
	}
	return a, json.Unmarshal(plain, &a)
}

// store keeps the answer, and makes room: this key's expired row, and a few
// others.
func (k *Keeper) store(tx pgx.Tx, d Database, r Request, a Answer) error {
	plain, err := json.Marshal(a)
	if err != nil {
		return err
	}
	id := uuid.Must(uuid.NewV7())
	sealed, err := k.box.Seal(plain, place(r, id))
	if err != nil {
		return err
	}
	db.Later(tx, `
		delete from idempotency_key
		 where `+d.column+` = @tenant and created_at <= @oldest
		   and (principal = @principal and key = @key or id in (
		        select id from idempotency_key
		         where `+d.column+` = @tenant and created_at <= @oldest
		         order by created_at limit 20 for update skip locked))`,
		pgx.StrictNamedArgs{"tenant": r.Tenant, "principal": r.Principal, "key": r.Key, "oldest": k.oldest()})
	db.Later(tx, `
		insert into idempotency_key (`+d.column+`, id, principal, key, fingerprint, answer, created_at)
		values (@tenant, @id, @principal, @key, @fingerprint, @answer, @now)`,
		pgx.StrictNamedArgs{
			"tenant": r.Tenant, "id": id, "principal": r.Principal, "key": r.Key, "fingerprint": r.Fingerprint,
			"answer": sealed, "now": k.clock.Now(),
		})
	return nil
}

func (k *Keeper) oldest() time.Time { return k.clock.Now().Add(-Life) }

func place(r Request, id uuid.UUID) secrets.Place {
	return secrets.Place{Tenant: r.Tenant.String(), Table: "idempotency_key", Column: "answer", Row: id.String()}
}
