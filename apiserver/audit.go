package apiserver

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/audit"
)

// AuditEntry is one change.
type AuditEntry struct {
	ID          uuid.UUID       `json:"id" format:"uuid" doc:"The entry's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120008"`
	Action      string          `json:"action" doc:"What was done." example:"contact.updated"`
	SubjectKind string          `json:"subject_kind" doc:"What sort of record it was done to." example:"contact"`
	SubjectID   uuid.UUID       `json:"subject_id" format:"uuid" doc:"Which one." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	Actor       Actor           `json:"actor" doc:"Who did it."`
	IP          string          `json:"ip,omitempty" doc:"From where; absent where unknown." example:"203.0.113.7"`
	Before      json.RawMessage `json:"before,omitempty" doc:"The record before, in the API's shape; absent if there was none." example:"{\"phone\":\"\"}"`
	After       json.RawMessage `json:"after,omitempty" doc:"The record after; absent if nothing is left." example:"{\"phone\":\"+14155550123\"}"`
	Changes     []AuditChange   `json:"changes" doc:"The fields that differ between before and after."`
	Erased      bool            `json:"erased,omitempty" doc:"True: the values were erased with the contact whose data they were; which fields changed is left." example:"false"`
	UserAgent   string          `json:"user_agent,omitempty" doc:"With what program; absent where unknown." example:"Mozilla/5.0"`
	RequestID   string          `json:"request_id,omitempty" doc:"By which request; absent where there was none." example:"01920e5c-7f3a-7c1e-9d59-0242ac120050"`
	Seq         int64           `json:"seq,omitempty" doc:"Its place in the chain of hashes; absent until it has one." example:"1042"`
	Hash        string          `json:"hash,omitempty" doc:"Its hash in the chain, in hex; absent until it has one." example:"9f86d081884c7d65"`
	At          time.Time       `json:"at" doc:"When." example:"2026-02-02T08:15:00Z"`
}

// AuditChange is a field that changed.
type AuditChange struct {
	Path   string          `json:"path" doc:"Which field, with dots between." example:"phone"`
	Before json.RawMessage `json:"before,omitempty" doc:"What it was; absent if it was not there." example:"\"\""`
	After  json.RawMessage `json:"after,omitempty" doc:"What it is; absent if it is not there any more." example:"\"+14155550123\""`
}

type auditOutput struct{ Body List[AuditEntry] }

// AuditFilter narrows a list of changes.
type AuditFilter struct {
	Subject   uuid.UUID `query:"subject" format:"uuid" doc:"Only what was done to this record." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	Action    string    `query:"action" maxLength:"100" doc:"Only this, or what begins with it when it ends with a star." example:"contact.*"`
	ActorID   string    `query:"actor" maxLength:"100" doc:"Only what this person or key did, by id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	ActorKind string    `query:"actor_kind" enum:"person,key,operator,workflow,carrier,system" doc:"Only what this sort of actor did." example:"person"`
	From      time.Time `query:"from" doc:"Only from then on." example:"2026-02-01T00:00:00Z"`
	To        time.Time `query:"to" doc:"Only before then." example:"2026-03-01T00:00:00Z"`
}

func (f AuditFilter) query(p Paging) audit.Query {
	return audit.Query{
		Subject: f.Subject, Action: f.Action, ActorID: f.ActorID, ActorKind: f.ActorKind, From: f.From, To: f.To,
		Cursor: p.Cursor, Limit: p.Limit,
	}
}

// RecordFilter narrows a list of changes of records.
type RecordFilter struct {
	AuditFilter
	SubjectKind string `query:"subject_kind" maxLength:"64" doc:"Only what was done to this sort of record." example:"contact"`
	Field       string `query:"field" maxLength:"100" doc:"Only changes of fields with this in their path." example:"phone"`
}

type listAuditInput struct {
	InSub
	Paging
	RecordFilter
}

func (f RecordFilter) query(p Paging) audit.Query {
	q := f.AuditFilter.query(p)
	q.SubjectKind, q.Field = f.SubjectKind, f.Field
	return q
}

func (s *server) listAudit() operation {
	return op("list-audit", "List changes",
		"Who did what, the newest first. Entries are in a chain of hashes that is signed every night: they are never changed, "+
			"and removed only when they are older than the policy says.",
		func(ctx context.Context, in *listAuditInput) (*auditOutput, error) {
			page, err := s.Audit.List(ctx, in.query(in.Paging))
			return &auditOutput{Body: listOf(page.Items, page.Next, wireEntry)}, err
		})
}

func wireEntry(e audit.Entry) AuditEntry {
	out := AuditEntry{
		ID: e.ID, Action: e.Kind, SubjectKind: e.SubjectKind, SubjectID: e.SubjectID,
		Actor: wireActor(e.Actor), IP: e.Actor.IP, UserAgent: e.Actor.UserAgent, RequestID: e.Actor.RequestID,
		Before: e.Before, After: e.After, At: e.OccurredAt, Erased: e.ErasedAt != nil, Seq: e.Seq, Hash: hex.EncodeToString(e.Hash),
		Changes: []AuditChange{},
	}
	for _, c := range e.Changes() {
		out.Changes = append(out.Changes, AuditChange(c))
	}
	return out
}
