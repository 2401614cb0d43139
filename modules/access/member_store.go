package access

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const memberColumns = `p.id, p.name, p.email, m.level, m.role, r.name as role_name, (p.totp_secret is not null or exists (select from passkey k where k.person_id = p.id)) as mfa, m.version, m.created_at,
	(select max(s.last_seen_at) from session s where s.person_id = p.id) as seen_at`

// selectMembers of a sub-account, the agency's people among them, or of the
// agency; one of them, unless person is Nil.
func selectMembers(ctx context.Context, r db.Reader, scope tenancy.Tenant, person uuid.UUID) ([]Member, error) {
	rows, err := r.Query(ctx, `
		select distinct on (lower(p.name), p.id) `+memberColumns+`
		from membership m join person p on p.id = m.person_id join role r on r.key = m.role
		where m.agency_id = @agency and (m.sub_account_id = @sub_account or m.sub_account_id is null)
			and (@person::uuid = '00000000-0000-0000-0000-000000000000' or p.id = @person)
		order by lower(p.name), p.id, m.sub_account_id nulls first`,
		pgx.StrictNamedArgs{"agency": scope.Agency, "sub_account": scope.SubAccount, "person": person})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Member])
}

// lockMember gives who holds a role in the very place, and that role. One of the
// agency's people in a sub-account is a Conflict "member.of_agency".
func lockMember(ctx context.Context, tx pgx.Tx, scope tenancy.Tenant, person uuid.UUID) (Member, RoleInfo, error) {
	rows, err := tx.Query(ctx, `
		select `+memberColumns+`
		from membership m join person p on p.id = m.person_id join role r on r.key = m.role
		where m.agency_id = @agency and m.sub_account_id is not distinct from @sub_account and p.id = @person for update of m`,
		pgx.StrictNamedArgs{"agency": scope.Agency, "sub_account": orNull(scope.SubAccount), "person": person})
	if err != nil {
		return Member{}, RoleInfo{}, err
	}
	found, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Member])
	if errors.Is(err, pgx.ErrNoRows) {
		works, err := worksIn(ctx, tx, scope, person)
		if err == nil && works {
			err = errMemberOfAgency
		}
		return Member{}, RoleInfo{}, orElse(err, errMemberUnknown)
	}
	if err != nil {
		return Member{}, RoleInfo{}, err
	}
	role, err := oneRole(ctx, tx, scope.Agency, found.Role, "")
	return found, role, err
}

func setMemberRole(ctx context.Context, tx pgx.Tx, scope tenancy.Tenant, person uuid.UUID, role Role) error {
	_, err := tx.Exec(ctx, `
		update membership set role = @role, version = version + 1
		where agency_id = @agency and sub_account_id is not distinct from @sub_account and person_id = @person`,
		pgx.StrictNamedArgs{"agency": scope.Agency, "sub_account": orNull(scope.SubAccount), "person": person, "role": string(role)})
	return err
}

// deleteMember takes a person out of a place and its teams, and ends their
// sessions where they work nowhere any more.
func deleteMember(ctx context.Context, tx pgx.Tx, scope tenancy.Tenant, person uuid.UUID) error {
	args := pgx.StrictNamedArgs{"agency": scope.Agency, "sub_account": orNull(scope.SubAccount), "person": person}
	if _, err := tx.Exec(ctx, `delete from membership
		where agency_id = @agency and sub_account_id is not distinct from @sub_account and person_id = @person`, args); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `delete from team_member tm using team t
		where t.id = tm.team_id and t.agency_id = @agency and tm.person_id = @person
			and not exists (select from membership m where m.person_id = @person and (m.sub_account_id = t.sub_account_id or m.sub_account_id is null))`,
		pgx.StrictNamedArgs{"agency": scope.Agency, "person": person})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `delete from session s where s.person_id = @person
		and not exists (select from membership m where m.person_id = @person)`, pgx.StrictNamedArgs{"person": person})
	return err
}

// lockOwners has those who change owners of an agency wait for each other.
func lockOwners(ctx context.Context, tx pgx.Tx, agency uuid.UUID) error {
	_, err := tx.Exec(ctx, `select from membership where agency_id = @agency and role = 'agency_owner' order by id for update`,
		pgx.StrictNamedArgs{"agency": agency})
	return err
}

func countOwners(ctx context.Context, tx pgx.Tx, agency uuid.UUID) (n int, err error) {
	err = tx.QueryRow(ctx, `select count(*) from membership where agency_id = @agency and role = 'agency_owner'`,
		pgx.StrictNamedArgs{"agency": agency}).Scan(&n)
	return n, err
}

func worksIn(ctx context.Context, r db.Reader, scope tenancy.Tenant, person uuid.UUID) (works bool, err error) {
	err = r.QueryRow(ctx, `
		select exists (select from membership where agency_id = @agency and person_id = @person
			and (sub_account_id = @sub_account or sub_account_id is null))`,
		pgx.StrictNamedArgs{"agency": scope.Agency, "sub_account": scope.SubAccount, "person": person}).Scan(&works)
	return works, err
}
