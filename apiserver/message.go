package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/conversation"
)

// smsChannel is the channel of texts.
const smsChannel = "sms"

// Message is one message of a thread.
type Message struct {
	ID             uuid.UUID      `json:"id" format:"uuid" doc:"The message's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120007"`
	ConversationID uuid.UUID      `json:"conversation_id" format:"uuid" doc:"Its thread." example:"01920e5c-7f3a-7c1e-9d59-0242ac120006"`
	ContactID      uuid.UUID      `json:"contact_id" format:"uuid" doc:"The contact." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	Channel        string         `json:"channel" doc:"Over what." example:"sms"`
	Direction      string         `json:"direction" doc:"in from the contact, out to them." enum:"in,out" example:"out"`
	Body           string         `json:"body" doc:"The text." example:"Your cake is ready."`
	Status         string         `json:"status" doc:"How far it has come; it never goes backwards. held: a rule forbids it, and reason says which. unknown: the carrier did not say whether it went out." enum:"held,queued,sending,sent,delivered,undelivered,failed,unknown,received" example:"delivered"`
	Reason         *MessageReason `json:"reason,omitempty" doc:"What stands or stood in its way; absent when nothing does."`
	ErrorCode      string         `json:"error_code,omitempty" doc:"The carrier's own code; absent when it gave none." example:"30003"`
	From           string         `json:"from" doc:"The sender's number." example:"+14155550100"`
	To             string         `json:"to" doc:"The recipient's number." example:"+14155550123"`
	Actor          Actor          `json:"actor" doc:"Who wrote it."`
	CreatedAt      time.Time      `json:"created_at" doc:"When it was written or came in." example:"2026-02-02T08:15:00Z"`
	StatusAt       time.Time      `json:"status_at" doc:"When the status last changed." example:"2026-02-02T08:15:03Z"`
}

// MessageReason is what stands in a message's way.
type MessageReason struct {
	Rule    string `json:"rule" doc:"The rule, for programs." example:"opt_out"`
	Message string `json:"message" doc:"The rule, for people." example:"They asked for no more texts."`
}

// Actor is who did something.
type Actor struct {
	Kind string `json:"kind" doc:"person, key, contact, workflow, carrier, operator or system." example:"person"`
	ID   string `json:"id" doc:"The actor's id; empty where there is none." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	Name string `json:"name" doc:"What to show; empty where there is none." example:"Ada Lovelace"`

	Impersonator *Impersonator `json:"impersonator,omitempty" doc:"Who really did it, where one of the agency's people was taken for the actor; absent otherwise."`
	App          *ActingApp    `json:"app,omitempty" doc:"The app that did it for the actor; absent where they did it themselves."`
}

// ActingApp is an app that acts for a person.
type ActingApp struct {
	ID   string `json:"id" doc:"The app's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120041"`
	Name string `json:"name" doc:"Its name." example:"Bookings for bakers"`
}

// SendMessage is a message to a contact.
type SendMessage struct {
	ContactID uuid.UUID `json:"contact_id" format:"uuid" doc:"To whom." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	Channel   string    `json:"channel" doc:"Over what." enum:"sms" example:"sms"`
	Body      string    `json:"body" doc:"The text." maxLength:"1600" example:"Your cake is ready."`
}

type messagePath struct {
	InSub
	Message uuid.UUID `path:"message" format:"uuid" doc:"The message's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120007"`
}

type messageOutput struct{ Body Message }

type messagesOutput struct{ Body List[Message] }

type listMessagesInput struct {
	ConversationPath
	Paging
}

type sendMessageInput struct {
	InSub
	Body SendMessage
}

func (s *server) listMessages() operation {
	return op("list-messages", "List a conversation's messages", "The newest first.",
		func(ctx context.Context, in *listMessagesInput) (*messagesOutput, error) {
			page, err := s.Conversations.Messages(ctx, conversation.MessagesInput{
				ConversationID: in.Conversation, Cursor: in.Cursor, Limit: in.Limit,
			})
			return &messagesOutput{Body: listOf(page.Items, page.Next, wireMessage)}, err
		})
}

func (s *server) sendMessage() operation {
	return op("send-message", "Send a message",
		"Writes the message and has it delivered; the answer comes before the carrier's. A message that a rule forbids is no error: its status is held, and reason says why.",
		func(ctx context.Context, in *sendMessageInput) (*messageOutput, error) {
			m, err := s.Conversations.Send(ctx, conversation.SendInput{
				ContactID: in.Body.ContactID, Channel: in.Body.Channel, Body: in.Body.Body,
			})
			return &messageOutput{Body: wireMessage(m)}, err
		}, created, once(inTenant), rehearsed)
}

func (s *server) retryMessage() operation {
	return op("retry-message", "Try a message once more",
		"For a message that is held, failed or undelivered; the rules are asked again. One that is unknown is never sent again: 409 message.unknown.",
		func(ctx context.Context, in *messagePath) (*messageOutput, error) {
			m, err := s.Conversations.Retry(ctx, in.Message)
			return &messageOutput{Body: wireMessage(m)}, err
		}, once(inTenant), fails(http.StatusConflict))
}

func wireMessage(m conversation.Message) Message {
	out := Message{
		ID: m.ID, ConversationID: m.ConversationID, ContactID: m.ContactID, Channel: m.Channel, Direction: m.Direction,
		Body: m.Body, Status: string(m.Status), ErrorCode: m.ErrorCode, From: m.FromAddress, To: m.ToAddress,
		Actor:     Actor{Kind: m.ActorKind, ID: m.ActorID, Name: m.ActorName},
		CreatedAt: m.CreatedAt, StatusAt: m.StatusAt,
	}
	if m.ReasonRule != "" || m.ReasonMessage != "" {
		out.Reason = &MessageReason{Rule: m.ReasonRule, Message: m.ReasonMessage}
	}
	return out
}
