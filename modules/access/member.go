package access

import (
	"time"

	"github.com/google/uuid"
)

// Member is a person who works in a sub-account, or in the agency.
type Member struct {
	ID        uuid.UUID
	Name      string
	Email     string
	Level     Level // OfAgency: one of the agency's people, who enters every sub-account
	Role      Role
	RoleName  string
	MFA       bool // they have a second factor
	Version   int64
	CreatedAt time.Time // when they joined
	SeenAt    *time.Time
}

// MemberChange gives a member another role. Version is the version the caller
// saw; zero takes whatever is there.
type MemberChange struct {
	SubAccount uuid.UUID // Nil: the agency itself
	Person     uuid.UUID
	Role       Role
	Version    int64
}
