package apiserver

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// AuditChain is where a sub-account's chain of hashes stands.
type AuditChain struct {
	Entries     int64             `json:"entries" doc:"How many entries were ever written." example:"1042"`
	Hash        string            `json:"hash" doc:"The hash of the last one, in hex; empty without one." example:"9f86d081884c7d65"`
	Checkpoints []AuditCheckpoint `json:"checkpoints" doc:"What was signed, the oldest first. Keep them elsewhere: what they say can't be made undone."`
}

// AuditCheckpoint says, signed, what a chain was at some time.
type AuditCheckpoint struct {
	Seq       int64     `json:"seq" doc:"How many entries there were." example:"1000"`
	Hash      string    `json:"hash" doc:"The hash of the last of them, in hex." example:"9f86d081884c7d65"`
	Kind      string    `json:"kind" doc:"periodic, or cut: older entries end here, by the policy." enum:"periodic,cut" example:"periodic"`
	Key       string    `json:"key" doc:"Which key signed it." example:"a1b2c3d4e5f60718"`
	Signature string    `json:"signature" doc:"Ed25519, in base64." example:"3q2+7w=="`
	At        time.Time `json:"at" doc:"When." example:"2026-02-02T03:15:00Z"`
}

// AuditKey is a public key that signs checkpoints.
type AuditKey struct {
	ID        string    `json:"id" doc:"The first eight bytes of the key's SHA-256, in hex." example:"a1b2c3d4e5f60718"`
	Public    string    `json:"public" doc:"The Ed25519 public key, in base64." example:"3q2+7w=="`
	PEM       string    `json:"pem" doc:"The same in PEM, as omnicrm audit verify --key and OpenSSL read it." example:"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA3q2+7w==\n-----END PUBLIC KEY-----\n"`
	CreatedAt time.Time `json:"created_at" doc:"Since when it signs." example:"2026-02-01T00:00:00Z"`
}

// AuditPolicy says how long entries are kept.
type AuditPolicy struct {
	RetentionDays int   `json:"retention_days" doc:"For how many days." example:"400"`
	Version       int64 `json:"version" doc:"One more with every change; the ETag holds it." example:"1"`
}

// PatchAuditPolicy changes it.
type PatchAuditPolicy struct {
	RetentionDays int `json:"retention_days" minimum:"30" maximum:"3650" doc:"For how many days entries are kept." example:"730"`
}

// AgencyAuditEntry is one change of the administration.
type AgencyAuditEntry struct {
	ID         uuid.UUID       `json:"id" format:"uuid" doc:"The entry's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120008"`
	Action     string          `json:"action" doc:"What was done." example:"api_key.created"`
	SubAccount *uuid.UUID      `json:"sub_account_id,omitempty" format:"uuid" doc:"Which sub-account it is about; absent if none." example:"01920e5c-7f3a-7c1e-9d59-0242ac120002"`
	Subject    *uuid.UUID      `json:"subject_id,omitempty" format:"uuid" doc:"What it was done to; absent without an id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120004"`
	Actor      Actor           `json:"actor" doc:"Who did it."`
	IP         string          `json:"ip,omitempty" doc:"From where; absent where unknown." example:"203.0.113.7"`
	UserAgent  string          `json:"user_agent,omitempty" doc:"With what program; absent where unknown." example:"Mozilla/5.0"`
	RequestID  string          `json:"request_id,omitempty" doc:"By which request; absent where there was none." example:"01920e5c-7f3a-7c1e-9d59-0242ac120050"`
	Detail     json.RawMessage `json:"detail" doc:"What else is known." example:"{\"name\":\"Website forms\"}"`
	Seq        int64           `json:"seq,omitempty" doc:"Its place in the agency's chain of hashes." example:"42"`
	Hash       string          `json:"hash,omitempty" doc:"Its hash in the chain, in hex." example:"9f86d081884c7d65"`
	Erased     bool            `json:"erased,omitempty" doc:"True: a person was erased from it: the detail is empty, or of the actor the id alone is left." example:"false"`
	At         time.Time       `json:"at" doc:"When." example:"2026-02-02T08:15:00Z"`
}

type chainOutput struct{ Body AuditChain }

type auditKeysOutput struct{ Body List[AuditKey] }

type auditPolicyOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
	Body AuditPolicy
}

type patchAuditPolicyInput struct {
	InSub
	Precondition
	Body PatchAuditPolicy
}

type listAgencyAuditInput struct {
	Paging
	AuditFilter
	About uuid.UUID `query:"sub_account" format:"uuid" doc:"Only what is about this sub-account." example:"01920e5c-7f3a-7c1e-9d59-0242ac120002"`
}

type agencyAuditOutput struct{ Body List[AgencyAuditEntry] }

func (s *server) getAuditChain() operation {
	return op("get-audit-chain", "Read the audit's chain",
		"Where the chain of hashes stands, and every signed checkpoint. What is signed is the canonical JSON of v, type, chain, seq, hash, kind, key and at.",
		func(ctx context.Context, _ *InSub) (*chainOutput, error) {
			seq, hash, signed, err := s.Audit.Chain(ctx)
			return chainAnswer(seq, hash, signed), err
		})
}

func chainAnswer(seq int64, hash []byte, signed []audit.Checkpoint) *chainOutput {
	out := AuditChain{Entries: seq, Hash: hex.EncodeToString(hash), Checkpoints: []AuditCheckpoint{}}
	for _, c := range signed {
		out.Checkpoints = append(out.Checkpoints, AuditCheckpoint{
			Seq: c.Seq, Hash: hex.EncodeToString(c.Hash), Kind: c.Kind, Key: c.KeyID,
			Signature: base64.StdEncoding.EncodeToString(c.Signature), At: c.CreatedAt,
		})
	}
	return &chainOutput{Body: out}
}

func (s *server) listAuditKeys() operation {
	return op("list-audit-keys", "List the audit's public keys", "Those that sign checkpoints, or have signed them, the newest first.",
		func(ctx context.Context, _ *struct{}) (*auditKeysOutput, error) {
			keys, err := s.Audit.Keys(ctx)
			return &auditKeysOutput{Body: listOf(keys, "", func(k audit.Key) AuditKey {
				text, _ := k.PEM() // a public key of Ed25519 always has one
				return AuditKey{ID: k.ID, Public: base64.StdEncoding.EncodeToString(k.Public), PEM: text, CreatedAt: k.CreatedAt}
			})}, err
		})
}

func (s *server) getAuditPolicy() operation {
	return op("get-audit-policy", "Read the audit's policy", "How long entries are kept: 400 days unless somebody said otherwise.",
		func(ctx context.Context, _ *InSub) (*auditPolicyOutput, error) {
			p, err := s.Audit.Policy(ctx)
			return auditPolicyAnswer(p), err
		})
}

func (s *server) patchAuditPolicy() operation {
	return op("patch-audit-policy", "Change the audit's policy",
		"Entries that are older than that go in the night, behind a signed cut, and can't be had back.",
		func(ctx context.Context, in *patchAuditPolicyInput) (*auditPolicyOutput, error) {
			seen, err := auditPolicyVersion(in.IfMatch)
			if err != nil {
				return nil, err
			}
			p, err := s.Audit.SetPolicy(ctx, in.Body.RetentionDays, seen)
			return auditPolicyAnswer(p), err
		}, fails(http.StatusPreconditionFailed), rehearsed)
}

// auditPolicyVersion is negative for whatever is there; a policy that nobody has
// set is version 0.
func auditPolicyVersion(ifMatch string) (int64, error) {
	switch ifMatch {
	case "", "*":
		return -1, nil
	case etag(0):
		return 0, nil
	}
	return Precondition{IfMatch: ifMatch}.version()
}

func auditPolicyAnswer(p audit.Policy) *auditPolicyOutput {
	return &auditPolicyOutput{ETag: etag(p.Version), Body: AuditPolicy{RetentionDays: p.RetentionDays, Version: p.Version}}
}

func (s *server) listAgencyAudit() operation {
	return op("list-agency-audit", "List changes of the administration",
		"Who signed in, and who changed people, roles, keys, settings and sub-accounts, the newest first.",
		func(ctx context.Context, in *listAgencyAuditInput) (*agencyAuditOutput, error) {
			scope := tenancy.Tenant{Agency: callOf(ctx).agency.ID, SubAccount: in.About}
			page, err := s.Audit.ListControl(ctx, scope, in.query(in.Paging))
			return &agencyAuditOutput{Body: listOf(page.Items, page.Next, wireAgencyEntry)}, err
		})
}

func wireAgencyEntry(e audit.ControlEntry) AgencyAuditEntry {
	return AgencyAuditEntry{
		ID: e.ID, Action: e.Action, SubAccount: idPointer(uuid.NullUUID{UUID: e.SubAccount, Valid: e.SubAccount != uuid.Nil}),
		Subject: idPointer(uuid.NullUUID{UUID: e.Subject, Valid: e.Subject != uuid.Nil}), Actor: wireActor(e.Actor), IP: e.Actor.IP,
		UserAgent: e.Actor.UserAgent, RequestID: e.Actor.RequestID, Detail: e.Detail, Seq: e.Seq, Hash: hex.EncodeToString(e.Hash),
		At: e.OccurredAt, Erased: e.Erased,
	}
}
