package compliance

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Consent is evidence, brought from elsewhere, that somebody agreed to be
// written to.
type Consent struct {
	Channel   string
	Address   string
	Source    string // where they agreed: a form, a fair
	Words     string // to what
	At        time.Time
	ContactID uuid.NullUUID
}

// KeepConsents keeps evidence in the caller's transaction, in one statement. It
// opens nothing: whoever has opted out stays so, for consent from elsewhere may
// be older than the wish to be left alone.
func (s *Service) KeepConsents(ctx context.Context, tx pgx.Tx, list []Consent) error {
	t, err := tenancy.From(ctx)
	if err != nil || len(list) == 0 {
		return err
	}
	actor, ok := tenancy.ActorFrom(ctx)
	if !ok {
		actor = tenancy.Actor{Kind: tenancy.System}
	}
	n := len(list)
	ids, contacts, at := make([]uuid.UUID, n), make([]uuid.NullUUID, n), make([]time.Time, n)
	channels, addresses, sources, words := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, c := range list {
		if c.Channel == "" || c.Address == "" || c.Source == "" || c.At.IsZero() {
			return fault.New(fault.Invalid, "consent.invalid", "Consent needs its channel, address, source and time.")
		}
		ids[i], contacts[i], at[i] = uuid.Must(uuid.NewV7()), c.ContactID, c.At
		channels[i], addresses[i], sources[i], words[i] = c.Channel, c.Address, c.Source, c.Words
	}
	_, err = tx.Exec(ctx, `
		insert into opt_out (sub_account_id, id, channel, address, change, source, words, contact_id,
		                     actor_kind, actor_id, actor_name, actor_ip, at)
		select @sub_account, e.id, e.channel, e.address, 'in', e.source, e.words, e.contact_id,
		       @actor_kind, @actor_id, @actor_name, @actor_ip, e.at
		  from unnest(@ids::uuid[], @channels::text[], @addresses::text[], @sources::text[], @words::text[], @contacts::uuid[], @at::timestamptz[])
		       as e (id, channel, address, source, words, contact_id, at)`,
		pgx.StrictNamedArgs{
			"sub_account": t.SubAccount, "ids": ids, "channels": channels, "addresses": addresses, "sources": sources, "words": words,
			"contacts": contacts, "at": at, "actor_kind": actor.Kind, "actor_id": actor.ID, "actor_name": actor.Name, "actor_ip": actor.IP,
		})
	return err
}
