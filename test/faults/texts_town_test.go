package faults_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/sandbox/carrier"
	"github.com/omnicrm/omnicrm/test/faults/stack"
)

const (
	contactsEach = 10
	stopper      = 3 // which of a shop's contacts says STOP halfway
	stopWord     = "STOP"
)

// fates are what becomes of texts to a shop's last handsets; the others get theirs.
var fates = map[int]carrier.Fate{
	7: {Status: carrier.StatusUndelivered, ErrorCode: 30003},
	8: {Status: carrier.StatusFailed, ErrorCode: 30007},
	9: {Status: carrier.StatusSent}, // no receipt ever comes
}

// town is every shop with its customers, and what the shops were promised.
type town struct {
	t      *testing.T
	stack  *stack.Stack
	agency *stack.Agency
	shops  []*shop

	mu       sync.Mutex
	accepted []accepted
	repeats  int // requests that had to be made again
}

// shop is a sub-account and its customers' handsets.
type shop struct {
	id       uuid.UUID
	name     string
	number   string
	handsets []string
	contacts []uuid.UUID
}

func numbers(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("+1415555%04d", 100+i)
	}
	return out
}

// found opens n shops and makes their contacts.
func (w *town) found(n int) {
	w.t.Helper()
	asked := make([]*v1alpha1.SubAccount, n)
	for i := range n {
		asked[i] = w.ask(i)
	}
	var wait sync.WaitGroup
	for i, sub := range asked {
		w.stack.AwaitReady(w.t, sub)
		s := w.open(i, sub)
		w.shops = append(w.shops, s)
		wait.Go(func() { w.meet(s) })
	}
	wait.Wait()
	if w.t.Failed() {
		w.t.FailNow()
	}
}

// ask asks for a shop; every fourth has a database of its own.
func (w *town) ask(i int) *v1alpha1.SubAccount {
	w.t.Helper()
	sub, err := w.stack.AddSubAccount(w.t.Context(), fmt.Sprintf("shop-%d", i), numbers(i + 1)[i], i%4 == 3)
	if err != nil {
		w.t.Fatal(err)
	}
	return sub
}

func (w *town) open(i int, sub *v1alpha1.SubAccount) *shop {
	s := &shop{id: uuid.MustParse(sub.Status.ID), name: sub.Name, number: numbers(i + 1)[i]}
	for c := range contactsEach {
		s.handsets = append(s.handsets, fmt.Sprintf("+1212555%04d", 1000+i*contactsEach+c))
	}
	return s
}

// meet makes a shop's contacts.
func (w *town) meet(s *shop) {
	for c, handset := range s.handsets {
		if fate, ok := fates[c]; ok {
			if err := w.stack.Carrier.SetFate(handset, fate); err != nil {
				w.t.Error(err)
			}
		}
		var made struct{ ID uuid.UUID }
		w.post(s, "/contacts", map[string]any{"first_name": fmt.Sprint("Customer ", c), "phone": handset}, &made)
		s.contacts = append(s.contacts, made.ID)
	}
}

// post asks until there is a definite answer, which has to be a good one.
func (w *town) post(s *shop, path string, in, out any) (ok bool) {
	answer, tries, err := w.agency.Post(w.t.Context(), "/api/v1/sub-accounts/"+s.id.String()+path, uuid.NewString(), in)
	if err == nil && answer.Status != http.StatusCreated {
		err = fmt.Errorf("%d: %s", answer.Status, answer.Body)
	}
	if err == nil {
		err = json.Unmarshal(answer.Body, out)
	}
	if err != nil {
		w.t.Errorf("%s: POST %s: %v", s.name, path, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.repeats += tries - 1
	return err == nil
}

// write has a shop send its n-th text, to each contact in turn.
func (w *town) write(s *shop, n int) {
	c := n % contactsEach
	body := fmt.Sprintf("%s, text %d", s.name, n)
	var made struct{ ID uuid.UUID }
	if !w.post(s, "/messages", map[string]any{"contact_id": s.contacts[c], "channel": "sms", "body": body}, &made) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.accepted = append(w.accepted, accepted{SubAccount: s.id, ID: made.ID, To: s.handsets[c], Body: body})
}

// hear has a customer text the shop.
func (w *town) hear(s *shop, c int, body string) {
	if _, err := w.stack.Carrier.Text(s.handsets[c], s.number, body); err != nil {
		w.t.Errorf("%s: a text from a customer: %v", s.name, err)
	}
}

// trade has a shop send its texts over a time, some customers answer, and one say
// STOP halfway. A slow answer holds up its own request alone.
func (w *town) trade(s *shop, texts int, during time.Duration) {
	var wait sync.WaitGroup
	defer wait.Wait()
	for n := range texts {
		wait.Go(func() { w.write(s, n) })
		switch {
		case n == texts/2:
			w.hear(s, stopper, stopWord)
		case n%10 == 5:
			w.hear(s, n%3, fmt.Sprintf("to %s: answer %d", s.name, n))
		}
		stack.Rest(w.t.Context(), during/time.Duration(texts))
	}
}
