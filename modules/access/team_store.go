package access

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// selectTeams of a sub-account, or one of them. lock is how their rows are
// locked.
func selectTeams(ctx context.Context, r db.Reader, tenant tenancy.Tenant, id uuid.UUID, lock string) ([]Team, error) {
	rows, err := r.Query(ctx, `
		select t.id, t.name, array(select tm.person_id from team_member tm where tm.team_id = t.id order by tm.person_id) as members,
			t.version, t.created_at, t.updated_at
		from team t
		where t.agency_id = @agency and t.sub_account_id = @sub_account and (@id::uuid = '00000000-0000-0000-0000-000000000000' or t.id = @id)
		order by lower(t.name)`+lock,
		pgx.StrictNamedArgs{"agency": tenant.Agency, "sub_account": tenant.SubAccount, "id": id})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Team])
}

// oneTeam gives NotFound, or Stale where version is neither zero nor the team's.
func oneTeam(ctx context.Context, r db.Reader, tenant tenancy.Tenant, id uuid.UUID, version int64, lock string) (Team, error) {
	if id == uuid.Nil {
		return Team{}, errTeamUnknown
	}
	found, err := selectTeams(ctx, r, tenant, id, lock)
	switch {
	case err != nil:
		return Team{}, err
	case len(found) == 0:
		return Team{}, errTeamUnknown
	case version != 0 && version != found[0].Version:
		return Team{}, errStale.With("version", found[0].Version)
	}
	return found[0], nil
}

func insertTeam(ctx context.Context, tx pgx.Tx, tenant tenancy.Tenant, t Team) error {
	_, err := tx.Exec(ctx, `
		insert into team (id, agency_id, sub_account_id, name, version, created_at, updated_at)
		values (@id, @agency, @sub_account, @name, @version, @created_at, @updated_at)`,
		pgx.StrictNamedArgs{
			"id": t.ID, "agency": tenant.Agency, "sub_account": tenant.SubAccount, "name": t.Name, "version": t.Version,
			"created_at": t.CreatedAt, "updated_at": t.UpdatedAt,
		})
	return teamConflict(err)
}

func updateTeam(ctx context.Context, tx pgx.Tx, tenant tenancy.Tenant, t Team) error {
	_, err := tx.Exec(ctx, `update team set name = @name, version = @version, updated_at = @updated_at
		where id = @id and sub_account_id = @sub_account`,
		pgx.StrictNamedArgs{
			"id": t.ID, "sub_account": tenant.SubAccount, "name": t.Name, "version": t.Version, "updated_at": t.UpdatedAt,
		})
	return teamConflict(err)
}

func deleteTeam(ctx context.Context, tx pgx.Tx, tenant tenancy.Tenant, id uuid.UUID) error {
	_, err := tx.Exec(ctx, `delete from team where id = @id and sub_account_id = @sub_account`,
		pgx.StrictNamedArgs{"id": id, "sub_account": tenant.SubAccount})
	return err
}

func replaceTeamMembers(ctx context.Context, tx pgx.Tx, t Team) error {
	_, err := tx.Exec(ctx, `delete from team_member where team_id = @team and not person_id = any(@members)`,
		pgx.StrictNamedArgs{"team": t.ID, "members": t.Members})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into team_member (team_id, person_id) select @team, unnest(@members::uuid[]) on conflict do nothing`,
		pgx.StrictNamedArgs{"team": t.ID, "members": t.Members})
	return err
}

func teamConflict(err error) error {
	if db.Constraint(err) == "team_name_key" {
		return errTeamName.Wrap(err)
	}
	return err
}
