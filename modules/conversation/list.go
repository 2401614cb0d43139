package conversation

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/page"
)

// ListInput asks for a page of the inbox.
type ListInput struct {
	Status    string        // "open" (the default) or "all"
	Unread    bool          // only threads with something unread
	ContactID uuid.NullUUID // only this contact's
	Cursor    string        // Page.Next of the page before
	Limit     int           // 1 to 100; 0 is 50
}

// Page is a page of threads. Next is "" on the last one.
type Page struct {
	Items []Conversation
	Next  string
}

// MessagesInput asks for a page of a thread.
type MessagesInput struct {
	ConversationID uuid.UUID
	Cursor         string
	Limit          int // 1 to 100; 0 is 50
}

// MessagePage is a page of messages, the newest first. Next is "" on the last.
type MessagePage struct {
	Items []Message
	Next  string
}

type position struct {
	At time.Time `json:"t"`
	ID uuid.UUID `json:"i"`
}

type pageQuery struct {
	where []string
	args  pgx.StrictNamedArgs
	scope string
	limit int
	reach string // SQL behind where; "" for everything
}

// seek adds the cursor's condition on the column that orders the list.
func (q *pageQuery) seek(cursor, column string) error {
	var at position
	ok, err := page.Decode(cursor, q.scope, &at)
	if err != nil || !ok {
		return err
	}
	q.where = append(q.where, `(`+column+`, id) < (@after_at, @after_id)`)
	q.args["after_at"], q.args["after_id"] = at.At, at.ID
	return nil
}

// sql is a descending page of a table, one row longer than asked for.
func (q *pageQuery) sql(columns, table, column string) string {
	q.args["most"] = q.limit + 1
	return fmt.Sprintf(`select %s from %s where sub_account_id = @sub_account and %s%s order by %s desc, id desc limit @most`,
		columns, table, strings.Join(q.where, " and "), q.reach, column)
}

func (in ListInput) query() (pageQuery, error) {
	var f fault.Checks
	q := pageQuery{
		where: []string{`hidden_at is null`}, args: pgx.StrictNamedArgs{}, limit: page.Limit(&f, in.Limit),
		scope: fmt.Sprintf("conversation %s %t %s", in.Status, in.Unread, in.ContactID.UUID),
	}
	f.Check(in.Status == "" || in.Status == Open || in.Status == "all", "status", "Ask for open or all.")
	if err := f.Err("conversation.list_invalid"); err != nil {
		return q, err
	}
	if in.Status != "all" {
		q.where = append(q.where, `status = 'open'`)
	}
	if in.Unread {
		q.where = append(q.where, `unread > 0`)
	}
	if in.ContactID.Valid {
		q.where = append(q.where, `contact_id = @contact`)
		q.args["contact"] = in.ContactID.UUID
	}
	return q, q.seek(in.Cursor, "last_at")
}

func (in MessagesInput) query() (pageQuery, error) {
	var f fault.Checks
	q := pageQuery{
		where: []string{`conversation_id = @conversation`},
		args:  pgx.StrictNamedArgs{"conversation": in.ConversationID},
		limit: page.Limit(&f, in.Limit), scope: "message " + in.ConversationID.String(),
	}
	if err := f.Err("conversation.list_invalid"); err != nil {
		return q, err
	}
	return q, q.seek(in.Cursor, "created_at")
}

func listMessages(ctx context.Context, tx pgx.Tx, q pageQuery) (MessagePage, error) {
	list, err := query[Message](ctx, tx, q.sql(messageColumns, "message", "created_at"), q.args)
	if err != nil || len(list) <= q.limit {
		return MessagePage{Items: list}, err
	}
	list = list[:q.limit]
	last := list[q.limit-1]
	next, err := page.Encode(q.scope, position{At: last.CreatedAt, ID: last.ID})
	return MessagePage{Items: list, Next: next}, err
}

func (s *Service) list(ctx context.Context, tx pgx.Tx, q pageQuery) (out Page, err error) {
	q.reach = contact.InReach(ctx, q.args, "conversation.contact_id")
	rows, err := query[threadRow](ctx, tx, q.sql(threadColumns, "conversation", "last_at"), q.args)
	if err != nil {
		return Page{}, err
	}
	if len(rows) > q.limit {
		rows = rows[:q.limit]
		last := rows[q.limit-1]
		if out.Next, err = page.Encode(q.scope, position{At: last.LastAt, ID: last.ID}); err != nil {
			return Page{}, err
		}
	}
	out.Items, err = s.views(ctx, tx, rows)
	return out, err
}

func (s *Service) view(ctx context.Context, tx pgx.Tx, r threadRow) (Conversation, error) {
	list, err := s.views(ctx, tx, []threadRow{r})
	if err != nil {
		return Conversation{}, err
	}
	return list[0], nil
}

// views joins threads with their contacts and last messages: two queries,
// however many threads.
func (s *Service) views(ctx context.Context, tx pgx.Tx, rows []threadRow) ([]Conversation, error) {
	contacts, messages := make([]uuid.UUID, 0, len(rows)), make([]uuid.UUID, 0, len(rows))
	for _, r := range rows {
		contacts = append(contacts, r.ContactID)
		if r.LastMessageID.Valid {
			messages = append(messages, r.LastMessageID.UUID)
		}
	}
	people, err := s.Contacts.Lookup(ctx, tx, contacts)
	if err != nil {
		return nil, err
	}
	last, err := messagesByID(ctx, tx, messages)
	if err != nil {
		return nil, err
	}
	out := make([]Conversation, 0, len(rows))
	for _, r := range rows {
		who := people[r.ContactID]
		out = append(out, Conversation{
			ID: r.ID, Contact: Contact{ID: r.ContactID, Name: who.Name(), Phone: who.Phone}, Channel: r.Channel,
			Status: r.Status, Unread: r.Unread, Last: last[r.LastMessageID.UUID], LastAt: r.LastAt,
			CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: r.Version,
		})
	}
	return out, nil
}
