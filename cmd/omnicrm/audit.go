package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func auditCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "audit", Short: "Verify the audit, and look after the keys that sign it"}
	cmd.AddCommand(auditVerifyCommand(), auditKeysCommand(), auditRotateCommand())
	return cmd
}

func auditVerifyCommand() *cobra.Command {
	var subAccount, agency, file, keys string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check a chain of hashes and its signatures; name the first broken link",
		Long: `Check the chain of hashes of a sub-account, of an agency's administration, or of the
platform's own (--agency 00000000-0000-0000-0000-000000000000), and the signatures of
its checkpoints; or an exported file by itself, with --file: that needs no database and
no configuration. Whoever can change the database can also put a key into it: keep the
output of "omnicrm audit keys" elsewhere, and give it with --key.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			trusted, err := readKeys(keys)
			if err != nil {
				return err
			}
			if file != "" {
				if subAccount+agency != "" || trusted == nil {
					return errors.New("give --key with --file, and no --sub-account or --agency")
				}
				return verifyFile(cmd.OutOrStdout(), file, trusted)
			}
			if (subAccount == "") == (agency == "") {
				return errors.New("give --sub-account, --agency or --file")
			}
			id, err := uuid.Parse(subAccount + agency)
			if err != nil {
				return err
			}
			return withAudit(cmd.Context(), func(ctx context.Context, a administration, s *audit.Service) error {
				if agency != "" {
					sum, err := s.VerifyControl(ctx, id, trusted)
					return tell(cmd.OutOrStdout(), id, sum, err)
				}
				place, err := a.directory.Locate(ctx, id)
				if err != nil {
					return err
				}
				sum, err := s.Verify(tenancy.WithTenant(ctx, place.Tenant), id, trusted)
				return tell(cmd.OutOrStdout(), id, sum, err)
			})
		},
	}
	cmd.Flags().StringVar(&subAccount, "sub-account", "", "the sub-account's id")
	cmd.Flags().StringVar(&agency, "agency", "", "the agency's id")
	cmd.Flags().StringVar(&file, "file", "", "an exported file")
	cmd.Flags().StringVar(&keys, "key", "", `a PEM file with public keys, as "omnicrm audit keys" writes it; of a database without it, the database's own are believed`)
	return cmd
}

func verifyFile(w io.Writer, name string, trusted audit.Trusted) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	sum, err := audit.VerifyFile(f, trusted)
	var broken *audit.Broken
	if errors.As(err, &broken) {
		return fmt.Errorf("%s: the chain %s is broken at %w", name, sum.Chain, broken)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	filter, err := json.Marshal(sum.Filter)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, `The file holds. Chain %s, exported %s, asked for %s.
%d entries, with %d left out between them, from %d to %d; %d checkpoints fit.
The last checkpoint is at %d: %x.
The values of %d entries were erased; %d erasures are recorded outside of this file. Sealed with %s.
`, sum.Chain, sum.At.Format(time.RFC3339), filter, sum.Entries, sum.Omitted, sum.First, sum.Last, sum.Checkpoints,
		sum.Signed, sum.Hash, sum.Erased, sum.Unproven, sum.SignedBy)
	return err
}

func tell(w io.Writer, chain uuid.UUID, sum audit.Verified, err error) error {
	var broken *audit.Broken
	if errors.As(err, &broken) {
		return fmt.Errorf("the chain %s is broken at %w", chain, broken)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "The chain %s holds: %d entries, from %d to %d; %d checkpoints fit, the last at %d; the values of %d entries were erased.\n",
		chain, sum.Entries, sum.First, sum.Last, sum.Checkpoints, sum.Signed, sum.Erased)
	return err
}

func auditKeysCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "keys",
		Short: "Write the public keys that sign checkpoints, as PEM",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withAudit(cmd.Context(), func(ctx context.Context, _ administration, s *audit.Service) error {
				keys, err := s.Keys(ctx)
				if err != nil {
					return err
				}
				for _, k := range keys {
					text, err := k.PEM()
					if err == nil {
						_, err = io.WriteString(cmd.OutOrStdout(), text)
					}
					if err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
}

func auditRotateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rotate-key",
		Short: "Make a new key, which signs checkpoints from now on",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withAudit(cmd.Context(), func(ctx context.Context, _ administration, s *audit.Service) error {
				key, err := s.RotateKey(ctx)
				if err == nil {
					_, err = fmt.Fprintln(cmd.OutOrStdout(), key.ID)
				}
				return err
			})
		},
	}
}

func withAudit(ctx context.Context, fn func(context.Context, administration, *audit.Service) error) error {
	p, err := newProcess("audit", "CONTROL_DSN", "KEYSET")
	if err != nil {
		return err
	}
	c, err := p.openVault(ctx)
	if err != nil {
		return err
	}
	defer c.control.Close()
	a := administration{cellar: c}
	a.directory = directory.New(directory.Options{Control: c.control, Box: c.box, Clock: p.clock})
	tenants := db.NewTenants(a.directory, db.TenantsOptions{MaxConns: 2, Clock: p.clock})
	defer tenants.Close()
	return fn(ctx, a, audit.New(audit.Options{Control: a.control, Tenants: tenants, Clock: p.clock, Box: a.box}))
}

// readKeys reads what "omnicrm audit keys" wrote; nil for no file.
func readKeys(file string) (audit.Trusted, error) {
	if file == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	trusted, err := audit.ReadKeys(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return trusted, nil
}
