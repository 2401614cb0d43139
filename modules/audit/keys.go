package audit

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/secrets"
)

var errNoBox = fault.New(fault.Unavailable, "audit.no_keys", "The keys that sign the audit are not at hand here.")

// Keys are the public keys that sign, or have signed, checkpoints: the newest
// first. They are no secret.
func (s *Service) Keys(ctx context.Context) (out []Key, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		rows, err := r.Query(ctx, `select id, public, created_at from audit_key order by created_at desc, id`)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByName[Key])
		return err
	})
	return out, err
}

func (s *Service) trusted(ctx context.Context) (map[string]ed25519.PublicKey, error) {
	keys, err := s.Keys(ctx)
	out := map[string]ed25519.PublicKey{}
	for _, k := range keys {
		out[k.ID] = k.Public
	}
	return out, err
}

// RotateKey makes a new key, which signs from now on.
func (s *Service) RotateKey(ctx context.Context) (k Key, err error) {
	if s.box == nil {
		return Key{}, errNoBox
	}
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		k, _, err = s.makeKey(ctx, tx)
		return err
	})
	return k, err
}

// signer gives the newest private key; the first one is made when it is needed.
func (s *Service) signer(ctx context.Context) (private ed25519.PrivateKey, err error) {
	if s.box == nil {
		return nil, errNoBox
	}
	err = s.control.InTx(db.Outside(ctx), func(tx pgx.Tx) error {
		db.Later(tx, `select pg_advisory_xact_lock(hashtextextended('audit_key', 0))`)
		rows, err := tx.Query(ctx, `select id, sealed from audit_key order by created_at desc, id limit 1`)
		if err != nil {
			return err
		}
		found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
			ID     string
			Sealed []byte
		}])
		if err != nil {
			return err
		}
		if len(found) == 0 {
			_, private, err = s.makeKey(ctx, tx)
			return err
		}
		private, err = s.box.Open(found[0].Sealed, keyPlace(found[0].ID))
		return err
	})
	return private, err
}

func (s *Service) makeKey(ctx context.Context, tx pgx.Tx) (Key, ed25519.PrivateKey, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return Key{}, nil, err
	}
	k := Key{ID: keyID(public), Public: public, CreatedAt: s.now()}
	sealed, err := s.box.Seal(private, keyPlace(k.ID))
	if err != nil {
		return Key{}, nil, err
	}
	_, err = tx.Exec(ctx, `insert into audit_key (id, public, sealed, created_at) values (@id, @public, @sealed, @now)`,
		pgx.StrictNamedArgs{"id": k.ID, "public": []byte(public), "sealed": sealed, "now": k.CreatedAt})
	return k, private, err
}

func keyPlace(id string) secrets.Place {
	return secrets.Place{Tenant: "platform", Table: "audit_key", Column: "sealed", Row: id}
}

// now is as fine as PostgreSQL keeps it, as what is signed is read again.
func (s *Service) now() time.Time { return s.clock.Now().Truncate(time.Microsecond) }
