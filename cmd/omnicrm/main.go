// Command omnicrm is the whole product in one binary: the operator, the API
// server with the web application, the worker, and the migrations of the
// control database. Each role is stateless; run as many as you need.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones are those of the release, wherever it runs

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := root().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "omnicrm:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop has run
	}
}

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:           "omnicrm",
		Short:         "White-label CRM and messaging for resellers and their customers",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	cmd.AddCommand(apiserverCommand(), workerCommand(), operatorCommand(), migrateCommand(), keysetCommand(), openapiCommand(), eventsCommand(), auditCommand())
	return cmd
}
