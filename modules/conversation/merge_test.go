package conversation_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// rows are all of a table, but for what a change always changes.
func (r *room) rows(table string) (out []string) {
	r.t.Helper()
	err := r.tenants.InTenant(r.ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(r.ctx, `select (to_jsonb(r) - 'version' - 'updated_at')::text from `+table+` r order by 1`)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

func (r *room) merge(to uuid.UUID, from ...uuid.UUID) contact.Merge {
	r.t.Helper()
	_, m, err := r.contacts.Merge(r.ctx, contact.MergeInput{ID: to, From: from})
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

// inbox tells of each thread whose it is, what is unread and what it says.
func (r *room) inbox() (out []string) {
	r.t.Helper()
	page, err := r.List(r.ctx, conversation.ListInput{Status: "all"})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, c := range page.Items {
		line := fmt.Sprint(c.Contact.Name, " ", c.Unread, ":")
		list, err := r.Messages(r.ctx, conversation.MessagesInput{ConversationID: c.ID})
		if err != nil {
			r.t.Fatal(err)
		}
		for _, m := range list.Items {
			if m.ContactID != c.Contact.ID {
				r.t.Errorf("%s is of another contact than its thread", m.Body)
			}
			line += " " + m.Body
		}
		if c.Last == nil || c.Last.ID != list.Items[0].ID {
			r.t.Errorf("%s: the last message is another one", line)
		}
		out = append(out, line)
	}
	return out
}

func TestThreadsJoinInAMergeAndPartInItsUndo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		writes []string // before the merge: A, B or C
		merged []string
	}{
		"both had one":           {[]string{"A", "B", "A"}, []string{"A 3: 2A 1B 0A"}},
		"only the other had one": {[]string{"B"}, []string{"A 1: 0B"}},
		"only two others had":    {[]string{"C", "B"}, []string{"A 2: 1B 0C"}},
		"all had one":            {[]string{"C", "A", "B"}, []string{"A 3: 2B 1A 0C"}},
		"nobody had one":         {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t)
			people := map[string]contact.Contact{}
			for i, who := range []string{"A", "B", "C"} {
				var err error
				people[who], err = r.contacts.Create(r.ctx, contact.CreateInput{FirstName: who, Phone: fmt.Sprintf("+1415555012%d", i)})
				if err != nil {
					t.Fatal(err)
				}
			}
			for i, who := range c.writes {
				r.receive(people[who].Phone, fmt.Sprint(i, who))
			}
			before := [][]string{r.rows("conversation"), r.rows("message"), r.rows("conversation_moved")}
			m := r.merge(people["A"].ID, people["B"].ID, people["C"].ID)
			if diff := cmp.Diff(c.merged, r.inbox()); diff != "" {
				t.Error(diff)
			}
			if _, err := r.contacts.UndoMerge(r.ctx, m.ID); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(before, [][]string{r.rows("conversation"), r.rows("message"), r.rows("conversation_moved")}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatCameAfterAMergeStaysWithTheSurvivor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		writes []string
		after  []string
	}{
		"into a thread that was joined": {[]string{"A", "B"}, []string{"A 2: late 0A", "B 1: 1B"}},
		"into a thread that went along": {[]string{"B"}, []string{"A 1: late", "B 1: 0B"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t)
			people := map[string]contact.Contact{}
			for i, who := range []string{"A", "B"} {
				var err error
				people[who], err = r.contacts.Create(r.ctx, contact.CreateInput{FirstName: who, Phone: fmt.Sprintf("+1415555012%d", i)})
				if err != nil {
					t.Fatal(err)
				}
			}
			for i, who := range c.writes {
				r.receive(people[who].Phone, fmt.Sprint(i, who))
			}
			m := r.merge(people["A"].ID, people["B"].ID)
			r.receive(people["B"].Phone, "late") // whose number is A's now
			if _, err := r.contacts.UndoMerge(r.ctx, m.ID); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.after, r.inbox()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A text is taken in while its sender is being merged: it waits, and lands where
// the sender is then.
func TestATextThatComesInTheMiddleOfAMergeIsNotLost(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	a, b := r.contact("+14155550121"), r.contact("+14155550122")
	r.receive(b.Phone, "before")
	late := make(chan error, 1)
	err := r.contacts.Together(r.ctx, func(ctx context.Context) error {
		if _, _, err := r.contacts.Merge(ctx, contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}}); err != nil {
			return err
		}
		go func() {
			late <- r.tenants.InTenant(r.ctx, func(tx pgx.Tx) error {
				_, _, err := r.Receive(r.ctx, tx, conversation.Inbound{Channel: "sms", From: b.Phone, To: "+14155550100", Body: "after", ProviderID: "x"})
				return err
			})
		}()
		return r.waiting()
	})
	if other := <-late; err != nil || other != nil {
		t.Fatal(err, other)
	}
	if diff := cmp.Diff([]string{"C+14155550121 2: after before"}, r.inbox()); diff != "" {
		t.Error(diff)
	}
}

func TestNothingIsSentToOneWhoWasMerged(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	a, b := r.contact("+14155550121"), r.contact("+14155550122")
	r.merge(a.ID, b.ID)
	_, err := r.Send(r.ctx, conversation.SendInput{ContactID: b.ID, Channel: "sms", Body: "hi"})
	if f, _ := fault.As(err); !fault.Is(err, fault.NotFound) || f.Meta["merged_into"] != any(a.ID) {
		t.Error(err)
	}
}

// waiting returns once a transaction waits for a lock.
func (r *room) waiting() error {
	conn, err := pgx.Connect(r.ctx, r.super)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(r.ctx) }()
	for {
		var n int
		err := conn.QueryRow(r.ctx, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).Scan(&n)
		if err != nil || n > 0 {
			return err
		}
	}
}
