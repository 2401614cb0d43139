package conversation

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
)

var _ contact.Attachment = (*Service)(nil)

// Rehome gives the threads of contacts to the one that they were merged into: a
// thread of a channel on which that one has none goes along; the messages of
// another go into the one there is, and the empty thread leaves the inbox.
func (s *Service) Rehome(ctx context.Context, tx pgx.Tx, merge, to uuid.UUID, from []uuid.UUID) error {
	// Of a contact that has just come back they are still out of sight.
	if err := s.show(ctx, tx, append([]uuid.UUID{to}, from...)...); err != nil {
		return err
	}
	rows, err := query[threadRow](ctx, tx, `
		select `+threadColumns+` from conversation
		 where sub_account_id = @sub_account and contact_id = any(@contacts) and hidden_at is null order by id for update`,
		pgx.StrictNamedArgs{"contacts": append([]uuid.UUID{to}, from...)})
	if err != nil {
		return err
	}
	was, now := map[string]threadRow{}, map[string]threadRow{} // the survivor's, by channel
	for _, r := range rows {
		if r.ContactID == to {
			was[r.Channel], now[r.Channel] = r, r
		}
	}
	at := s.now()
	for _, r := range rows {
		if r.ContactID == to {
			continue
		}
		if err := s.keepMessages(ctx, tx, merge, to, r, at); err != nil {
			return err
		}
		into, there := now[r.Channel]
		if !there {
			if now[r.Channel], err = s.take(ctx, tx, merge, to, r, at); err != nil {
				return err
			}
			was[r.Channel] = now[r.Channel]
			continue
		}
		if now[r.Channel], err = s.join(ctx, tx, merge, r, into, at); err != nil {
			return err
		}
	}
	for channel, before := range was {
		after := now[channel]
		if after == before {
			continue
		}
		if _, err := s.save(ctx, tx, before, after); err != nil {
			return err
		}
		after.Version = before.Version + 1
		if slices.ContainsFunc(rows, func(r threadRow) bool { return r.ID == before.ID && r.ContactID != to }) {
			err = exec(ctx, tx, `
				update conversation_moved set version = @version
				 where sub_account_id = @sub_account and merge_id = @merge and noun = 'thread' and record_id = @id`,
				pgx.StrictNamedArgs{"merge": merge, "id": before.ID, "version": after.Version})
		} else {
			err = keepThread(ctx, tx, merge, "grown", to, before, after.Version, at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// take lets a thread go along with its contact.
func (s *Service) take(ctx context.Context, tx pgx.Tx, merge, to uuid.UUID, r threadRow, at time.Time) (threadRow, error) {
	after := r
	after.ContactID, after.Version, after.UpdatedAt = to, r.Version+1, at
	if err := keepThread(ctx, tx, merge, "thread", to, r, after.Version, at); err != nil {
		return r, err
	}
	a := pgx.StrictNamedArgs{"id": r.ID, "to": to, "at": at}
	err := exec(ctx, tx, `
		with along as (update message set contact_id = @to where sub_account_id = @sub_account and conversation_id = @id)
		update conversation set contact_id = @to, version = version + 1, updated_at = @at where sub_account_id = @sub_account and id = @id`, a)
	if err != nil {
		return r, err
	}
	return after, s.told(ctx, tx, r, after)
}

// join puts a thread's messages into another one.
func (s *Service) join(ctx context.Context, tx pgx.Tx, merge uuid.UUID, r, into threadRow, at time.Time) (threadRow, error) {
	if err := keepThread(ctx, tx, merge, "joined", into.ContactID, r, r.Version+1, at); err != nil {
		return into, err
	}
	err := exec(ctx, tx, `
		with along as (
			update message set contact_id = @to, conversation_id = @into where sub_account_id = @sub_account and conversation_id = @id)
		update conversation set hidden_at = @at, updated_at = @at, version = version + 1, unread = 0
		 where sub_account_id = @sub_account and id = @id`,
		pgx.StrictNamedArgs{"id": r.ID, "into": into.ID, "to": into.ContactID, "at": at})
	if err != nil {
		return into, err
	}
	into.Unread += r.Unread
	if r.Status == Open {
		into.Status = Open
	}
	if r.LastMessageID.Valid && (!into.LastMessageID.Valid || r.LastAt.After(into.LastAt)) {
		into.LastMessageID, into.LastAt = r.LastMessageID, r.LastAt
	}
	left, err := s.view(ctx, tx, r)
	if err != nil {
		return into, err
	}
	return into, s.Events.Publish(ctx, tx, events.New{
		Kind: EventUpdated, SubjectKind: "conversation", SubjectID: r.ID, Payload: Changed{Before: snapshot(left)},
	})
}

// told publishes what became of a thread.
func (s *Service) told(ctx context.Context, tx pgx.Tx, before, after threadRow) error {
	views, err := s.views(ctx, tx, []threadRow{before, after})
	if err != nil {
		return err
	}
	return s.Events.Publish(ctx, tx, events.New{
		Kind: EventUpdated, SubjectKind: "conversation", SubjectID: after.ID,
		Payload: Changed{Before: snapshot(views[0]), After: snapshot(views[1])},
	})
}

// LetGo forgets what PutBack needs.
func (s *Service) LetGo(ctx context.Context, tx pgx.Tx, survivors []uuid.UUID, at time.Time) error {
	a, err := args(ctx, pgx.StrictNamedArgs{"survivors": survivors, "at": at})
	if err == nil {
		db.Later(tx, `delete from conversation_moved where sub_account_id = @sub_account and survivor_id = any(@survivors) and at <= @at`, a)
	}
	return err
}

// PutBack undoes the Rehome of a merge. What was written since stays with the
// survivor, if need be in a thread of its own.
func (s *Service) PutBack(ctx context.Context, tx pgx.Tx, merge, survivor uuid.UUID) error {
	if err := s.show(ctx, tx, survivor); err != nil {
		return err
	}
	moved, err := query[movedThread](ctx, tx, `
		select noun, before, version from conversation_moved
		 where sub_account_id = @sub_account and merge_id = @merge and noun <> 'message' order by record_id`,
		pgx.StrictNamedArgs{"merge": merge})
	if err != nil || len(moved) == 0 {
		return err
	}
	ids := make([]uuid.UUID, 0, len(moved))
	for _, m := range moved {
		ids = append(ids, m.Before.ID)
	}
	rows, err := query[threadRow](ctx, tx, `
		select `+threadColumns+` from conversation where sub_account_id = @sub_account and id = any(@ids) order by id for update`,
		pgx.StrictNamedArgs{"ids": ids})
	if err != nil {
		return err
	}
	err = exec(ctx, tx, `
		update message m set contact_id = was.contact_id, conversation_id = was.conversation_id from conversation_moved was
		 where was.sub_account_id = @sub_account and was.merge_id = @merge and was.noun = 'message'
		   and m.sub_account_id = @sub_account and m.id = was.record_id and m.contact_id = @survivor`,
		pgx.StrictNamedArgs{"merge": merge, "survivor": survivor})
	if err != nil {
		return err
	}
	// Those that took others in come last: what they then hold is known.
	slices.SortStableFunc(moved, func(a, b movedThread) int { return rank(a.Noun) - rank(b.Noun) })
	joined := map[string]int{} // unread messages that a thread took in, by channel
	for _, m := range moved {
		if m.Noun == "joined" {
			joined[m.Before.Channel] += m.Before.Unread
		}
		at := slices.IndexFunc(rows, func(r threadRow) bool { return r.ID == m.Before.ID })
		if err := s.putBack(ctx, tx, m, rows[at], survivor, joined[m.Before.Channel]); err != nil {
			return err
		}
	}
	return exec(ctx, tx, `delete from conversation_moved where sub_account_id = @sub_account and merge_id = @merge`,
		pgx.StrictNamedArgs{"merge": merge})
}

func rank(noun string) int { return slices.Index([]string{"joined", "thread", "grown"}, noun) }

// putBack makes a thread what it was, as far as nothing has happened in it since.
func (s *Service) putBack(ctx context.Context, tx pgx.Tx, m movedThread, now threadRow, survivor uuid.UUID, joined int) error {
	after := now
	after.ContactID = m.Before.ContactID
	if untouched := now.Version == m.Version; untouched || m.Noun == "joined" {
		after.Status, after.Unread = m.Before.Status, m.Before.Unread
	} else if m.Noun == "grown" {
		after.Unread = max(now.Unread-joined, 0)
	} else {
		after.Unread = min(now.Unread, m.Before.Unread)
	}
	after.Version, after.UpdatedAt = now.Version+1, s.now()
	if m.Noun != "grown" {
		// The contact first: the survivor may need a new thread of this channel.
		err := exec(ctx, tx, `update conversation set contact_id = @contact, hidden_at = null where sub_account_id = @sub_account and id = @id`,
			pgx.StrictNamedArgs{"id": now.ID, "contact": after.ContactID})
		if err != nil {
			return err
		}
		if err := s.leave(ctx, tx, now, survivor, now.Unread-after.Unread); err != nil {
			return err
		}
	}
	var err error
	if after.LastMessageID, after.LastAt, err = lastOf(ctx, tx, now.ID, m.Before); err != nil {
		return err
	}
	if err := updateThread(ctx, tx, after); err != nil {
		return err
	}
	return s.told(ctx, tx, now, after)
}

// leave puts messages that came to the survivor since into a thread of its own.
func (s *Service) leave(ctx context.Context, tx pgx.Tx, r threadRow, survivor uuid.UUID, unread int) error {
	var some bool
	a, err := args(ctx, pgx.StrictNamedArgs{"id": r.ID, "survivor": survivor})
	if err != nil {
		return err
	}
	err = tx.QueryRow(ctx, `
		select exists (select from message where sub_account_id = @sub_account and conversation_id = @id and contact_id = @survivor)`, a).Scan(&some)
	if err != nil || !some {
		return err
	}
	before, err := s.ensureThread(ctx, tx, survivor, r.Channel)
	if err != nil {
		return err
	}
	err = exec(ctx, tx, `
		update message set conversation_id = @own where sub_account_id = @sub_account and conversation_id = @id and contact_id = @survivor`,
		pgx.StrictNamedArgs{"own": before.ID, "id": r.ID, "survivor": survivor})
	if err != nil {
		return err
	}
	after := before
	after.Status, after.Unread = r.Status, max(unread, 0)
	if after.LastMessageID, after.LastAt, err = lastOf(ctx, tx, before.ID, before); err != nil {
		return err
	}
	_, err = s.save(ctx, tx, before, after)
	return err
}

// lastOf is a thread's last message, or what was known of one that has none.
func lastOf(ctx context.Context, tx pgx.Tx, thread uuid.UUID, was threadRow) (uuid.NullUUID, time.Time, error) {
	type last struct {
		ID        uuid.NullUUID
		CreatedAt time.Time
	}
	list, err := query[last](ctx, tx, `
		select id, created_at from message where sub_account_id = @sub_account and conversation_id = @id order by created_at desc, id desc limit 1`,
		pgx.StrictNamedArgs{"id": thread})
	if err != nil || len(list) == 0 {
		return was.LastMessageID, was.LastAt, err
	}
	return list[0].ID, list[0].CreatedAt, nil
}
