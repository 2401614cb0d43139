package directory

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const subAccountColumns = `s.id, s.agency_id as agency, s.namespace, s.name, s.uid, s.display_name, s.timezone, s.country, s.currency,
	s.owner_email, s.database_id as database, s.telephony is not null as telephony, s.phone_number, s.status, s.created_at, s.updated_at, s.deleted_at`

func selectSubAccount(ctx context.Context, tx pgx.Tx, where string, args pgx.StrictNamedArgs) (SubAccount, error) {
	rows, err := tx.Query(ctx, `select `+subAccountColumns+` from sub_account s where `+where, args)
	if err != nil {
		return SubAccount{}, err
	}
	out, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[SubAccount])
	if err = db.Classify(err); fault.Is(err, fault.NotFound) {
		return SubAccount{}, errSubAccountUnknown
	}
	return out, err
}

func lockSubAccount(ctx context.Context, tx pgx.Tx, id uuid.UUID) (SubAccount, error) {
	return selectSubAccount(ctx, tx, `s.id = @id for update`, pgx.StrictNamedArgs{"id": id})
}

// lockSubAccountOf finds the living entry of a resource by its uid, which nobody has a reason to change, and otherwise
// the one that has its namespace and name, whosever it is. The status stands outside too: who waited for the lock looks at
// that again, and not into the inner query.
func lockSubAccountOf(ctx context.Context, tx pgx.Tx, namespace, name, uid string) (SubAccount, error) {
	return selectSubAccount(ctx, tx, `s.status <> 'retained' and s.id = (select id from sub_account where status <> 'retained'
		and (uid = @uid or namespace = @namespace and name = @name) order by uid = @uid desc limit 1) for update`,
		pgx.StrictNamedArgs{"namespace": namespace, "name": name, "uid": uid})
}

func subAccountByID(ctx context.Context, tx pgx.Tx, id uuid.UUID) (SubAccount, error) {
	return selectSubAccount(ctx, tx, `s.id = @id`, pgx.StrictNamedArgs{"id": id})
}

func subAccountsOfAgency(ctx context.Context, tx pgx.Tx, agency uuid.UUID) ([]SubAccount, error) {
	rows, err := tx.Query(ctx, `select `+subAccountColumns+` from sub_account s where s.agency_id = @agency and s.status <> 'retained'
		order by lower(s.display_name), s.id`, pgx.StrictNamedArgs{"agency": agency})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[SubAccount])
}

func residents(ctx context.Context, tx pgx.Tx, database uuid.UUID) ([]tenancy.Resident, error) {
	rows, err := tx.Query(ctx, `select id as sub_account, agency_id as agency, timezone, status from sub_account
		where database_id = @database and status <> 'retained' order by id`, pgx.StrictNamedArgs{"database": database})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[tenancy.Resident])
}

// saveSubAccount leaves the telephony to saveTelephony.
func saveSubAccount(ctx context.Context, tx pgx.Tx, s SubAccount) error {
	_, err := tx.Exec(ctx, `
		insert into sub_account (id, agency_id, namespace, name, uid, display_name, timezone, country, currency, owner_email,
			database_id, status, created_at, updated_at, deleted_at)
		values (@id, @agency, @namespace, @name, @uid, @display_name, @timezone, @country, @currency, @owner_email,
			@database, @status, @created_at, @updated_at, @deleted_at)
		on conflict (id) do update set namespace = @namespace, name = @name, uid = @uid, display_name = @display_name,
			timezone = @timezone, country = @country, currency = @currency, owner_email = @owner_email, status = @status,
			updated_at = @updated_at, deleted_at = @deleted_at`,
		pgx.StrictNamedArgs{
			"id": s.ID, "agency": s.Agency, "namespace": s.Namespace, "name": s.Name, "uid": s.UID, "display_name": s.DisplayName,
			"timezone": s.Timezone, "country": s.Country, "currency": s.Currency, "owner_email": s.OwnerEmail, "database": s.Database,
			"status": string(s.Status), "created_at": s.CreatedAt, "updated_at": s.UpdatedAt, "deleted_at": s.DeletedAt,
		})
	switch db.Constraint(err) {
	case "sub_account_name_key":
		return errSubAccountTaken.Wrap(err)
	case "sub_account_agency_fkey":
		return errAgencyUnknown.Wrap(err)
	case "sub_account_database_fkey":
		return errDatabaseUnknown.Wrap(err)
	}
	return err
}

func deleteSubAccount(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	_, err := tx.Exec(ctx, `delete from sub_account where id = @id`, pgx.StrictNamedArgs{"id": id})
	return err
}
