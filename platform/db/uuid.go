package db

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
)

// plainUUIDs has ids sent as the sixteen bytes that they are. Left to itself pgx
// takes a uuid.UUID for a driver.Valuer, which gives it text to parse again: for a
// thousand ids that is most of what sending them costs.
func plainUUIDs(m *pgtype.Map) {
	m.TryWrapEncodePlanFuncs = append([]pgtype.TryWrapEncodePlanFunc{wrapUUID}, m.TryWrapEncodePlanFuncs...)
}

func wrapUUID(value any) (pgtype.WrappedEncodePlanNextSetter, any, bool) {
	switch id := value.(type) {
	case uuid.UUID:
		return &uuidPlan{}, pgtype.UUID{Bytes: id, Valid: true}, true
	case uuid.NullUUID:
		return &uuidPlan{}, pgtype.UUID{Bytes: id.UUID, Valid: id.Valid}, true
	}
	return nil, nil, false
}

type uuidPlan struct{ next pgtype.EncodePlan }

func (p *uuidPlan) SetNext(next pgtype.EncodePlan) { p.next = next }

func (p *uuidPlan) Encode(value any, buf []byte) ([]byte, error) {
	_, next, _ := wrapUUID(value)
	return p.next.Encode(next, buf)
}
