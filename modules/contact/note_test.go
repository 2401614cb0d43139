package contact_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func TestANoteIsWrittenMentionsChangesAndGoes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	maria := d.create(contact.CreateInput{FirstName: "Maria"})
	of := contact.OfContact(maria.ID)
	n, err := d.CreateNote(d.ctx, of, contact.NoteInput{Body: ptr(" Likes\n\n**tulips** ")})
	if err != nil || n.Body != "Likes\n\n**tulips**" || n.Author.Name != "Ada" {
		t.Fatalf("%+v, %v", n, err)
	}
	mentioned := contact.NoteInput{Mentions: ptr([]uuid.UUID{ada, ada})}
	if n, err = d.UpdateNote(d.ctx, n.ID, 1, mentioned); err != nil || len(n.Mentions) != 1 || n.Version != 2 {
		t.Fatalf("%+v, %v", n, err)
	}
	if n, err = d.UpdateNote(d.ctx, n.ID, 2, mentioned); err != nil || n.Version != 2 {
		t.Fatalf("nothing changed: %+v, %v", n, err)
	}
	if _, err = d.UpdateNote(d.ctx, n.ID, 1, contact.NoteInput{Pinned: ptr(true)}); !fault.Is(err, fault.Stale) {
		t.Errorf("a lost race: %v", err)
	}
	if err := d.DeleteNote(d.ctx, n.ID, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := d.GetNote(d.ctx, n.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("after its deletion: %v", err)
	}
	kinds, _ := d.heard(maria.ID)
	want := []string{"contact.created", "note.created", "note.updated", "person.mentioned", "note.deleted"}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Error(diff)
	}
}

func TestANotesFaultsAreNamed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	of := contact.OfContact(d.create(contact.CreateInput{FirstName: "Maria"}).ID)
	for name, tc := range map[string]struct {
		of   contact.Target
		in   contact.NoteInput
		code fault.Code
		at   string
	}{
		"nothing in it":                {of, contact.NoteInput{Body: ptr(" \n ")}, fault.Invalid, "body"},
		"too much in it":               {of, contact.NoteInput{Body: ptr(strings.Repeat("ä", contact.MaxNote+1))}, fault.Invalid, "body"},
		"a character nobody can see":   {of, contact.NoteInput{Body: ptr("a\x00b")}, fault.Invalid, "body"},
		"somebody who works nowhere":   {of, contact.NoteInput{Body: ptr("a"), Mentions: ptr([]uuid.UUID{ada, uuid.New()})}, fault.Invalid, "mentions[1]"},
		"about nobody that there is":   {contact.OfContact(uuid.New()), contact.NoteInput{Body: ptr("a")}, fault.NotFound, ""},
		"about no company that is":     {contact.OfCompany(uuid.New()), contact.NoteInput{Body: ptr("a")}, fault.NotFound, ""},
		"as long as it may be is fine": {of, contact.NoteInput{Body: ptr(strings.Repeat("ä", contact.MaxNote))}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := d.CreateNote(d.ctx, tc.of, tc.in)
			code, _ := fault.CodeOf(err)
			if code != tc.code {
				t.Fatalf("got %v", err)
			}
			if f, ok := fault.As(err); ok && tc.at != "" && f.Fields[0].Path != tc.at {
				t.Errorf("at %s", f.Fields[0].Path)
			}
		})
	}
}

func TestNotesArePagedThePinnedFirst(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	company := d.company(contact.CompanyInput{Name: ptr("Rossi")})
	of := contact.OfCompany(company.ID)
	for i := range 5 {
		if _, err := d.CreateNote(d.ctx, of, contact.NoteInput{Body: ptr(fmt.Sprint(i)), Pinned: ptr(i == 1)}); err != nil {
			t.Fatal(err)
		}
		d.clock.Advance(time.Second)
	}
	var got []string
	for cursor := ""; ; {
		page, err := d.Notes(d.ctx, of, cursor, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range page.Items {
			got = append(got, n.Body)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"1", "4", "3", "2", "0"}, got); diff != "" {
		t.Error(diff)
	}
	if _, err := d.Notes(d.foreign, of, "", 0); !fault.Is(err, fault.NotFound) {
		t.Errorf("another sub-account reads them: %v", err)
	}
}

func TestWhatHangsOnAContactGoesWithItsErasureAndNotBefore(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	maria := d.create(contact.CreateInput{FirstName: "Maria"})
	of := contact.OfContact(maria.ID)
	n, err := d.CreateNote(d.ctx, of, contact.NoteInput{Body: ptr("secret")})
	if err != nil {
		t.Fatal(err)
	}
	task, err := d.CreateTask(d.ctx, of, contact.TaskInput{Title: ptr("call")})
	if err != nil {
		t.Fatal(err)
	}
	left := func() (n int) {
		err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
			return tx.QueryRow(d.ctx, `select (select count(*) from note) + (select count(*) from task)`).Scan(&n)
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := d.Erase(d.ctx, maria.ID); err != nil || left() != 2 {
		t.Fatalf("a living contact loses what hangs on it: %v", err)
	}
	if err := d.Delete(d.ctx, contact.DeleteInput{ID: maria.ID}); err != nil {
		t.Fatal(err)
	}
	_, noNote := d.GetNote(d.ctx, n.ID)
	_, noTask := d.GetTask(d.ctx, task.ID)
	if !fault.Is(noNote, fault.NotFound) || !fault.Is(noTask, fault.NotFound) {
		t.Errorf("read after the contact's deletion: %v, %v", noNote, noTask)
	}
	d.clock.Advance(contact.RetentionDays * 24 * time.Hour)
	if err := d.Erase(d.ctx, maria.ID); err != nil || left() != 0 {
		t.Errorf("%d left, %v", left(), err)
	}
}
