package conversation_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func TestInboxIsReadResolvedAndReopened(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	m := r.receive("+14155550123", "Hello?")
	r.receive("+14155550123", "Anybody?")
	read, err := r.Update(r.ctx, conversation.UpdateInput{ID: m.ConversationID, Read: true, Status: ptr(conversation.Resolved)})
	if err != nil || read.Unread != 0 || read.Status != conversation.Resolved || read.Last.Body != "Anybody?" {
		t.Fatalf("%+v, %v", read, err)
	}
	same, err := r.Update(r.ctx, conversation.UpdateInput{ID: m.ConversationID, Read: true})
	if err != nil || same.Version != read.Version {
		t.Fatalf("reading twice: version %d, %v", same.Version, err)
	}
	if open, err := r.List(r.ctx, conversation.ListInput{}); err != nil || len(open.Items) != 0 {
		t.Fatalf("%+v, %v", open, err)
	}
	r.receive("+14155550123", "Still there?")
	open, err := r.List(r.ctx, conversation.ListInput{Unread: true})
	if err != nil || len(open.Items) != 1 || open.Items[0].Unread != 1 || open.Items[0].Status != conversation.Open {
		t.Fatalf("%+v, %v", open, err)
	}
	if _, err := r.Update(r.ctx, conversation.UpdateInput{ID: m.ConversationID, Status: ptr("gone")}); !fault.Is(err, fault.Invalid) {
		t.Fatal(err)
	}
}

func TestPagesAreTheWholeInOrder(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	var want, got []string
	for i := range 7 {
		r.receive(fmt.Sprintf("+1415555020%d", i), fmt.Sprint("hello ", i))
		want = append([]string{fmt.Sprint("hello ", i)}, want...)
	}
	in := conversation.ListInput{Limit: 3}
	for {
		page, err := r.List(r.ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Items {
			got = append(got, c.Last.Body)
		}
		if in.Cursor = page.Next; in.Cursor == "" {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	first := r.receive("+14155550200", "again")
	thread := conversation.MessagesInput{ConversationID: first.ConversationID, Limit: 1}
	one, err := r.Messages(r.ctx, thread)
	if err != nil || one.Items[0].Body != "again" {
		t.Fatalf("%+v, %v", one, err)
	}
	thread.Cursor = one.Next
	two, err := r.Messages(r.ctx, thread)
	if err != nil || two.Items[0].Body != "hello 0" || two.Next != "" {
		t.Fatalf("%+v, %v", two, err)
	}
	thread.ConversationID = uuid.New()
	if _, err := r.Messages(r.ctx, thread); !fault.Is(err, fault.Invalid) {
		t.Fatalf("a cursor of another thread: %v", err)
	}
}

func TestForeignThreadIsNotFound(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	m := r.receive("+14155550123", "Hello?")
	_, get := r.Get(r.foreign, m.ConversationID)
	_, messages := r.Messages(r.foreign, conversation.MessagesInput{ConversationID: m.ConversationID})
	_, message := r.Message(r.foreign, m.ID)
	_, update := r.Update(r.foreign, conversation.UpdateInput{ID: m.ConversationID, Read: true})
	_, retry := r.Retry(r.foreign, m.ID)
	for verb, err := range map[string]error{"get": get, "messages": messages, "message": message, "update": update, "retry": retry} {
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", verb, err)
		}
	}
}
