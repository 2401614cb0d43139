package main

import (
	"context"

	"github.com/omnicrm/omnicrm/platform/kube"
)

// provision applies the samples and waits until they are Ready.
func (s *stack) provision(ctx context.Context, c *cluster, all samples) (samples, error) {
	s.console.line("  …  applying config/samples")
	for _, o := range all.of("DatabaseServer") {
		name := field(o, "spec", "credentialsSecretRef", "name")
		err := c.secret(ctx, kube.DefaultNamespace, name, map[string]string{
			"username": "postgres", "password": s.kept.PostgresPassword,
		})
		if err != nil {
			return nil, err
		}
	}
	// An agency's namespace is the operator's to make: what lies in one is
	// applied again until it is there.
	for _, o := range all {
		mine, err := c.applyInTime(ctx, o)
		if err != nil {
			return nil, err
		}
		if !mine {
			s.console.line("  !  %s was changed since; left as it is", title(o))
		}
	}
	return c.settle(ctx, all, s.kept, s.console)
}
