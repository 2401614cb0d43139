package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/omnicrm/omnicrm/platform/config"
	"github.com/omnicrm/omnicrm/platform/secrets"
)

func keysetCommand() *cobra.Command {
	var rotate bool
	cmd := &cobra.Command{
		Use:   "keyset",
		Short: "Make the keyset that seals secrets, for OMNICRM_KEYSET",
		Long: `Make the keyset that seals secrets in the databases, for OMNICRM_KEYSET.
Keep it where you keep passwords: without it, what is sealed can't be opened.
With --rotate, add a new key to the present OMNICRM_KEYSET: it seals from now on,
and the old ones still open.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			keyset, err := secrets.GenerateKeyset()
			if rotate {
				cfg, loadErr := config.Load()
				if loadErr != nil {
					return loadErr
				}
				keyset, err = secrets.Rotate(cfg.Keyset)
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), keyset)
			return err
		},
	}
	cmd.Flags().BoolVar(&rotate, "rotate", false, "add a key to OMNICRM_KEYSET instead of starting a new one")
	return cmd
}
