package apiserver

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/modules/contact"
)

// View is a way to look at contacts.
type View struct {
	ID        uuid.UUID    `json:"id" format:"uuid" doc:"The view's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120011"`
	Object    string       `json:"object" enum:"contact" doc:"What it shows." example:"contact"`
	Name      string       `json:"name" doc:"What people read." example:"Leads of this week"`
	Filter    filterTree   `json:"filter" doc:"Which contacts, in the filter language; null is all of them." example:"{\"field\":\"first_name\",\"op\":\"starts_with\",\"value\":\"Mar\"}"`
	Words     string       `json:"words" doc:"The filter in plain English; empty for none, and where it is broken." example:"first name starts with “Mar”"`
	Columns   []string     `json:"columns" doc:"The columns in their order, as filters name the fields; emails, phones, address, company and opted_out besides." example:"[\"name\",\"email\",\"custom.plan\"]"`
	Sort      string       `json:"sort" enum:"name,-name,created_at,-created_at,updated_at,-updated_at" doc:"The order; a minus turns it round." example:"-created_at"`
	Shared    bool         `json:"shared" doc:"Whether everybody here sees it; else its owner alone." example:"true"`
	Own       bool         `json:"own" doc:"Whether it was made by who asks." example:"true"`
	OwnerID   string       `json:"owner_id" doc:"Who made it: a person's id, or a key's." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	Position  int32        `json:"position" doc:"Its place in the order." example:"10"`
	Broken    []BrokenPart `json:"broken" doc:"The parts that name something which is no longer there. With a broken filter, finding contacts is refused until it is mended."`
	CreatedAt time.Time    `json:"created_at" doc:"When it was made." example:"2026-02-01T12:00:00Z"`
	UpdatedAt time.Time    `json:"updated_at" doc:"When it last changed." example:"2026-02-02T08:15:00Z"`
	Version   int64        `json:"version" doc:"One more with every change; the ETag holds it." example:"3"`
}

// BrokenPart is a part of a view that no longer holds.
type BrokenPart struct {
	Path    string `json:"path" doc:"Where it stands." example:"filter.and[1].field"`
	Message string `json:"message" doc:"What is wrong with it." example:"There is no field \"custom.plan\". It may have been deleted."`
}

// NewView is a view as somebody makes it.
type NewView struct {
	Object   string     `json:"object" enum:"contact" doc:"What it shows." example:"contact"`
	Name     string     `json:"name" maxLength:"100" doc:"What people read." example:"Leads of this week"`
	Filter   filterTree `json:"filter,omitzero" doc:"Which contacts, in the filter language; null or nothing is all of them." example:"{\"field\":\"first_name\",\"op\":\"starts_with\",\"value\":\"Mar\"}"`
	Columns  []string   `json:"columns,omitempty" maxItems:"100" doc:"The columns in their order; none leaves them to who looks." example:"[\"name\",\"email\",\"custom.plan\"]"`
	Sort     string     `json:"sort,omitempty" enum:"name,-name,created_at,-created_at,updated_at,-updated_at" doc:"The order; by name unless it is given." example:"-created_at"`
	Shared   bool       `json:"shared,omitempty" doc:"Whether everybody here sees it; that takes views.share." example:"false"`
	Position int32      `json:"position,omitempty" doc:"Its place in the order." example:"10"`
}

// ViewInput is a view as somebody changes it.
type ViewInput struct {
	Name     *string    `json:"name,omitempty" maxLength:"100" doc:"What people read." example:"Leads of this month"`
	Filter   filterTree `json:"filter,omitzero" doc:"Which contacts; null is all of them, what is absent stays." example:"{\"field\":\"first_name\",\"op\":\"starts_with\",\"value\":\"Mar\"}"`
	Columns  *[]string  `json:"columns,omitempty" maxItems:"100" doc:"All of them, in their order." example:"[\"name\",\"phone\"]"`
	Sort     *string    `json:"sort,omitempty" enum:"name,-name,created_at,-created_at,updated_at,-updated_at" doc:"The order." example:"name"`
	Shared   *bool      `json:"shared,omitempty" doc:"Whether everybody here sees it; a change takes views.share." example:"true"`
	Position *int32     `json:"position,omitempty" doc:"Its place in the order." example:"20"`
}

// ViewPath names a view.
type ViewPath struct {
	InSub
	View uuid.UUID `path:"view" format:"uuid" doc:"The view's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120011"`
}

type viewOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
	Body View
}

type viewsOutput struct{ Body List[View] }

type listViewsInput struct {
	InSub
	Object string `query:"object" enum:"contact" default:"contact" doc:"What they show." example:"contact"`
}

type createViewInput struct {
	InSub
	Body NewView
}

type patchViewInput struct {
	ViewPath
	Precondition
	Body ViewInput
}

type deleteViewInput struct {
	ViewPath
	Precondition
}

func (s *server) listViews() operation {
	return op("list-views", "List views", "The caller's own and the shared ones, in their order: at most 300.",
		func(ctx context.Context, in *listViewsInput) (*viewsOutput, error) {
			list, err := s.Contacts.Views(ctx, in.Object)
			return &viewsOutput{Body: listOf(list, "", viewsOf(ctx))}, err
		})
}

func (s *server) createView() operation {
	return op("create-view", "Save a view", "A private one needs contacts.read alone, a shared one views.share.",
		func(ctx context.Context, in *createViewInput) (*viewOutput, error) {
			b := in.Body
			input := contact.ViewInput{
				Object: b.Object, Name: &b.Name, Filter: json.RawMessage(b.Filter), Shared: &b.Shared, Position: &b.Position, MayShare: mayShare(ctx),
			}
			if b.Columns != nil {
				input.Columns = &b.Columns
			}
			if b.Sort != "" {
				input.Sort = &b.Sort
			}
			return viewOut(ctx)(s.Contacts.CreateView(ctx, input))
		}, created, once(inTenant), fails(http.StatusConflict), rehearsed)
}

func (s *server) getView() operation {
	return op("get-view", "Read a view", "One that names a field which was deleted is read as well: broken tells where.",
		func(ctx context.Context, in *ViewPath) (*viewOutput, error) {
			return viewOut(ctx)(s.Contacts.GetView(ctx, in.View))
		})
}

func (s *server) patchView() operation {
	return op("patch-view", "Change a view", "Changes what is present. A shared one, or one that is to be, takes views.share.",
		func(ctx context.Context, in *patchViewInput) (*viewOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			b := in.Body
			return viewOut(ctx)(s.Contacts.UpdateView(ctx, in.View, version, contact.ViewInput{
				Name: b.Name, Filter: json.RawMessage(b.Filter), Columns: b.Columns, Sort: b.Sort, Shared: b.Shared, Position: b.Position,
				MayShare: mayShare(ctx),
			}))
		}, fails(http.StatusConflict, http.StatusPreconditionFailed), rehearsed)
}

func (s *server) deleteView() operation {
	return op("delete-view", "Delete a view", "The contacts stay. A shared one takes views.share.",
		func(ctx context.Context, in *deleteViewInput) (*struct{}, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			return nil, s.Contacts.DeleteView(ctx, in.View, version, mayShare(ctx))
		}, fails(http.StatusPreconditionFailed))
}

func mayShare(ctx context.Context) bool {
	c := callOf(ctx)
	return c.principal.Can(access.ViewsShare, c.tenant.SubAccount)
}

func viewOut(ctx context.Context) func(contact.ViewState, error) (*viewOutput, error) {
	return func(v contact.ViewState, err error) (*viewOutput, error) {
		if err != nil {
			return nil, err
		}
		return &viewOutput{ETag: etag(v.Version), Body: viewsOf(ctx)(v)}, nil
	}
}

// viewsOf shows views to who asks.
func viewsOf(ctx context.Context) func(contact.ViewState) View {
	me := callOf(ctx).principal.Actor
	return func(v contact.ViewState) View {
		out := View{
			ID: v.ID, Object: v.Object, Name: v.Name, Filter: filterTree(v.Filter), Words: v.Words, Columns: append([]string{}, v.Columns...),
			Sort: v.Sort, Shared: v.Shared, Own: v.OwnerKind == me.Kind && v.OwnerID == me.ID, OwnerID: v.OwnerID, Position: v.Position,
			Broken: []BrokenPart{}, CreatedAt: v.CreatedAt, UpdatedAt: v.UpdatedAt, Version: v.Version,
		}
		for _, b := range v.Broken {
			out.Broken = append(out.Broken, BrokenPart{Path: b.Path, Message: b.Message})
		}
		return out
	}
}
