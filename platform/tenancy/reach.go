package tenancy

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Reach is whose records a request may see and change in a sub-account:
// everybody's, or those of certain people. The zero value reaches nothing.
type Reach struct {
	All bool
	// People, if not All: the caller first, then whoever shares a team with them.
	People []uuid.UUID
}

// Everything is the reach of system work and of roles that aren't held back.
var Everything = Reach{All: true}

type reachKey struct{}

// WithReach holds what runs under the context to a reach.
func WithReach(ctx context.Context, r Reach) context.Context {
	return context.WithValue(ctx, reachKey{}, r)
}

// ReachFrom gives the context's reach. A context without one is the system's own
// work, which reaches everything: the door sets a reach for each request.
func ReachFrom(ctx context.Context) Reach {
	if r, ok := ctx.Value(reachKey{}).(Reach); ok {
		return r
	}
	return Everything
}

// Holds tells whether a record of any of these people is in reach; one of nobody
// is in the reach of All alone.
func (r Reach) Holds(people ...uuid.UUID) bool {
	return r.All || slices.ContainsFunc(people, func(p uuid.UUID) bool { return slices.Contains(r.People, p) })
}

// Own is the person whose a new record becomes if nobody is named, so that its
// maker doesn't lose it at once: nobody for All.
func (r Reach) Own() uuid.NullUUID {
	if r.All || len(r.People) == 0 {
		return uuid.NullUUID{}
	}
	return uuid.NullUUID{UUID: r.People[0], Valid: true}
}

// Condition is SQL that follows a where clause and holds it to the reach: "" for
// All, so that the common plan stays as it is. Each term admits rows by the
// argument @reach, such as "owner_id = any(@reach)"; it is added to args.
func (r Reach) Condition(args map[string]any, terms ...string) string {
	if r.All {
		return ""
	}
	args["reach"] = append([]uuid.UUID{}, r.People...)
	return ` and (` + strings.Join(terms, ` or `) + `)`
}
