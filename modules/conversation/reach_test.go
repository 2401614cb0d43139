package conversation_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func TestAThreadOutOfReachIsNotThere(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	ann := uuid.New()
	ctx := tenancy.WithReach(r.ctx, tenancy.Reach{People: []uuid.UUID{ann}})
	theirs := r.contact("+14155550101")
	mine, err := r.contacts.Create(r.ctx, contact.CreateInput{FirstName: "Mine", Phone: "+14155550102", OwnerID: uuid.NullUUID{UUID: ann, Valid: true}})
	if err != nil {
		t.Fatal(err)
	}
	r.shut = true
	hidden, shown := r.send(theirs.ID, "Hello"), r.send(mine.ID, "Hello")
	status := conversation.Resolved
	for what, call := range map[string]func(context.Context, conversation.Message) error{
		"read": func(ctx context.Context, m conversation.Message) error {
			_, err := r.Get(ctx, m.ConversationID)
			return err
		},
		"its messages": func(ctx context.Context, m conversation.Message) error {
			_, err := r.Messages(ctx, conversation.MessagesInput{ConversationID: m.ConversationID})
			return err
		},
		"resolve": func(ctx context.Context, m conversation.Message) error {
			_, err := r.Update(ctx, conversation.UpdateInput{ID: m.ConversationID, Status: &status})
			return err
		},
		"a message": func(ctx context.Context, m conversation.Message) error {
			_, err := r.Message(ctx, m.ID)
			return err
		},
		"retry": func(ctx context.Context, m conversation.Message) error {
			_, err := r.Retry(ctx, m.ID)
			return err
		},
		"send": func(ctx context.Context, m conversation.Message) error {
			_, err := r.Send(ctx, conversation.SendInput{ContactID: m.ContactID, Channel: "sms", Body: "Hi"})
			return err
		},
	} {
		never := call(ctx, conversation.Message{ID: uuid.New(), ConversationID: uuid.New(), ContactID: uuid.New()})
		if err := call(ctx, hidden); !fault.Is(err, fault.NotFound) || err.Error() != never.Error() {
			t.Errorf("%s: got %v, of one that never was %v", what, err, never)
		}
		for who, ctx := range map[string]context.Context{"who reaches it": ctx, "who reaches all": r.ctx} {
			if err := call(ctx, shown); err != nil {
				t.Errorf("%s, %s: %v", what, who, err)
			}
		}
	}
	page, err := r.List(ctx, conversation.ListInput{Status: "all"})
	if err != nil || len(page.Items) != 1 || page.Items[0].ID != shown.ConversationID {
		t.Errorf("got %+v %v", page, err)
	}
}

func (r *room) send(to uuid.UUID, body string) conversation.Message {
	r.t.Helper()
	m, err := r.Send(r.ctx, conversation.SendInput{ContactID: to, Channel: "sms", Body: body})
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}
