package db_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// A module's verb takes its tenant from the context and names it in its SQL all the same. It runs against the tenant
// database at TENANT_DSN, as the role omnicrm_app.
func ExampleTenants_InTenant() {
	place := tenancy.Placement{
		Tenant:   tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()},
		Database: tenancy.Database{ID: uuid.New(), DSN: os.Getenv("TENANT_DSN")}, Status: tenancy.Active,
	}
	tenants := db.NewTenants(tenancy.Static{place}, db.TenantsOptions{MaxConns: 8})
	defer tenants.Close()
	ctx := tenancy.WithTenant(context.Background(), place.Tenant)
	var contacts int
	err := tenants.InTenant(ctx, func(tx pgx.Tx) error {
		db.AfterCommit(tx, func(context.Context) { fmt.Println("counted", contacts) })
		return tx.QueryRow(ctx, `select count(*) from contact where sub_account_id = @sub_account`,
			pgx.StrictNamedArgs{"sub_account": place.SubAccount}).Scan(&contacts)
	})
	if err != nil {
		log.Print(err)
	}
}
