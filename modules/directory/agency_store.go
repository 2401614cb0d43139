package directory

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// agencyRow is agency with its hosts, the primary first.
type agencyRow struct {
	ID                                                         uuid.UUID
	Name, Namespace, UID, DisplayName, Isolation, Tier, Status string
	Branding                                                   []byte
	DatabaseID                                                 *uuid.UUID
	Hosts                                                      []string
	CreatedAt, UpdatedAt                                       time.Time
}

// brandingDoc is Branding in the column branding.
type brandingDoc struct {
	LogoURL      string `json:"logo_url,omitempty"`
	PrimaryColor string `json:"primary_color,omitempty"`
	AccentColor  string `json:"accent_color,omitempty"`
	SupportEmail string `json:"support_email,omitempty"`
}

const agencyColumns = `a.id, a.name, a.namespace, a.uid, a.display_name, a.isolation, a.tier, a.status, a.branding, a.database_id,
	(select coalesce(array_agg(h.host order by h.is_primary desc, h.host), '{}') from agency_host h where h.agency_id = a.id) as hosts,
	a.created_at, a.updated_at`

func (r agencyRow) noun() (Agency, error) {
	var branding brandingDoc
	if err := json.Unmarshal(r.Branding, &branding); err != nil {
		return Agency{}, err
	}
	a := Agency{
		ID: r.ID, Name: r.Name, Namespace: r.Namespace, UID: r.UID, DisplayName: r.DisplayName, Branding: Branding(branding),
		Isolation: Isolation(r.Isolation), Tier: r.Tier, Status: tenancy.Status(r.Status), Hosts: r.Hosts, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
	if r.DatabaseID != nil {
		a.Database = *r.DatabaseID
	}
	return a, nil
}

func oneAgency(rows pgx.Rows, missing *fault.Error) (Agency, error) {
	row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[agencyRow])
	if err = db.Classify(err); fault.Is(err, fault.NotFound) {
		return Agency{}, missing
	}
	if err != nil {
		return Agency{}, err
	}
	return row.noun()
}

func selectAgency(ctx context.Context, tx pgx.Tx, where string, args pgx.StrictNamedArgs, missing *fault.Error) (Agency, error) {
	rows, err := tx.Query(ctx, `select `+agencyColumns+` from agency a where `+where, args)
	if err != nil {
		return Agency{}, err
	}
	return oneAgency(rows, missing)
}

func lockAgency(ctx context.Context, tx pgx.Tx, id uuid.UUID) (Agency, error) {
	return selectAgency(ctx, tx, `a.id = @id for update of a`, pgx.StrictNamedArgs{"id": id}, errAgencyUnknown)
}

// lockAgencyOf finds the living entry of a resource by its uid, which nobody has a reason to change, and otherwise the
// one that has its name, whosever it is.
func lockAgencyOf(ctx context.Context, tx pgx.Tx, name, uid string) (Agency, error) {
	return selectAgency(ctx, tx, `a.status <> 'retained' and a.id = (select id from agency where status <> 'retained' and (uid = @uid or name = @name)
		order by uid = @uid desc limit 1) for update of a`, pgx.StrictNamedArgs{"name": name, "uid": uid}, errAgencyUnknown)
}

func agencyByID(ctx context.Context, tx pgx.Tx, id uuid.UUID) (Agency, error) {
	return selectAgency(ctx, tx, `a.id = @id`, pgx.StrictNamedArgs{"id": id}, errAgencyUnknown)
}

func agencyByHost(ctx context.Context, tx pgx.Tx, host string) (Agency, error) {
	return selectAgency(ctx, tx, `a.id = (select agency_id from agency_host where host = @host)`, pgx.StrictNamedArgs{"host": host}, errHostUnknown)
}

func tierOf(ctx context.Context, tx pgx.Tx, agency uuid.UUID) (tier string, err error) {
	err = tx.QueryRow(ctx, `select tier from agency where id = @id`, pgx.StrictNamedArgs{"id": agency}).Scan(&tier)
	return tier, err
}

func saveAgency(ctx context.Context, tx pgx.Tx, a Agency) error {
	branding, err := json.Marshal(brandingDoc(a.Branding))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into agency (id, name, namespace, uid, display_name, branding, isolation, tier, database_id, status, created_at, updated_at)
		values (@id, @name, @namespace, @uid, @display_name, @branding, @isolation, @tier, @database, @status, @created_at, @updated_at)
		on conflict (id) do update set name = @name, namespace = @namespace, uid = @uid, display_name = @display_name,
			branding = @branding, isolation = @isolation, tier = @tier, database_id = @database, status = @status, updated_at = @updated_at`,
		pgx.StrictNamedArgs{
			"id": a.ID, "name": a.Name, "namespace": a.Namespace, "uid": a.UID, "display_name": a.DisplayName, "branding": branding,
			"isolation": string(a.Isolation), "tier": a.Tier, "database": orNull(a.Database), "status": string(a.Status),
			"created_at": a.CreatedAt, "updated_at": a.UpdatedAt,
		})
	switch db.Constraint(err) {
	case "agency_name_key", "agency_namespace_key":
		return errAgencyTaken.Wrap(err)
	case "agency_database_fkey":
		return errDatabaseUnknown.Wrap(err)
	}
	return err
}

func replaceHosts(ctx context.Context, tx pgx.Tx, agency uuid.UUID, hosts []string) error {
	if _, err := tx.Exec(ctx, `delete from agency_host where agency_id = @agency`, pgx.StrictNamedArgs{"agency": agency}); err != nil {
		return err
	}
	for i, host := range hosts {
		tag, err := tx.Exec(ctx, `insert into agency_host (host, agency_id, is_primary) values (@host, @agency, @primary) on conflict (host) do nothing`,
			pgx.StrictNamedArgs{"host": host, "agency": agency, "primary": i == 0})
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return errHostTaken.With("host", host)
		}
	}
	return nil
}

func hasLivingSubAccounts(ctx context.Context, tx pgx.Tx, agency uuid.UUID) (busy bool, err error) {
	err = tx.QueryRow(ctx, `select exists (select from sub_account where agency_id = @agency and status <> 'retained')`,
		pgx.StrictNamedArgs{"agency": agency}).Scan(&busy)
	return busy, err
}

func deleteAgency(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	_, err := tx.Exec(ctx, `delete from agency where id = @id`, pgx.StrictNamedArgs{"id": id})
	if db.Constraint(err) == "sub_account_agency_fkey" {
		return errAgencyInUse.Wrap(err)
	}
	return err
}

func orNull(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}
