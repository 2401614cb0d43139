package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func auditCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "audit", Short: "Verify the audit, and look after the keys that sign it"}
	cmd.AddCommand(auditVerifyCommand(), auditKeysCommand(), auditRotateCommand())
	return cmd
}

func auditVerifyCommand() *cobra.Command {
	var subAccount, agency, keys string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check a chain of hashes and its signatures; name the first broken link",
		Long: `Check the chain of hashes of a sub-account, of an agency's administration, or of the
platform's own (--agency 00000000-0000-0000-0000-000000000000), and the signatures of
its checkpoints. Whoever can change the database can also put a key into it: keep the
output of "omnicrm audit keys" elsewhere, and give it with --keys.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (subAccount == "") == (agency == "") {
				return errors.New("give --sub-account or --agency")
			}
			trusted, err := readKeys(keys)
			if err != nil {
				return err
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
	cmd.Flags().StringVar(&keys, "keys", "", `a file with public keys, as "omnicrm audit keys" writes it; without it, the database's own are believed`)
	return cmd
}

// tell says what came of a verification.
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
		Short: "Write the public keys that sign checkpoints, as JSON",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withAudit(cmd.Context(), func(ctx context.Context, _ administration, s *audit.Service) error {
				keys, err := s.Keys(ctx)
				if err != nil {
					return err
				}
				out := map[string]string{}
				for _, k := range keys {
					out[k.ID] = base64.StdEncoding.EncodeToString(k.Public)
				}
				e := json.NewEncoder(cmd.OutOrStdout())
				e.SetIndent("", "  ")
				return e.Encode(out)
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
	p, err := newProcess("audit", "CONTROL_DSN", "REDIS_URL", "KEYSET")
	if err != nil {
		return err
	}
	a, err := p.openAdministration(ctx, nil)
	if err != nil {
		return err
	}
	defer a.close()
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
	var texts map[string]string
	if err := json.Unmarshal(raw, &texts); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	out := audit.Trusted{}
	for id, text := range texts {
		public, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(public) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("%s: the key %s is not one of Ed25519 in base64", file, id)
		}
		out[id] = public
	}
	return out, nil
}
