package main

import (
	"github.com/spf13/cobra"

	"github.com/omnicrm/omnicrm/platform/db"
)

func migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the control database to this release's version",
		Long: `Bring the control database to this release's version, as OMNICRM_MIGRATOR_DSN.
It may run at any time, and twice at once. Tenant databases are migrated by the operator.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := newProcess("migrate", "MIGRATOR_DSN")
			if err != nil {
				return err
			}
			version, err := db.MigrateControl(cmd.Context(), p.cfg.MigratorDSN)
			if err != nil {
				return err
			}
			p.log.InfoContext(cmd.Context(), "the control database is up to date", "version", version)
			return nil
		},
	}
}
