package main

import (
	"github.com/spf13/cobra"

	"github.com/omnicrm/omnicrm/cmd/omnicrm/plug"
)

func eventsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "events",
		Short: "Print the table of event kinds, docs/events.md",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(plug.KindsPage())
			return err
		},
	}
}
