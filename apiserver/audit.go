package apiserver

import (
	"context"
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
	At          time.Time       `json:"at" doc:"When." example:"2026-02-02T08:15:00Z"`
}

type auditOutput struct{ Body List[AuditEntry] }

type listAuditInput struct {
	InSub
	Paging
	Subject uuid.UUID `query:"subject" format:"uuid" doc:"Only what was done to this record." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
}

func (s *server) listAudit() operation {
	return op("list-audit", "List changes", "Who did what, the newest first. Entries are never changed or removed.",
		func(ctx context.Context, in *listAuditInput) (*auditOutput, error) {
			page, err := s.Audit.List(ctx, audit.Query{Subject: in.Subject, Cursor: in.Cursor, Limit: in.Limit})
			return &auditOutput{Body: listOf(page.Items, page.Next, wireEntry)}, err
		})
}

func wireEntry(e audit.Entry) AuditEntry {
	return AuditEntry{
		ID: e.ID, Action: e.Kind, SubjectKind: e.SubjectKind, SubjectID: e.SubjectID,
		Actor: wireActor(e.Actor), IP: e.Actor.IP,
		Before: e.Before, After: e.After, At: e.OccurredAt,
	}
}
