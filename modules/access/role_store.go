package access

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

type roleRow struct {
	Key         Role
	Agency      uuid.UUID
	Level       Level
	Name        string
	Description string
	Permissions []Permission
	Reach       Span
	Members     int
	Version     int64
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

const roleColumns = `r.key, coalesce(r.agency_id, '00000000-0000-0000-0000-000000000000') as agency, r.level, r.name, r.description,
	r.permissions, r.reach, r.version, r.created_at, r.updated_at,
	(select count(*) from membership m where m.role = r.key and m.agency_id = @agency)::int as members`

func (r roleRow) noun() RoleInfo {
	out := RoleInfo(r)
	if r.Key.BuiltIn() {
		out.Permissions = r.Key.Permissions()
		return out
	}
	known := make([]Permission, 0, len(r.Permissions))
	for _, p := range r.Permissions {
		if p.Known() {
			known = append(known, p)
		}
	}
	out.Permissions = known
	return out
}

// selectRoles gives the agency's own and the built-in ones.
func selectRoles(ctx context.Context, r db.Reader, agency uuid.UUID, where, tail string, args pgx.StrictNamedArgs) ([]RoleInfo, error) {
	args["agency"] = agency
	rows, err := r.Query(ctx, `select `+roleColumns+` from role r where (r.agency_id = @agency or r.agency_id is null) and `+where+tail, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (RoleInfo, error) {
		found, err := pgx.RowToStructByName[roleRow](row)
		return found.noun(), err
	})
}

// oneRole gives errRoleUnknown if there is none. lock is how its row is locked.
func oneRole(ctx context.Context, r db.Reader, agency uuid.UUID, key Role, lock string) (RoleInfo, error) {
	if !storableText(string(key)) {
		return RoleInfo{}, errRoleUnknown
	}
	found, err := selectRoles(ctx, r, agency, `r.key = @key`, lock, pgx.StrictNamedArgs{"key": string(key)})
	if err != nil || len(found) == 0 {
		return RoleInfo{}, orElse(err, errRoleUnknown)
	}
	return found[0], nil
}

func roleArgs(r RoleInfo) pgx.StrictNamedArgs {
	permissions := make([]string, 0, len(r.Permissions))
	for _, p := range r.Permissions {
		permissions = append(permissions, string(p))
	}
	return pgx.StrictNamedArgs{
		"key": string(r.Key), "agency": r.Agency, "name": r.Name, "description": r.Description,
		"permissions": permissions, "reach": string(r.Reach), "version": r.Version, "updated_at": r.UpdatedAt,
	}
}

func insertRole(ctx context.Context, tx pgx.Tx, r RoleInfo) error {
	args := roleArgs(r)
	args["level"], args["created_at"] = string(r.Level), r.CreatedAt
	_, err := tx.Exec(ctx, `
		insert into role (key, agency_id, level, name, description, permissions, reach, version, created_at, updated_at)
		values (@key, @agency, @level, @name, @description, @permissions, @reach, @version, @created_at, @updated_at)`, args)
	return roleConflict(err)
}

func updateRole(ctx context.Context, tx pgx.Tx, r RoleInfo) error {
	_, err := tx.Exec(ctx, `
		update role set name = @name, description = @description, permissions = @permissions, reach = @reach,
			version = @version, updated_at = @updated_at
		where key = @key and agency_id = @agency`, roleArgs(r))
	return roleConflict(err)
}

func deleteRole(ctx context.Context, tx pgx.Tx, r RoleInfo) error {
	_, err := tx.Exec(ctx, `delete from role where key = @key and agency_id = @agency`,
		pgx.StrictNamedArgs{"key": string(r.Key), "agency": r.Agency})
	return err
}

// openInvitationsTo counts who was invited to the role and hasn't answered.
func openInvitationsTo(ctx context.Context, tx pgx.Tx, r RoleInfo, now time.Time) (n int, err error) {
	err = tx.QueryRow(ctx, `
		select count(*) from invitation
		where agency_id = @agency and role = @key and accepted_at is null and revoked_at is null and expires_at > @now`,
		pgx.StrictNamedArgs{"agency": r.Agency, "key": string(r.Key), "now": now}).Scan(&n)
	return n, err
}

func roleConflict(err error) error {
	if db.Constraint(err) == "role_name_key" {
		return errRoleName.Wrap(err)
	}
	return err
}
