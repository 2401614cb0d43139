package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/conversation"
)

// Conversation is a thread with a contact over one channel.
type Conversation struct {
	ID          uuid.UUID           `json:"id" format:"uuid" doc:"The thread's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120006"`
	Contact     ConversationContact `json:"contact" doc:"Whom it is with."`
	Channel     string              `json:"channel" doc:"Over what." example:"sms"`
	LastMessage *LastMessage        `json:"last_message,omitempty" doc:"The newest message; absent in an empty thread."`
	Unread      int                 `json:"unread" doc:"How many came in since somebody last read it." example:"2"`
	Status      string              `json:"status" doc:"A new message reopens a resolved one." enum:"open,resolved" example:"open"`
	UpdatedAt   time.Time           `json:"updated_at" doc:"When it last changed." example:"2026-02-02T08:15:00Z"`
}

// ConversationContact is what a thread shows of its contact.
type ConversationContact struct {
	ID    uuid.UUID `json:"id" format:"uuid" doc:"The contact's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	Name  string    `json:"name" doc:"What to show." example:"Maria Rossi"`
	Phone string    `json:"phone" doc:"In E.164; empty when unknown." example:"+14155550123"`
}

// LastMessage is what a list shows of the newest message.
type LastMessage struct {
	ID        uuid.UUID `json:"id" format:"uuid" doc:"The message's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120007"`
	Direction string    `json:"direction" doc:"in from the contact, out to them." enum:"in,out" example:"in"`
	Body      string    `json:"body" doc:"The text." example:"See you at noon!"`
	Status    string    `json:"status" doc:"How far it has come." enum:"held,queued,sending,sent,delivered,undelivered,failed,unknown,received" example:"received"`
	CreatedAt time.Time `json:"created_at" doc:"When it was written or came in." example:"2026-02-02T08:15:00Z"`
}

// PatchConversation changes what is present.
type PatchConversation struct {
	Status *string `json:"status,omitempty" doc:"resolved takes it out of the inbox, open brings it back." enum:"open,resolved" example:"resolved"`
	Read   *bool   `json:"read,omitempty" doc:"true: nothing is unread any more." example:"true"`
}

type ConversationPath struct {
	InSub
	Conversation uuid.UUID `path:"conversation" format:"uuid" doc:"The thread's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120006"`
}

type conversationOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
	Body Conversation
}

type conversationsOutput struct{ Body List[Conversation] }

type listConversationsInput struct {
	InSub
	Paging
	Status  string    `query:"status" enum:"open,all" default:"open" doc:"Only open threads, or all." example:"open"`
	Unread  bool      `query:"unread" doc:"Only threads with something unread." example:"true"`
	Contact uuid.UUID `query:"contact_id" format:"uuid" doc:"Only this contact's threads." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
}

type patchConversationInput struct {
	ConversationPath
	Precondition
	Body PatchConversation
}

func (s *server) listConversations() operation {
	return op("list-conversations", "List conversations", "The inbox: the latest activity first.",
		func(ctx context.Context, in *listConversationsInput) (*conversationsOutput, error) {
			page, err := s.Conversations.List(ctx, conversation.ListInput{
				Status: in.Status, Unread: in.Unread, Cursor: in.Cursor, Limit: in.Limit,
				ContactID: uuid.NullUUID{UUID: in.Contact, Valid: in.Contact != uuid.Nil},
			})
			return &conversationsOutput{Body: listOf(page.Items, page.Next, wireConversation)}, err
		})
}

func (s *server) getConversation() operation {
	return op("get-conversation", "Read a conversation", "The thread, without its messages.",
		func(ctx context.Context, in *ConversationPath) (*conversationOutput, error) {
			c, err := s.Conversations.Get(ctx, in.Conversation)
			return &conversationOutput{ETag: etag(c.Version), Body: wireConversation(c)}, err
		})
}

func (s *server) patchConversation() operation {
	return op("patch-conversation", "Resolve, reopen or mark as read", "Changes what is present; null leaves as it is.",
		func(ctx context.Context, in *patchConversationInput) (*conversationOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			c, err := s.Conversations.Update(ctx, conversation.UpdateInput{
				ID: in.Conversation, Version: version, Status: in.Body.Status, Read: in.Body.Read != nil && *in.Body.Read,
			})
			return &conversationOutput{ETag: etag(c.Version), Body: wireConversation(c)}, err
		}, fails(http.StatusPreconditionFailed), rehearsed)
}

func wireConversation(c conversation.Conversation) Conversation {
	out := Conversation{
		ID: c.ID, Contact: ConversationContact(c.Contact), Channel: c.Channel, Unread: c.Unread,
		Status: c.Status, UpdatedAt: c.UpdatedAt,
	}
	if c.Last != nil {
		out.LastMessage = &LastMessage{
			ID: c.Last.ID, Direction: c.Last.Direction, Body: c.Last.Body, Status: string(c.Last.Status), CreatedAt: c.Last.CreatedAt,
		}
	}
	return out
}
