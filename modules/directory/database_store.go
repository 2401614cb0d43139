package directory

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
)

type databaseRow struct {
	Database
	AppPassword []byte
}

const databaseColumns = `d.id, d.name, d.server, d.host, d.port, d.pooled, d.dbname, d.sslmode, d.app_user, d.app_password, d.isolation,
	d.schema_version, d.status, d.created_at, d.updated_at`

func selectDatabase(ctx context.Context, tx pgx.Tx, where string, args pgx.StrictNamedArgs) (databaseRow, error) {
	rows, err := tx.Query(ctx, `select `+databaseColumns+` from tenant_database d where `+where, args)
	if err != nil {
		return databaseRow{}, err
	}
	row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[databaseRow])
	if err = db.Classify(err); fault.Is(err, fault.NotFound) {
		return databaseRow{}, errDatabaseUnknown
	}
	return row, err
}

// lockDatabaseAt finds a database by where it is, which no two share.
func lockDatabaseAt(ctx context.Context, tx pgx.Tx, server, dbname string) (databaseRow, error) {
	return selectDatabase(ctx, tx, `d.id = (select id from tenant_database where server = @server and dbname = @dbname limit 1) for update`,
		pgx.StrictNamedArgs{"server": server, "dbname": dbname})
}

func lockDatabase(ctx context.Context, tx pgx.Tx, name string) (databaseRow, error) {
	return selectDatabase(ctx, tx, `d.name = @name for update`, pgx.StrictNamedArgs{"name": name})
}

func databaseByName(ctx context.Context, tx pgx.Tx, name string) (databaseRow, error) {
	return selectDatabase(ctx, tx, `d.name = @name`, pgx.StrictNamedArgs{"name": name})
}

func databaseByID(ctx context.Context, tx pgx.Tx, id uuid.UUID) (databaseRow, error) {
	return selectDatabase(ctx, tx, `d.id = @id`, pgx.StrictNamedArgs{"id": id})
}

func activeDatabases(ctx context.Context, tx pgx.Tx) ([]databaseRow, error) {
	rows, err := tx.Query(ctx, `select `+databaseColumns+` from tenant_database d where d.status = 'active' order by d.id`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[databaseRow])
}

func saveDatabase(ctx context.Context, tx pgx.Tx, d Database, password []byte) error {
	_, err := tx.Exec(ctx, `
		insert into tenant_database (id, name, server, host, port, pooled, dbname, sslmode, app_user, app_password, isolation, schema_version, status, created_at, updated_at)
		values (@id, @name, @server, @host, @port, @pooled, @dbname, @sslmode, @app_user, @app_password, @isolation, @schema_version, @status, @created_at, @updated_at)
		on conflict (id) do update set name = @name, server = @server, host = @host, port = @port, pooled = @pooled, dbname = @dbname, sslmode = @sslmode,
			app_user = @app_user, app_password = @app_password, isolation = @isolation, schema_version = @schema_version,
			status = @status, updated_at = @updated_at`,
		pgx.StrictNamedArgs{
			"id": d.ID, "name": d.Name, "server": d.Server, "host": d.Host, "port": d.Port, "pooled": d.Pooled, "dbname": d.DBName, "sslmode": d.SSLMode,
			"app_user": d.AppUser, "app_password": password, "isolation": string(d.Isolation), "schema_version": d.SchemaVersion,
			"status": string(d.Status), "created_at": d.CreatedAt, "updated_at": d.UpdatedAt,
		})
	return err
}

func deleteDatabase(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	_, err := tx.Exec(ctx, `delete from tenant_database where id = @id`, pgx.StrictNamedArgs{"id": id})
	switch db.Constraint(err) {
	case "sub_account_database_fkey", "agency_database_fkey":
		return errDatabaseInUse.Wrap(err)
	}
	return err
}

func countOccupants(ctx context.Context, tx pgx.Tx, id uuid.UUID) (n int, err error) {
	err = tx.QueryRow(ctx, `select count(*) from sub_account where database_id = @id`, pgx.StrictNamedArgs{"id": id}).Scan(&n)
	return n, err
}
