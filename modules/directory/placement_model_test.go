package directory_test

import (
	"context"
	"slices"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// change is one request to the directory about the sub-account of one name: what operators and consoles ask.
type change struct {
	verb  string // claim, adopt, suspend, resume, delete, retain, remove, read
	uid   string // of the resource that asks
	id    uuid.UUID
	place uuid.UUID // the database that it names
}

// answer is what the directory said.
type answer struct {
	slug   string // of a refusal
	id     uuid.UUID
	uid    string
	place  uuid.UUID
	status tenancy.Status
}

// living is the entry that has the name.
type living struct {
	id, place uuid.UUID
	uid       string
	status    tenancy.Status
}

// kept is an entry that was retained.
type kept struct{ id, place uuid.UUID }

// names is the model: who has the name, and which entries were retained.
type names struct {
	now  living
	kept []kept
}

func (n names) without(id uuid.UUID) names {
	n.kept = slices.DeleteFunc(slices.Clone(n.kept), func(k kept) bool { return k.id == id })
	if n.now.id == id {
		n.now = living{}
	}
	return n
}

func (n names) keptAs(id uuid.UUID) (kept, bool) {
	i := slices.IndexFunc(n.kept, func(k kept) bool { return k.id == id })
	if i < 0 {
		return kept{}, false
	}
	return n.kept[i], true
}

// step tells whether the directory may answer so in that state, and the state after it.
func (n names) step(c change, a answer) (bool, names) {
	_, isKept := n.keptAs(c.id)
	isNow := n.now.id != uuid.Nil && n.now.id == c.id
	switch {
	case c.verb == "claim":
		return n.claim(c, a)
	case c.verb == "read":
		return n.read(a), n
	case c.verb == "remove":
		return a.slug == "", n.without(c.id)
	case !isKept && !isNow:
		return a.slug == "sub_account.unknown", n
	case c.verb == "adopt":
		return n.adopt(c, a)
	case c.verb == "retain":
		if isNow {
			place := n.now.place
			n = n.without(c.id)
			n.kept = append(n.kept, kept{c.id, place})
		}
		return a.slug == "", n
	case isKept:
		return a.slug == "directory.sub_account_retained", n
	}
	n.now.status = statuses[c.verb]
	return a.slug == "", n
}

var statuses = map[string]tenancy.Status{"suspend": tenancy.Suspended, "resume": tenancy.Active, "delete": tenancy.Deleting}

func (n names) claim(c change, a answer) (bool, names) {
	switch {
	case n.now.id == uuid.Nil:
		_, was := n.keptAs(a.id)
		n.now = living{id: a.id, uid: c.uid, place: c.place, status: tenancy.Active}
		return a.slug == "" && a.id != uuid.Nil && !was, n
	case n.now.uid != c.uid:
		return a.slug == "directory.sub_account_taken", n
	case n.now.place != c.place:
		return a.slug == "directory.placement_fixed", n
	}
	n.now.status = tenancy.Active
	return a.slug == "" && a.id == n.now.id, n
}

func (n names) adopt(c change, a answer) (bool, names) {
	k, isKept := n.keptAs(c.id)
	place := n.now.place
	if isKept {
		place = k.place
	}
	switch {
	case place != c.place:
		return a.slug == "directory.placement_fixed", n
	case isKept && n.now.id != uuid.Nil:
		return a.slug == "directory.sub_account_taken", n
	}
	n = n.without(c.id)
	n.now = living{id: c.id, uid: c.uid, place: place, status: tenancy.Active}
	return a.slug == "" && a.id == c.id, n
}

func (n names) read(a answer) bool {
	if n.now.id == uuid.Nil {
		return a.slug == "sub_account.unknown"
	}
	return a == answer{id: n.now.id, uid: n.now.uid, place: n.now.place, status: n.now.status}
}

// ask makes a change of one agency's sub-account "dental".
func (b *bench) ask(ctx context.Context, service *directory.Service, agency directory.Agency, c change) answer {
	var got directory.SubAccount
	var err error
	in := directory.SubAccountInput{
		Agency: agency.ID, Namespace: agency.Namespace, Name: "dental", UID: c.uid, DisplayName: "Dental", Timezone: "America/New_York",
		Country: "US", Currency: "USD", OwnerEmail: "grace@dental.example", Database: c.place,
	}
	switch c.verb {
	case "claim":
		got, err = service.UpsertSubAccount(ctx, in)
	case "adopt":
		in.Adopt = c.id
		got, err = service.UpsertSubAccount(ctx, in)
	case "retain":
		err = service.Retain(ctx, c.id)
	case "remove":
		err = service.Remove(ctx, c.id)
	case "read":
		got, err = service.SubAccountOf(ctx, agency.Namespace, "dental", c.uid)
	default:
		err = service.SetStatus(ctx, c.id, statuses[c.verb])
	}
	if f, is := fault.As(err); is {
		return answer{slug: f.Slug}
	} else if err != nil {
		return answer{slug: err.Error()}
	}
	return answer{id: got.ID, uid: got.UID, place: got.Database, status: got.Status}
}

// placementModel is the model as porcupine wants it.
var placementModel = porcupine.Model{
	Init: func() any { return names{} },
	Step: func(state, input, output any) (bool, any) {
		return state.(names).step(input.(change), output.(answer)) //nolint:forcetypeassert // ours
	},
	Equal: func(a, b any) bool {
		x, y := a.(names), b.(names) //nolint:forcetypeassert // ours
		return x.now == y.now && slices.Equal(x.kept, y.kept)
	},
}
