package apiserver

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// ContactBatch are up to a hundred changes of contacts.
type ContactBatch struct {
	Items        []BatchItem `json:"items" minItems:"1" maxItems:"100" doc:"They happen in this order."`
	AllOrNothing bool        `json:"all_or_nothing,omitempty" doc:"Whether one that fails undoes all of them; else each stands alone." example:"false"`
}

// BatchItem is one change of a batch.
type BatchItem struct {
	Op          string         `json:"op" enum:"create,update,upsert,delete" doc:"What happens." example:"create"`
	ID          *uuid.UUID     `json:"id,omitempty" format:"uuid" doc:"Of an update, a deletion, or an upsert by id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	Version     int64          `json:"version,omitempty" minimum:"1" doc:"Of an update or a deletion: the version that you saw; another one is refused. Absent, the last writer wins." example:"3"`
	Contact     ContactInput   `json:"contact,omitempty" doc:"What is known of the contact."`
	Match       []string       `json:"match,omitempty" maxItems:"10" doc:"As for an upsert." example:"[\"email\"]"`
	OnAmbiguous string         `json:"on_ambiguous,omitempty" enum:"refuse,first" doc:"As for an upsert." example:"refuse"`
	Conflict    UpsertPolicies `json:"conflict,omitempty" doc:"As for an upsert."`
}

// BatchAnswer has a result for each item, in their order.
type BatchAnswer struct {
	Results []BatchResult `json:"results" doc:"One for each item."`
	Failed  int           `json:"failed" doc:"How many failed." example:"0"`
}

// BatchResult is what became of one item.
type BatchResult struct {
	Index  int           `json:"index" doc:"Which item, from 0." example:"0"`
	Status int           `json:"status" doc:"The status that it would have had alone." example:"201"`
	ID     *uuid.UUID    `json:"id,omitempty" format:"uuid" doc:"The contact's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	Upsert *UpsertAnswer `json:"upsert,omitempty" doc:"What an upsert did."`
	Entry  *Contact      `json:"contact,omitempty" doc:"The contact as it is now; absent after a deletion."`
	Error  *Problem      `json:"error,omitempty" doc:"Why it failed."`
}

type batchContactsInput struct {
	InSub
	Body ContactBatch
}

type batchContactsOutput struct{ Body BatchAnswer }

var errBatch = fault.New(fault.Conflict, "contact.batch_failed", "One of the items failed, so nothing was changed. The member results has its index and why.")

func (s *server) batchContacts() operation {
	return op("batch-contacts", "Change up to a hundred contacts",
		"Each item has its own result, with the status and the problem that it would have had alone. With all_or_nothing, one that fails "+
			"undoes all: 409 contact.batch_failed with the result of that one as the member results.",
		func(ctx context.Context, in *batchContactsInput) (*batchContactsOutput, error) {
			var out BatchAnswer
			run := func(ctx context.Context) error {
				out = BatchAnswer{Results: make([]BatchResult, 0, len(in.Body.Items))}
				for i, item := range in.Body.Items {
					r := s.batchItem(ctx, item)
					r.Index = i
					if out.Results = append(out.Results, r); r.Error == nil {
						continue
					}
					if out.Failed++; in.Body.AllOrNothing {
						return errBatch.With("results", []BatchResult{r}) // of the others nothing is left to tell
					}
				}
				return nil
			}
			together := s.Contacts.Together
			if !in.Body.AllOrNothing {
				together = func(ctx context.Context, fn func(context.Context) error) error { return fn(ctx) }
			}
			if err := together(ctx, run); err != nil {
				return nil, err
			}
			return &batchContactsOutput{Body: out}, nil
		}, once(inTenant), fails(http.StatusConflict))
}

// batchItem does one item. Its problem is its own answer.
func (s *server) batchItem(ctx context.Context, item BatchItem) BatchResult {
	r := BatchResult{Status: http.StatusOK}
	c, err := s.batchVerb(ctx, item, &r)
	if err == nil && c != nil {
		var items []Contact
		if items, err = s.wireContacts(ctx, []contact.Contact{*c}); err == nil {
			r.ID, r.Entry = &items[0].ID, &items[0]
			if r.Upsert != nil {
				r.Upsert.Contact, r.Entry = items[0], nil
			}
		}
	}
	if err != nil {
		p := problemOf(ctx, err)
		return BatchResult{Status: p.Status, Error: p, ID: item.ID}
	}
	return r
}

// misplaced names what an item says that its op would not heed: nothing is left
// out silently.
func (item BatchItem) misplaced() error {
	var f fault.Checks
	given := []struct {
		path string
		is   bool
		ops  string
	}{
		{"id", item.ID != nil, "update delete upsert"},
		{"version", item.Version != 0, "update delete"},
		{"contact", !reflect.ValueOf(item.Contact).IsZero(), "create update upsert"},
		{"match", item.Match != nil, "upsert"},
		{"on_ambiguous", item.OnAmbiguous != "", "upsert"},
		{"conflict", item.Conflict != UpsertPolicies{}, "upsert"},
	}
	for _, g := range given {
		f.Check(!g.is || slices.Contains(strings.Fields(g.ops), item.Op), g.path, "A "+item.Op+" has no use for it: leave it out.")
	}
	f.Check(item.ID != nil || item.Op == "create" || item.Op == "upsert", "id", "Say which contact.")
	return f.Err("request.invalid")
}

func (s *server) batchVerb(ctx context.Context, item BatchItem, r *BatchResult) (*contact.Contact, error) {
	if err := item.misplaced(); err != nil {
		return nil, err
	}
	change := item.Contact.change()
	if item.ID != nil {
		change.ID, change.Version = *item.ID, item.Version
	}
	switch item.Op {
	case "create":
		r.Status = http.StatusCreated
		c, err := s.Contacts.Create(ctx, change.Creation())
		return &c, err
	case "update":
		c, err := s.Contacts.Update(ctx, change)
		return &c, err
	case "delete":
		r.Status, r.ID = http.StatusNoContent, item.ID
		return nil, s.Contacts.Delete(ctx, contact.DeleteInput{ID: change.ID, Version: change.Version})
	}
	done, err := s.upserted(ctx, ContactUpsert{
		ID: item.ID, Match: item.Match, OnAmbiguous: item.OnAmbiguous, Conflict: item.Conflict, Contact: item.Contact,
	})
	if done.Created {
		r.Status = http.StatusCreated
	}
	answer := upsertAnswer(done, Contact{})
	r.Upsert = &answer
	return &done.Contact, err
}
