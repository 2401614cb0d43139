package access

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// CreateAPIKey makes a key and gives its token, which is shown once. The key
// never holds more than its maker: Denied "api_key.scopes" otherwise.
func (s *Service) CreateAPIKey(ctx context.Context, p Principal, in APIKeyInput) (APIKey, string, error) {
	if err := in.Validate(); err != nil {
		return APIKey{}, "", err
	}
	if err := s.ownAccount(ctx, p, in.SubAccount); err != nil {
		return APIKey{}, "", err
	}
	grantable := p.grantable(in.SubAccount)
	for _, scope := range in.Scopes {
		if !slices.Contains(grantable, scope) {
			return APIKey{}, "", errScopes.With("scope", scope)
		}
	}
	token, hash := auth.NewToken(apiKeyPrefix)
	scopes := slices.Clone(in.Scopes)
	slices.Sort(scopes)
	key := APIKey{
		ID: newID(), Agency: p.Agency, SubAccount: in.SubAccount, Name: strings.TrimSpace(in.Name),
		Scopes: slices.Compact(scopes), Hint: auth.TokenHint(token), CreatedBy: creatorOf(p.Actor), CreatedAt: s.now(),
	}
	err := s.control.InTx(ctx, func(tx pgx.Tx) error {
		present, err := keysOf(ctx, tx, p.Agency, in.SubAccount)
		if err != nil {
			return err
		}
		if len(present) >= maxKeysPerScope {
			return errTooManyKeys
		}
		if err := insertKey(ctx, tx, key, hash); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency, SubAccount: in.SubAccount}, "api_key.created", key.ID,
			map[string]any{"name": key.Name, "scopes": key.Scopes, "hint": key.Hint})
	})
	if err != nil {
		return APIKey{}, "", err
	}
	return key, token, nil
}

// APIKeys lists the keys of a sub-account, or the agency's own for uuid.Nil,
// the oldest first, without revoked ones.
func (s *Service) APIKeys(ctx context.Context, p Principal, subAccount uuid.UUID) (out []APIKey, err error) {
	if err := s.ownAccount(ctx, p, subAccount); err != nil {
		return nil, err
	}
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		out, err = keysOf(ctx, tx, p.Agency, subAccount)
		return err
	})
	return out, err
}

// RevokeAPIKey ends a key of the sub-account, or of the agency for uuid.Nil, at
// once.
func (s *Service) RevokeAPIKey(ctx context.Context, p Principal, subAccount, id uuid.UUID) error {
	if err := s.ownAccount(ctx, p, subAccount); err != nil {
		return err
	}
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		revoked, err := revokeKey(ctx, tx, p.Agency, subAccount, id, s.now())
		if err != nil || !revoked {
			return orElse(err, errKeyUnknown)
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency, SubAccount: subAccount}, "api_key.revoked", id, nil)
	})
}

// ownAccount makes a sub-account of another agency, or one where the principal
// has no business, not found.
func (s *Service) ownAccount(ctx context.Context, p Principal, subAccount uuid.UUID) error {
	if subAccount == uuid.Nil {
		if len(p.Permissions(uuid.Nil)) == 0 {
			return errDenied
		}
		return nil
	}
	account, err := s.directory.Account(ctx, subAccount)
	if fault.Is(err, fault.NotFound) || err == nil && (account.Agency != p.Agency || !p.belongs(subAccount)) {
		return errForeign
	}
	return err
}

// grantable is what the principal may put into a key. A key of the agency may
// hold the permissions on its sub-accounts too.
func (p Principal) grantable(subAccount uuid.UUID) []Permission {
	switch {
	case subAccount != uuid.Nil:
		return p.Permissions(subAccount)
	case p.IsKey() && p.KeyScope == uuid.Nil:
		return p.Scopes
	case !p.IsKey():
		return slices.Clone(p.held[uuid.Nil].permissions)
	}
	return nil
}

func (s *Service) authenticateKey(ctx context.Context, hash []byte) (Principal, error) {
	var key APIKey
	err := s.control.Read(ctx, func(r db.Reader) error {
		found, ok, err := liveKey(ctx, r, hash)
		if err != nil || !ok {
			return orElse(err, errKeyRefused)
		}
		key = found
		return nil
	})
	if err != nil {
		return Principal{}, err
	}
	out := Principal{
		Actor:  tenancy.Actor{Kind: tenancy.Key, ID: key.ID.String(), Name: key.Name},
		Agency: key.Agency, Key: key.ID, Scopes: key.Scopes, KeyScope: key.SubAccount,
	}
	now := s.now()
	if key.LastUsedAt != nil && now.Sub(*key.LastUsedAt) < lastSeenEvery {
		return out, nil
	}
	return out, s.control.InTx(ctx, func(tx pgx.Tx) error { return touchKey(ctx, tx, key.ID, now) })
}
