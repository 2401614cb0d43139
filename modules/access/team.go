package access

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

const (
	maxTeams       = 200 // of a sub-account
	maxTeamMembers = 500
)

// Team is some of the people who work in a sub-account. Who holds a role with
// the reach team reaches what belongs to any of them.
type Team struct {
	ID        uuid.UUID
	Name      string
	Members   []uuid.UUID
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// TeamInput describes a team. Version is the version the caller saw; zero takes
// whatever is there. A change leaves what is nil.
type TeamInput struct {
	Name    *string
	Members *[]uuid.UUID
	Version int64
}

func (in TeamInput) apply(t Team) Team {
	if in.Name != nil {
		t.Name = strings.TrimSpace(*in.Name)
	}
	if in.Members != nil {
		t.Members = slices.Clone(*in.Members)
		slices.SortFunc(t.Members, func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) })
		t.Members = slices.Compact(t.Members)
	}
	return t
}

func (t Team) validate() error {
	var c fault.Checks
	length := utf8.RuneCountInString(t.Name)
	c.Check(length >= 1 && length <= maxNameLength && storableText(t.Name), "name", "must have 1 to 120 characters that can be shown")
	c.Check(len(t.Members) <= maxTeamMembers, "members", fmt.Sprintf("must be at most %d people", maxTeamMembers))
	return c.Err("team.invalid")
}

// strangers names the members that don't work in the sub-account.
func strangers(t Team, staff []Member) error {
	var c fault.Checks
	for i, id := range t.Members {
		works := slices.ContainsFunc(staff, func(m Member) bool { return m.ID == id })
		c.Check(works, fmt.Sprintf("members[%d]", i), "doesn't work in this sub-account")
	}
	return c.Err("team.invalid")
}
