package contact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/filter"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// How many views there may be.
const (
	MaxOwnViews    = 100 // of one person that nobody else sees
	MaxSharedViews = 200
	MaxColumns     = 100
)

// View is a way to look at contacts: which ones, in which columns and which
// order. A private one is seen by its owner alone.
type View struct {
	ID        uuid.UUID
	Object    string // ObjectContact
	OwnerKind tenancy.ActorKind
	OwnerID   string
	Name      string
	Filter    json.RawMessage // in the language of platform/filter; nil is everybody
	Columns   []string        // names of fields, as filters name them, and viewColumns
	Sort      string          // as in ListInput
	Shared    bool
	Position  int32
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// ViewState is a view with what has become of its fields.
type ViewState struct {
	View
	Words  string        // the filter in plain English; "" for everybody, or of a broken one
	Broken []fault.Field // what names something that is no longer there, by its path
}

// ViewInput is a view as somebody gives it: what is nil stays.
type ViewInput struct {
	Object   string // for a new one
	Name     *string
	Filter   json.RawMessage // nil stays, JSON's null is everybody
	Columns  *[]string
	Sort     *string
	Shared   *bool
	Position *int32
	// MayShare tells that the caller may make, change and delete shared views.
	MayShare bool
}

// viewColumns are the columns of a table that no filter asks about.
var viewColumns = []string{"emails", "phones", "address", "company", "opted_out"}

func (in ViewInput) on(v View) View {
	if in.Name != nil {
		v.Name = tidy(*in.Name)
	}
	if in.Filter != nil {
		switch {
		case filter.Nothing(in.Filter):
			v.Filter = nil
		case !sameTree(v.Filter, in.Filter):
			v.Filter = bytes.TrimSpace(in.Filter)
		}
	}
	set(&v.Columns, in.Columns)
	set(&v.Sort, in.Sort)
	set(&v.Shared, in.Shared)
	set(&v.Position, in.Position)
	return v
}

// validate names everything at fault in what was given; what was kept before
// stays, broken or not.
func (v View) validate(in ViewInput, known Catalogue) error {
	var f fault.Checks
	f.Check(v.Object == ObjectContact, "object", "It is contact.")
	f.Check(v.Name != "", "name", "A view has a name.")
	text(&f, "name", v.Name, MaxName)
	if in.Filter != nil {
		_, err := filter.Parse(v.Filter, known)
		f.Merge("filter", err)
	}
	if in.Columns != nil {
		f.Check(len(v.Columns) <= MaxColumns, "columns", fmt.Sprintf("A view has at most %d columns.", MaxColumns))
		for _, broken := range known.lacks(v.Columns) {
			f.Check(false, broken.Path, broken.Message)
		}
		for i, name := range v.Columns {
			f.Check(slices.Index(v.Columns, name) == i, fmt.Sprintf("columns[%d]", i), "Another column shows this already.")
		}
	}
	_, sorts := sortColumns[strings.TrimPrefix(v.Sort, "-")]
	f.Check(sorts, "sort", `Sort by name, created_at or updated_at; "-" in front turns the order round.`)
	return f.Err("view.invalid")
}

// lacks names the columns that there aren't.
func (c Catalogue) lacks(columns []string) (out []fault.Field) {
	for i, name := range columns {
		if !c.column(name) && !slices.Contains(viewColumns, name) {
			out = append(out, fault.Field{
				Path: fmt.Sprintf("columns[%d]", i), Message: fmt.Sprintf("There is no field %q. It may have been deleted.", name),
			})
		}
	}
	return out
}

// state tells what a view amounts to with the fields that there are.
func (v View) state(known Catalogue) ViewState {
	out := ViewState{View: v}
	f, err := filter.Parse(v.Filter, known)
	if broken, ok := fault.As(err); ok {
		var below fault.Checks
		below.Merge("filter", broken)
		all, _ := fault.As(below.Err("view.broken"))
		out.Broken = all.Fields
	} else {
		out.Words = f.Words(nil)
	}
	out.Broken = append(out.Broken, known.lacks(v.Columns)...)
	return out
}

func (v View) equal(other View) bool { return reflect.DeepEqual(v, other) }

// sameTree tells whether two say the same, however they are written.
func sameTree(a, b []byte) bool {
	var both [2]any
	for i, raw := range [][]byte{a, b} {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		if err := d.Decode(&both[i]); err != nil {
			return false
		}
	}
	return reflect.DeepEqual(both[0], both[1])
}

// The events of views: the subject is the view, the payload {"view": …} before
// and after.
const (
	SubjectView      = "view"
	EventViewCreated = "view.created"
	EventViewUpdated = "view.updated"
	EventViewDeleted = "view.deleted"
)

// ViewSnapshot is a view in an event. Fields are added, never renamed.
type ViewSnapshot struct {
	ID        uuid.UUID         `json:"id"`
	Object    string            `json:"object"`
	OwnerKind tenancy.ActorKind `json:"owner_kind"`
	OwnerID   string            `json:"owner_id"`
	Name      string            `json:"name"`
	Filter    json.RawMessage   `json:"filter"`
	Columns   []string          `json:"columns"`
	Sort      string            `json:"sort"`
	Shared    bool              `json:"shared"`
	Position  int32             `json:"position"`
	Version   int64             `json:"version"`
}

func snapshotView(v View) ViewSnapshot {
	return ViewSnapshot{
		ID: v.ID, Object: v.Object, OwnerKind: v.OwnerKind, OwnerID: v.OwnerID, Name: v.Name, Filter: v.Filter, Columns: v.Columns,
		Sort: v.Sort, Shared: v.Shared, Position: v.Position, Version: v.Version,
	}
}
