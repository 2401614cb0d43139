package conversation

import (
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/events"
)

// Kinds declares what this module publishes. Filters count messages: see
// Behaviours.
func Kinds() []events.Kind {
	at := time.Date(2026, 2, 2, 8, 15, 0, 0, time.UTC)
	id, thread, who := uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120021"), uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120020"),
		uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120005")
	was := MessageSnapshot{
		ID: id, ConversationID: thread, ContactID: who, Channel: "sms", Direction: "out", Body: "See you at ten.", Status: Sent,
		Reason: &Reason{Rule: "quiet_hours", Message: "It is night there."}, ErrorCode: "30007", From: "+14155550100", To: "+14155550123",
		Actor: Actor{Kind: "person", ID: "01920e5c-7f3a-7c1e-9d59-0242ac120006", Name: "Ada"}, CreatedAt: at, StatusAt: at,
	}
	is := was
	is.Status = Delivered
	open := Snapshot{
		ID: thread, Contact: ContactSnapshot{ID: who, Name: "Maria Rossi", Phone: "+14155550123"}, Channel: "sms", Status: "open", Unread: 1,
		LastMessage: &is, LastAt: at, UpdatedAt: at,
	}
	read := open
	read.Unread = 0
	message := func(name, title, when string, example MessageChanged, counted ...string) events.Kind {
		return events.Kind{
			Name: name, Subjects: []string{"message"}, Noun: "Messages", Title: title, When: when, Permission: "conversations.read", Webhooks: true,
			Counted: counted, Example: example,
		}
	}
	return []events.Kind{
		message(EventMessageCreated, "Sent or received", "Somebody wrote a message, or one came in.", MessageChanged{After: &was}, "message.received"),
		message(EventMessageUpdated, "Sent, delivered or failed", "How far a message has come changed: it was sent, delivered, held back or refused.",
			MessageChanged{Before: &was, After: &is}, "message.sent", "message.delivered", "message.failed"),
		{
			Name: EventUpdated, Subjects: []string{"conversation"}, Noun: "Conversations", Title: "Changed",
			When:       "A thread was opened, read or resolved, or left the inbox with its contact.",
			Permission: "conversations.read", Webhooks: true, Example: Changed{Before: &open, After: &read},
		},
	}
}
