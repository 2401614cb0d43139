package compliance

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
)

// channels are those that an opt-out from all of them closes.
var channels = []string{"sms", "email", "voice", "chat"}

// Closed names, by address, the channels over which the gate lets nothing out
// since somebody there opted out, in the caller's transaction.
func (s *Service) Closed(ctx context.Context, tx pgx.Tx, addresses []string) (map[string][]string, error) {
	list, err := revoked(ctx, tx, addresses)
	out := map[string][]string{}
	for _, said := range list {
		for _, channel := range channels {
			if (said.Scope == ScopeAll || said.Channel == channel) && !slices.Contains(out[said.Address], channel) {
				out[said.Address] = append(out[said.Address], channel)
			}
		}
	}
	return out, err
}
