package access

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// membershipRow is what somebody holds in a place, with the role's own row.
type membershipRow struct {
	SubAccount  *uuid.UUID   `json:"sub_account"` // nil: the agency itself
	Role        Role         `json:"role"`
	Name        string       `json:"name"`
	Permissions []Permission `json:"permissions"` // of a role of the agency's own
	Reach       Span         `json:"reach"`
	Team        []uuid.UUID  `json:"team"` // who share a team with the person; for the reach team alone
}

// membershipsSQL is a JSON list of the memberships of the person p.
const membershipsSQL = `coalesce((select jsonb_agg(jsonb_build_object(
		'sub_account', m.sub_account_id, 'role', m.role, 'name', r.name, 'permissions', r.permissions, 'reach', r.reach,
		'team', case when r.reach = 'team' then (
			select jsonb_agg(distinct mate.person_id) from team t
			  join team_member mine on mine.team_id = t.id and mine.person_id = p.id
			  join team_member mate on mate.team_id = t.id
			 where t.sub_account_id = m.sub_account_id) end) order by m.id)
	from membership m join role r on r.key = m.role where m.person_id = p.id), '[]')`

// held gives what the role amounts to for the person.
func (r membershipRow) held(person uuid.UUID) held {
	out := held{role: r.Role, name: r.Name, permissions: r.Role.Permissions(), reach: tenancy.Everything, span: r.Reach}
	if !r.Role.BuiltIn() {
		for _, p := range r.Permissions {
			if p.Known() { // a release may have taken one away
				out.permissions = append(out.permissions, p)
			}
		}
	}
	if r.Reach == SpanAll {
		return out
	}
	out.reach = tenancy.Reach{People: []uuid.UUID{person}}
	for _, mate := range r.Team {
		if mate != person {
			out.reach.People = append(out.reach.People, mate)
		}
	}
	return out
}

func membershipsOf(ctx context.Context, tx pgx.Tx, person uuid.UUID) (out []membershipRow, err error) {
	err = tx.QueryRow(ctx, `select `+membershipsSQL+` from (select @person::uuid as id) p`,
		pgx.StrictNamedArgs{"person": person}).Scan(&out)
	return out, err
}

func upsertMembership(ctx context.Context, tx pgx.Tx, person Person, scope tenancy.Tenant, role Role, now time.Time) error {
	_, err := tx.Exec(ctx, `
		insert into membership (id, agency_id, person_id, sub_account_id, role, created_at)
		values (@id, @agency, @person, @sub_account, @role, @now)
		on conflict on constraint membership_person_key do update set role = @role`,
		pgx.StrictNamedArgs{
			"id": newID(), "agency": person.Agency, "person": person.ID, "sub_account": orNull(scope.SubAccount),
			"role": string(role), "now": now,
		})
	return err
}

func isMember(ctx context.Context, tx pgx.Tx, scope tenancy.Tenant, email string) (member bool, err error) {
	err = tx.QueryRow(ctx, `
		select exists (select from membership m join person p on p.id = m.person_id
			where m.agency_id = @agency and m.sub_account_id is not distinct from @sub_account and p.email = @email)`,
		pgx.StrictNamedArgs{"agency": scope.Agency, "sub_account": orNull(scope.SubAccount), "email": email}).Scan(&member)
	return member, err
}
