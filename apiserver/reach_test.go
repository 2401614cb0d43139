package apiserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// narrow are what a role that is held back may do with people.
var narrow = []access.Permission{
	access.ContactsRead, access.ContactsWrite, access.ConversationsRead, access.MessagesSend, access.MembersRead,
}

// somebodys makes a contact with a thread, whose every text is a canary, and
// gives the ids: of the contact, the thread and the message.
func (b *bench) somebodys(owner, person, canary, phone string) []string {
	b.t.Helper()
	of := ""
	if person != "" {
		of = `,"owner_id":"` + person + `"`
	}
	contact := b.must(201, ask{
		method: "POST", path: b.sub("/contacts"), token: owner,
		body: `{"first_name":"` + canary + `","email":"` + canary + `@x.example","phone":"` + phone + `","tags":["` + canary + `"]` + of + `}`,
	}).str("id")
	message := b.must(201, ask{
		method: "POST", path: b.sub("/messages"), token: owner, body: `{"contact_id":"` + contact + `","channel":"sms","body":"` + canary + `"}`,
	})
	b.rewrite(b.one, `update message set status = 'failed' where id = $1`, message.str("id"))
	note := b.must(201, ask{method: "POST", path: b.sub("/contacts/" + contact + "/notes"), token: owner, body: `{"body":"` + canary + `"}`})
	task := b.must(201, ask{method: "POST", path: b.sub("/tasks"), token: owner, body: `{"title":"` + canary + `","contact_id":"` + contact + `"}`})
	return []string{contact, message.str("conversation_id"), message.str("id"), note.str("id"), task.str("id")}
}

// TestNoRouteShowsWhatIsOutOfReach attacks each route of a sub-account as a
// member who reaches their own contacts alone, with the ids of a contact of
// nobody's: what is out of reach reads like what never was.
func TestNoRouteShowsWhatIsOutOfReach(t *testing.T) {
	t.Parallel()
	b, s := newBench(t, patient), readSpec(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	token := b.token(b.acme, b.one.ID, b.role(owner, "account", "assigned", narrow...))
	hidden := b.somebodys(owner, "", canary, "+14155550191")
	file := b.must(201, ask{method: "POST", path: b.sub("/imports?name=a.csv"), token: owner, body: "Name,Email\n" + canary + ",x\n"})
	hidden = append(hidden, file.str("id"))
	v := victim{canary: canary, bench: b, ids: hidden, names: map[string]string{}}
	me := map[string]string{"sub_account": b.one.ID.String(), "name": "no-such-name", "token": "omi_nonsense"}
	for _, r := range s.routes {
		if !r.inSub() || r.listens() {
			continue
		}
		for _, attack := range s.attacks(t, r, me, v) {
			attack.token = token
			if got := b.do(attack.ask); v.leaks(got) && !strings.Contains(attack.path, canary) {
				t.Errorf("%s: %s %s %s: %d %s", attack.why, attack.method, attack.path, attack.body, got.status, got.text)
			}
		}
		if strings.Count(r.path, "{") < 2 {
			continue
		}
		for _, id := range hidden {
			theirs, nobodys := b.gist(t, s, r, me, token, id), b.gist(t, s, r, me, token, uuid.NewString())
			if theirs != nobodys || strings.HasPrefix(theirs, "2") {
				t.Errorf("%s %s tells that %s is there:\n%s\n%s", r.method, r.path, id, theirs, nobodys)
			}
		}
	}
	for _, path := range []string{"/contacts/" + hidden[0], "/conversations/" + hidden[1], "/conversations/" + hidden[1] + "/messages"} {
		b.must(200, ask{path: b.sub(path), token: owner})
		b.must(404, ask{path: b.sub(path), token: token})
	}
}

// gist is an answer without what differs with every answer, and without the id
// that was asked for.
func (b *bench) gist(t *testing.T, s spec, r documented, me map[string]string, token, id string) string {
	t.Helper()
	body := s.bodyOf(t, r, func(at string, s schema) any {
		if s.Format == "uuid" {
			return id
		}
		return example(at, s)
	})
	a := b.do(ask{method: r.method, path: fillAll(r.path, me, id), token: token, body: body, header: map[string]string{"If-Match": `"1"`}})
	return fmt.Sprint(a.status, strings.ReplaceAll(requestID.ReplaceAllString(a.text, ""), id, "ID"), a.header.Get("ETag"))
}

func TestTheReachOfATeamIsWhatBelongsToItsPeople(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	role := b.role(owner, "account", "team", narrow...)
	ann, bob := b.token(b.acme, b.one.ID, role), b.token(b.acme, b.one.ID, role)
	anns, bobs := b.person(ann), b.person(bob)
	b.somebodys(owner, anns, "Anns", "+14155550191")
	hers := b.somebodys(owner, bobs, "Bobs", "+14155550192")
	b.somebodys(owner, "", "Nobodys", "+14155550193")
	sees := func(when string, token string, want ...string) {
		t.Helper()
		for _, path := range []string{"/contacts", "/conversations"} {
			list := b.must(200, ask{path: b.sub(path), token: token})
			for _, name := range []string{"Anns", "Bobs", "Nobodys"} {
				shown := strings.Contains(list.text, name)
				if wanted := strings.Contains(strings.Join(want, " "), name); shown != wanted {
					t.Errorf("%s: %s shows %s: %t", when, path, name, shown)
				}
			}
		}
	}
	sees("without a team", ann, "Anns")
	team := b.must(201, ask{
		method: "POST", path: b.sub("/teams"), token: owner, body: `{"name":"North","members":["` + anns + `","` + bobs + `"]}`,
	})
	sees("in a team", ann, "Anns", "Bobs")
	b.must(200, ask{path: b.sub("/contacts/" + hers[0]), token: ann})
	b.must(200, ask{method: "PATCH", path: b.sub("/teams/" + team.str("id")), token: owner, body: `{"members":["` + bobs + `"]}`})
	sees("out of it", ann, "Anns")
	b.must(404, ask{path: b.sub("/contacts/" + hers[0]), token: ann})
	sees("who reaches all", owner, "Anns", "Bobs", "Nobodys")
}

func TestAStreamTellsWhatIsInReach(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	ann := b.token(b.acme, b.one.ID, b.role(owner, "account", "assigned", narrow...))
	b.somebodys(owner, "", canary, "+14155550191")
	b.somebodys(owner, b.person(ann), "mine", "+14155550192")
	_, err := b.consumer.Once(t.Context(), b.one.ID)
	b.ok(err)
	stream := b.listen(ann, "0")
	for _, want := range []string{"reach.changed", "contact.created", "message.created", "conversation.updated", "note.created", "task.created"} {
		_, kind, data := stream.next()
		if kind != want || strings.Contains(string(data.Payload), canary) {
			t.Errorf("got %s %s, want %s", kind, data.Payload, want)
		}
	}
}

func TestAStreamTellsThatAContactLeftTheReach(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	role := b.role(owner, "account", "assigned", narrow...)
	ann, bob := b.token(b.acme, b.one.ID, role), b.token(b.acme, b.one.ID, role)
	keep := func(person, name string) string {
		return b.must(201, ask{
			method: "POST", path: b.sub("/contacts"), token: owner, body: `{"first_name":"` + name + `","owner_id":"` + person + `"}`,
		}).str("id")
	}
	change := func(id, body string) {
		b.must(200, ask{method: "PATCH", path: b.sub("/contacts/" + id), token: owner, body: body})
	}
	given, never := keep(b.person(ann), canary), keep(b.person(bob), canary)
	change(given, `{"owner_id":"`+b.person(bob)+`"}`)
	change(given, `{"source":"`+canary+`"}`)
	change(never, `{"owner_id":null}`)
	hers := keep(b.person(ann), "Hers")
	_, err := b.consumer.Once(t.Context(), b.one.ID)
	b.ok(err)
	stream := b.listen(ann, "0")
	for _, want := range [][2]string{{"reach.changed", b.one.ID.String()}, {"contact.left", given}, {"contact.created", hers}} {
		_, kind, data := stream.next()
		if kind != want[0] || data.SubjectID.String() != want[1] || strings.Contains(string(data.Payload), canary) {
			t.Errorf("got %s of %s with %s, want %s", kind, data.SubjectID, data.Payload, want)
		}
	}
}

func TestAStreamTellsOnceThatTheReachChanged(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	role := b.role(owner, "account", "team", narrow...)
	ann, bob := b.token(b.acme, b.one.ID, role), b.token(b.acme, b.one.ID, role)
	both := `{"name":"North","members":["` + b.person(ann) + `","` + b.person(bob) + `"]}`
	team := b.must(201, ask{method: "POST", path: b.sub("/teams"), token: owner, body: both})
	for _, name := range []string{"one", "two", "three"} {
		b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: owner, body: `{"first_name":"` + name + `","owner_id":"` + b.person(bob) + `"}`})
	}
	_, err := b.consumer.Once(t.Context(), b.one.ID)
	b.ok(err)

	live := b.listen(ann, "")
	alone := `{"members":["` + b.person(bob) + `"]}`
	b.must(200, ask{method: "PATCH", path: b.sub("/teams/" + team.str("id")), token: owner, body: alone})
	id, kind, data := live.next()
	if kind != "reach.changed" || data.SubjectID != b.one.ID || len(data.Payload) != 0 && string(data.Payload) != "null" {
		t.Fatalf("got %s %+v", kind, data)
	}
	// Who comes back with what they were given is told nothing again; who was in the
	// team when they left, or comes with a bare number, is.
	b.createContact(ann, "Hers")
	number, _, _ := strings.Cut(id, "-")
	for name, tc := range map[string]struct{ last, want string }{
		"with the mark of now":    {id, "contact.created"},
		"with the mark of before": {number + "-0123456789ab", "reach.changed"},
		"with no mark":            {number, "reach.changed"},
	} {
		if _, kind, _ := b.listen(ann, tc.last).next(); kind != tc.want {
			t.Errorf("%s: got %s, want %s", name, kind, tc.want)
		}
	}
	if _, kind, _ := b.listen(owner, number).next(); kind != "contact.created" {
		t.Errorf("who reaches everything is told %s", kind)
	}
}
