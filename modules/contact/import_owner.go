package contact

import (
	"context"
	"strings"

	"github.com/google/uuid"
)

// ownerKey is how a member is looked for: by an address, or by a name whatever
// the case.
func ownerKey(cell string) string {
	if strings.Contains(cell, "@") {
		return cleanEmail(cell)
	}
	return fold(cell)
}

// owners are those who work here, by their addresses and names. A name that
// several have is nobody's.
func (s *Service) owners(ctx context.Context) (map[string]uuid.UUID, error) {
	list, err := s.Members.Colleagues(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]uuid.UUID{}
	for _, one := range list {
		name := ownerKey(one.Name)
		if _, twice := out[name]; twice {
			out[name] = uuid.Nil
		} else {
			out[name] = one.ID
		}
	}
	for _, one := range list {
		out[ownerKey(one.Email)] = one.ID
	}
	return out, nil
}
