package apiserver

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// DuplicateGroup is contacts that may be one person.
type DuplicateGroup struct {
	Contacts []Contact       `json:"contacts" doc:"Two to ten, those of the surest pair first."`
	Pairs    []DuplicatePair `json:"pairs" doc:"Who may be the same as whom, the surest first."`
}

// DuplicatePair is two contacts that may be one person.
type DuplicatePair struct {
	A          uuid.UUID         `json:"a" format:"uuid" doc:"One of them." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	B          uuid.UUID         `json:"b" format:"uuid" doc:"The other one." example:"01920e5c-7f3a-7c1e-9d59-0242ac120006"`
	Confidence int               `json:"confidence" doc:"How sure it is, of a hundred." example:"90"`
	Reasons    []DuplicateReason `json:"reasons" doc:"What they have in common."`
}

// DuplicateReason is something that two contacts have in common.
type DuplicateReason struct {
	Rule       string `json:"rule" enum:"email,phone,name_birthday,name_postal,name_company,name_phone" doc:"email: the same mailbox, with dots or a tag. phone: the same number in another form. name_…: the same name and birthday, postal code or company. name_phone: nearly the same name and the same phone area." example:"email"`
	Confidence int    `json:"confidence" doc:"How sure this alone is, of a hundred." example:"90"`
}

// DuplicateContacts are contacts of whom something is said.
type DuplicateContacts struct {
	Contacts []uuid.UUID `json:"contacts" minItems:"2" maxItems:"10" format:"uuid" doc:"The contacts." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120005\", \"01920e5c-7f3a-7c1e-9d59-0242ac120006\"]"`
}

// DismissedPair is two contacts of whom somebody said that they are not the same.
type DismissedPair struct {
	Contacts  []Contact `json:"contacts" minItems:"2" maxItems:"2" doc:"The two."`
	Author    Actor     `json:"author" doc:"Who told them apart, or merged one of them with one that was told apart from the other."`
	CreatedAt time.Time `json:"created_at" doc:"When." example:"2026-02-01T12:00:00Z"`
}

type listDuplicatesInput struct {
	InSub
	Paging
	Least int `query:"least" default:"50" minimum:"1" maximum:"99" doc:"How sure a pair is at least." example:"70"`
}

type duplicatesOutput struct{ Body List[DuplicateGroup] }

type listDismissedInput struct {
	InSub
	Paging
}

type dismissedOutput struct{ Body List[DismissedPair] }

type duplicateContactsInput struct {
	InSub
	Body DuplicateContacts
}

func (s *server) listDuplicates() operation {
	return op("list-duplicates", "List probable duplicates",
		"Groups of contacts in reach that are probably one person each, the surest first. A new or changed contact is in it a moment later. "+
			"A page may hold fewer groups than asked for, or none, while there is a next one.",
		func(ctx context.Context, in *listDuplicatesInput) (*duplicatesOutput, error) {
			page, err := s.Contacts.Duplicates(ctx, contact.DuplicateQuery{Least: in.Least, Cursor: in.Cursor, Limit: in.Limit})
			if err != nil {
				return nil, err
			}
			var all []contact.Contact
			for _, g := range page.Items {
				all = append(all, g.Contacts...)
			}
			items, err := s.wireContacts(ctx, all)
			if err != nil {
				return nil, err
			}
			return &duplicatesOutput{Body: listOf(page.Items, page.Next, func(g contact.DuplicateGroup) DuplicateGroup {
				out := DuplicateGroup{Contacts: items[:len(g.Contacts)], Pairs: []DuplicatePair{}}
				items = items[len(g.Contacts):]
				for _, p := range g.Pairs {
					out.Pairs = append(out.Pairs, wirePair(p))
				}
				return out
			})}, nil
		})
}

func wirePair(p contact.Pair) DuplicatePair {
	out := DuplicatePair{A: p.A, B: p.B, Confidence: p.Confidence, Reasons: []DuplicateReason{}}
	for _, r := range p.Reasons {
		out.Reasons = append(out.Reasons, DuplicateReason{Rule: r.Rule, Confidence: r.Sure})
	}
	return out
}

func (s *server) dismissDuplicates() operation {
	return op("dismiss-duplicates", "Say that contacts are not the same",
		"None of them is found together with another one of them any more, whatever they come to have in common.",
		func(ctx context.Context, in *duplicateContactsInput) (*struct{}, error) {
			return nil, s.Contacts.TellApart(ctx, contact.DistinctInput{Contacts: in.Body.Contacts})
		}, once(inTenant), rehearsed)
}

func (s *server) listDismissedDuplicates() operation {
	return op("list-dismissed-duplicates", "List the pairs that were told apart",
		"Two contacts in reach each, the newest first. restore looks at them again.",
		func(ctx context.Context, in *listDismissedInput) (*dismissedOutput, error) {
			page, err := s.Contacts.Dismissed(ctx, in.Cursor, in.Limit)
			if err != nil {
				return nil, err
			}
			var all []contact.Contact
			for _, d := range page.Items {
				all = append(all, d.A, d.B)
			}
			items, err := s.wireContacts(ctx, all)
			if err != nil {
				return nil, err
			}
			return &dismissedOutput{Body: listOf(page.Items, page.Next, func(d contact.Distinct) DismissedPair {
				out := DismissedPair{Contacts: items[:2:2], Author: wireActor(d.Author), CreatedAt: d.CreatedAt}
				items = items[2:]
				return out
			})}, nil
		})
}

func (s *server) restoreDuplicates() operation {
	return op("restore-duplicates", "Take back that contacts are not the same", "They are found together again, if they have something in common.",
		func(ctx context.Context, in *duplicateContactsInput) (*struct{}, error) {
			return nil, s.Contacts.TakeBack(ctx, contact.DistinctInput{Contacts: in.Body.Contacts})
		}, once(inTenant), rehearsed)
}
