package conversation

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// threadRow is a row of the table conversation.
type threadRow struct {
	ID            uuid.UUID
	ContactID     uuid.UUID
	Channel       string
	Status        string
	Unread        int
	LastMessageID uuid.NullUUID
	LastAt        time.Time
	CreatedAt     time.Time
	UpdatedAt     time.Time
	Version       int64
}

const threadColumns = `id, contact_id, channel, status, unread, last_message_id, last_at, created_at, updated_at, version`

// args adds the sub-account of the context to the arguments of a query.
func args(ctx context.Context, a pgx.StrictNamedArgs) (pgx.StrictNamedArgs, error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	a["sub_account"] = t.SubAccount
	return a, nil
}

func query[T any](ctx context.Context, tx pgx.Tx, sql string, a pgx.StrictNamedArgs) ([]T, error) {
	a, err := args(ctx, a)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, sql, a)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[T])
}

// single gives the one row, or none.
func single[T any](ctx context.Context, tx pgx.Tx, none error, sql string, a pgx.StrictNamedArgs) (row T, err error) {
	found, err := query[T](ctx, tx, sql, a)
	switch {
	case err != nil:
		return row, err
	case len(found) == 0:
		return row, none
	}
	return found[0], nil
}

func exec(ctx context.Context, tx pgx.Tx, sql string, a pgx.StrictNamedArgs) error {
	a, err := args(ctx, a)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sql, a)
	return err
}

// thread reads one that a person may see.
func thread(ctx context.Context, tx pgx.Tx, id uuid.UUID) (threadRow, error) {
	a := pgx.StrictNamedArgs{"id": id}
	return single[threadRow](ctx, tx, errNotFound, `
		select `+threadColumns+` from conversation
		 where sub_account_id = @sub_account and id = @id and hidden_at is null`+contact.InReach(ctx, a, "conversation.contact_id"), a)
}

func lockThread(ctx context.Context, tx pgx.Tx, id uuid.UUID) (threadRow, error) {
	return single[threadRow](ctx, tx, errNotFound, `
		select `+threadColumns+` from conversation
		 where sub_account_id = @sub_account and id = @id for update`, pgx.StrictNamedArgs{"id": id})
}

// upsertThread inserts a thread or finds the one there is; either way its row
// is locked. The update that changes nothing is what takes the lock.
func upsertThread(ctx context.Context, tx pgx.Tx, r threadRow) (threadRow, error) {
	return single[threadRow](ctx, tx, errNotFound, `
		insert into conversation (sub_account_id, id, contact_id, channel, status, unread, last_at, created_at, updated_at, version)
		values (@sub_account, @id, @contact, @channel, @status, 0, @now, @now, @now, 1)
		on conflict (sub_account_id, contact_id, channel) do update set channel = excluded.channel
		returning `+threadColumns,
		pgx.StrictNamedArgs{"id": r.ID, "contact": r.ContactID, "channel": r.Channel, "status": r.Status, "now": r.CreatedAt})
}

func updateThread(ctx context.Context, tx pgx.Tx, r threadRow) error {
	return exec(ctx, tx, `
		update conversation
		   set status = @status, unread = @unread, last_message_id = @last_message, last_at = @last_at,
		       updated_at = @updated_at, version = @version
		 where sub_account_id = @sub_account and id = @id`,
		pgx.StrictNamedArgs{
			"id": r.ID, "status": r.Status, "unread": r.Unread, "last_message": r.LastMessageID, "last_at": r.LastAt,
			"updated_at": r.UpdatedAt, "version": r.Version,
		})
}

// hideThreads takes a deleted contact's threads out of the inbox.
func hideThreads(ctx context.Context, tx pgx.Tx, contactID uuid.UUID, at time.Time) ([]threadRow, error) {
	return query[threadRow](ctx, tx, `
		update conversation set hidden_at = @at, updated_at = @at, version = version + 1
		 where sub_account_id = @sub_account and contact_id = @contact and hidden_at is null
		returning `+threadColumns, pgx.StrictNamedArgs{"contact": contactID, "at": at})
}

// showThreads puts them back, once the contacts are.
func showThreads(ctx context.Context, tx pgx.Tx, contacts []uuid.UUID, at time.Time) ([]threadRow, error) {
	return query[threadRow](ctx, tx, `
		update conversation set hidden_at = null, updated_at = @at, version = version + 1
		 where sub_account_id = @sub_account and contact_id = any(@contacts) and hidden_at is not null
		returning `+threadColumns, pgx.StrictNamedArgs{"contacts": contacts, "at": at})
}

const messageColumns = `id, conversation_id, contact_id, channel, direction, purpose, body, status, status_at, attempt,
	acknowledged, from_address, to_address, provider_id, error_code, reason_rule, reason_message, decision,
	actor_kind, actor_id, actor_name, created_at`

// message reads one that a person may see.
func message(ctx context.Context, tx pgx.Tx, id uuid.UUID) (Message, error) {
	a := pgx.StrictNamedArgs{"id": id}
	return single[Message](ctx, tx, errMessageNotFound, `
		select `+messageColumns+` from message
		 where sub_account_id = @sub_account and id = @id`+contact.InReach(ctx, a, "message.contact_id"), a)
}

// lockMessage locks the message's thread, then reads the message: whoever
// changes a message holds the thread.
func lockMessage(ctx context.Context, tx pgx.Tx, id uuid.UUID) (Message, error) {
	m, err := message(ctx, tx, id)
	for err == nil {
		if _, err := lockThread(ctx, tx, m.ConversationID); err != nil {
			return m, err
		}
		was := m.ConversationID
		if m, err = message(ctx, tx, id); m.ConversationID == was {
			break
		} // a merge has put it into another thread meanwhile
	}
	return m, err
}

func messageByKey(ctx context.Context, tx pgx.Tx, key string) (Message, bool, error) {
	return found(single[Message](ctx, tx, errMessageNotFound, `
		select `+messageColumns+` from message where sub_account_id = @sub_account and client_key = @key and client_key <> ''`,
		pgx.StrictNamedArgs{"key": key}))
}

func messageByProvider(ctx context.Context, tx pgx.Tx, channel, provider string) (Message, bool, error) {
	return found(single[Message](ctx, tx, errMessageNotFound, `
		select `+messageColumns+` from message
		 where sub_account_id = @sub_account and channel = @channel and provider_id = @provider and direction = 'in'`,
		pgx.StrictNamedArgs{"channel": channel, "provider": provider}))
}

func found(m Message, err error) (Message, bool, error) {
	if errors.Is(err, errMessageNotFound) {
		return Message{}, false, nil
	}
	return m, err == nil, err
}

func messagesByID(ctx context.Context, tx pgx.Tx, ids []uuid.UUID) (map[uuid.UUID]*Message, error) {
	list, err := query[Message](ctx, tx, `
		select `+messageColumns+` from message where sub_account_id = @sub_account and id = any(@ids)`,
		pgx.StrictNamedArgs{"ids": ids})
	out := make(map[uuid.UUID]*Message, len(list))
	for i := range list {
		out[list[i].ID] = &list[i]
	}
	return out, err
}

func insertMessage(ctx context.Context, tx pgx.Tx, m Message, key string) error {
	return exec(ctx, tx, `
		insert into message (sub_account_id, id, conversation_id, contact_id, channel, direction, purpose, body, status,
		                     status_at, attempt, from_address, to_address, provider_id, client_key, reason_rule,
		                     reason_message, decision, actor_kind, actor_id, actor_name, created_at)
		values (@sub_account, @id, @conversation, @contact, @channel, @direction, @purpose, @body, @status,
		        @status_at, @attempt, @from, @to, @provider, @key, @rule, @reason, @decision, @actor_kind, @actor_id,
		        @actor_name, @created_at)`,
		pgx.StrictNamedArgs{
			"id": m.ID, "conversation": m.ConversationID, "contact": m.ContactID, "channel": m.Channel,
			"direction": m.Direction, "purpose": m.Purpose, "body": m.Body, "status": m.Status, "status_at": m.StatusAt,
			"attempt": m.Attempt, "from": m.FromAddress, "to": m.ToAddress, "provider": m.ProviderID, "key": key,
			"rule": m.ReasonRule, "reason": m.ReasonMessage, "decision": m.Decision, "actor_kind": m.ActorKind,
			"actor_id": m.ActorID, "actor_name": m.ActorName, "created_at": m.CreatedAt,
		})
}

func updateMessage(ctx context.Context, tx pgx.Tx, m Message) error {
	return exec(ctx, tx, `
		update message
		   set status = @status, status_at = @status_at, attempt = @attempt, acknowledged = @acknowledged,
		       provider_id = @provider, error_code = @code, reason_rule = @rule, reason_message = @reason,
		       decision = @decision
		 where sub_account_id = @sub_account and id = @id`,
		pgx.StrictNamedArgs{
			"id": m.ID, "status": m.Status, "status_at": m.StatusAt, "attempt": m.Attempt, "acknowledged": m.Acknowledged,
			"provider": m.ProviderID, "code": m.ErrorCode, "rule": m.ReasonRule, "reason": m.ReasonMessage,
			"decision": m.Decision,
		})
}
