package contact

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// What contacts are searched by has a table of its own (ADR 0054), with what its
// pages are put in order by: a living contact has a row of it, a deleted one none.

// sameWords tells whether two contacts are found and put in order by the same words.
func sameWords(a, b *Contact) bool {
	return a.FirstName == b.FirstName && a.LastName == b.LastName && a.Email == b.Email && a.Phone == b.Phone &&
		sameAddresses(a.Addresses, b.Addresses)
}

// reworded tells whether a contact's row changes, which a new label of an address
// is no reason for.
func reworded(before, after *Contact) bool {
	return !sameWords(before, after) && (before.searchText() != after.searchText() || before.sortName() != after.sortName())
}

// searchMany makes what contacts are searched by what they are now, with the next
// statement.
func searchMany(ctx context.Context, tx pgx.Tx, list []changed) error {
	var fresh, old []Contact
	for _, c := range list {
		switch {
		case c.before == nil:
			fresh = append(fresh, c.after)
		case reworded(c.before, &c.after):
			old = append(old, c.after)
		}
	}
	if err := laterSearch(ctx, tx, fresh, ""); err != nil {
		return err
	}
	return searchAgain(ctx, tx, old)
}

// searchAgain is searchMany for contacts that may have had a row.
func searchAgain(ctx context.Context, tx pgx.Tx, list []Contact) error {
	return laterSearch(ctx, tx, list, ` on conflict (sub_account_id, contact_id) do update set name = excluded.name, text = excluded.text`)
}

func laterSearch(ctx context.Context, tx pgx.Tx, list []Contact, again string) error {
	if len(list) == 0 {
		return nil
	}
	args, err := with(ctx, pgx.StrictNamedArgs{
		"ids":     arrayOf(list, func(c *Contact) uuid.UUID { return c.ID }),
		"names":   arrayOf(list, func(c *Contact) string { return c.sortName() }),
		"created": arrayOf(list, func(c *Contact) time.Time { return c.CreatedAt }),
		"texts":   arrayOf(list, func(c *Contact) string { return c.searchText() }),
	})
	if err != nil {
		return err
	}
	db.Later(tx, `
		insert into contact_search (sub_account_id, contact_id, name, created, text)
		select @sub_account, s.* from unnest(@ids::uuid[], @names::text[], @created::timestamptz[], @texts::text[]) as s`+again, args)
	return nil
}
