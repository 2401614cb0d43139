package access

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Teams lists a sub-account's teams by name.
func (s *Service) Teams(ctx context.Context, tenant tenancy.Tenant) (out []Team, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		out, err = selectTeams(ctx, r, tenant, uuid.Nil, "")
		return err
	})
	return out, err
}

// TeamOf reads a team of the sub-account; NotFound if there is none.
func (s *Service) TeamOf(ctx context.Context, tenant tenancy.Tenant, id uuid.UUID) (out Team, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		out, err = oneTeam(ctx, r, tenant, id, 0, "")
		return err
	})
	return out, err
}

// CreateTeam makes a team. Errors: Invalid with every field; Conflict
// "team.name_taken", "team.too_many".
func (s *Service) CreateTeam(ctx context.Context, tenant tenancy.Tenant, in TeamInput) (Team, error) {
	now := s.now()
	team := in.apply(Team{ID: newID(), Version: 1, CreatedAt: now, UpdatedAt: now, Members: []uuid.UUID{}})
	if err := team.validate(); err != nil {
		return Team{}, err
	}
	err := s.control.InTx(ctx, func(tx pgx.Tx) error {
		present, err := selectTeams(ctx, tx, tenant, uuid.Nil, "")
		if err != nil {
			return err
		}
		if len(present) >= maxTeams {
			return errTooManyTeams
		}
		if err := insertTeam(ctx, tx, tenant, team); err != nil {
			return err
		}
		if err := s.saveMembers(ctx, tx, tenant, team); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenant, "team.created", team.ID, teamDetail(team))
	})
	return team, err
}

// UpdateTeam changes a team; its members reach each other's records with their
// next request. Errors: those of CreateTeam; NotFound; Stale.
func (s *Service) UpdateTeam(ctx context.Context, tenant tenancy.Tenant, id uuid.UUID, in TeamInput) (after Team, err error) {
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		before, err := oneTeam(ctx, tx, tenant, id, in.Version, ` for update of t`)
		if err != nil {
			return err
		}
		after = in.apply(before)
		if err := after.validate(); err != nil {
			return err
		}
		after.Version, after.UpdatedAt = before.Version+1, s.now()
		if err := updateTeam(ctx, tx, tenant, after); err != nil {
			return err
		}
		if err := s.saveMembers(ctx, tx, tenant, after); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenant, "team.updated", id,
			map[string]any{"before": teamDetail(before), "after": teamDetail(after)})
	})
	return after, err
}

// DeleteTeam takes a team away. Errors: NotFound; Stale.
func (s *Service) DeleteTeam(ctx context.Context, tenant tenancy.Tenant, id uuid.UUID, version int64) error {
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		before, err := oneTeam(ctx, tx, tenant, id, version, ` for update of t`)
		if err != nil {
			return err
		}
		if err := deleteTeam(ctx, tx, tenant, id); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenant, "team.deleted", id, teamDetail(before))
	})
}

func (s *Service) saveMembers(ctx context.Context, tx pgx.Tx, tenant tenancy.Tenant, t Team) error {
	staff, err := selectMembers(ctx, tx, tenant, uuid.Nil)
	if err != nil {
		return err
	}
	if err := strangers(t, staff); err != nil {
		return err
	}
	return replaceTeamMembers(ctx, tx, t)
}

func teamDetail(t Team) map[string]any {
	return map[string]any{"name": t.Name, "members": t.Members}
}
