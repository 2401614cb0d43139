package apiserver

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// ApiKey is a program's key.
type ApiKey struct {
	ID         uuid.UUID  `json:"id" format:"uuid" doc:"The key's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120004"`
	Name       string     `json:"name" doc:"What it is for." example:"Website forms"`
	Scopes     []string   `json:"scopes" doc:"What it may do." example:"[\"contacts.write\"]"`
	Prefix     string     `json:"prefix" doc:"What shows of the key, to tell it from others." example:"omni_…x7Qd"`
	CreatedBy  *Actor     `json:"created_by,omitempty" doc:"Who made it, a person by the name of today; absent where that is not known any more."`
	CreatedAt  time.Time  `json:"created_at" doc:"When it was made." example:"2026-02-01T12:00:00Z"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty" doc:"When it was last used, within some minutes; absent when it never was." example:"2026-02-03T09:30:00Z"`
	Key        string     `json:"key,omitempty" doc:"The key itself: only in the answer that makes it." example:"omni_4Zr1…"`
}

// CreateApiKey asks for a key.
type CreateApiKey struct {
	Name   string   `json:"name" minLength:"1" maxLength:"120" doc:"What it is for." example:"Website forms"`
	Scopes []string `json:"scopes" minItems:"1" maxItems:"50" doc:"What it may do; no more than you may." example:"[\"contacts.write\"]"`
}

type KeyID struct {
	ID uuid.UUID `path:"id" format:"uuid" doc:"The key's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120004"`
}

type keyOutput struct{ Body ApiKey }

type keysOutput struct{ Body List[ApiKey] }

type createAgencyKeyInput struct{ Body CreateApiKey }

type createKeyInput struct {
	InSub
	Body CreateApiKey
}

type deleteKeyInput struct {
	InSub
	KeyID
}

func (s *server) listAgencyKeys() operation {
	return op("list-agency-api-keys", "List the agency's API keys", "Those that reach the agency and all its sub-accounts; never the keys themselves.",
		func(ctx context.Context, _ *struct{}) (*keysOutput, error) { return s.keysOf(ctx, uuid.Nil) })
}

func (s *server) createAgencyKey() operation {
	return op("create-agency-api-key", "Create an agency API key", "The answer holds the key, this once.",
		func(ctx context.Context, in *createAgencyKeyInput) (*keyOutput, error) {
			return s.makeKey(ctx, uuid.Nil, in.Body)
		}, created, once(inControl), rehearsed)
}

func (s *server) deleteAgencyKey() operation {
	return op("delete-agency-api-key", "Revoke an agency API key", "It stops working at once.",
		func(ctx context.Context, in *KeyID) (*struct{}, error) {
			return nil, s.Access.RevokeAPIKey(ctx, callOf(ctx).principal, uuid.Nil, in.ID)
		})
}

func (s *server) listKeys() operation {
	return op("list-api-keys", "List a sub-account's API keys", "Those that reach this sub-account alone; never the keys themselves.",
		func(ctx context.Context, in *InSub) (*keysOutput, error) { return s.keysOf(ctx, in.SubAccount) })
}

func (s *server) createKey() operation {
	return op("create-api-key", "Create an API key of a sub-account", "The answer holds the key, this once.",
		func(ctx context.Context, in *createKeyInput) (*keyOutput, error) {
			return s.makeKey(ctx, in.SubAccount, in.Body)
		}, created, once(inControl), rehearsed)
}

func (s *server) deleteKey() operation {
	return op("delete-api-key", "Revoke an API key of a sub-account", "It stops working at once.",
		func(ctx context.Context, in *deleteKeyInput) (*struct{}, error) {
			return nil, s.Access.RevokeAPIKey(ctx, callOf(ctx).principal, in.SubAccount, in.ID)
		})
}

func (s *server) keysOf(ctx context.Context, subAccount uuid.UUID) (*keysOutput, error) {
	keys, err := s.Access.APIKeys(ctx, callOf(ctx).principal, subAccount)
	return &keysOutput{Body: listOf(keys, "", wireKey)}, err
}

func (s *server) makeKey(ctx context.Context, subAccount uuid.UUID, in CreateApiKey) (*keyOutput, error) {
	key, token, err := s.Access.CreateAPIKey(ctx, callOf(ctx).principal, access.APIKeyInput{
		SubAccount: subAccount, Name: in.Name, Scopes: named[access.Permission](in.Scopes),
	})
	out := wireKey(key)
	out.Key = token
	return &keyOutput{Body: out}, err
}

func wireKey(k access.APIKey) ApiKey {
	return ApiKey{
		CreatedBy: wireCreator(k.CreatedBy),
		ID:        k.ID, Name: k.Name, Scopes: texts(k.Scopes), Prefix: k.Hint, CreatedAt: k.CreatedAt, LastUsedAt: k.LastUsedAt,
	}
}

// wireCreator is who made a thing; nil where nobody knows.
func wireCreator(a tenancy.Actor) *Actor {
	if a.Name == "" && a.ID == "" {
		return nil
	}
	out := wireActor(a)
	return &out
}
