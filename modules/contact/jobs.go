package contact

import "github.com/google/uuid"

// EraseJob overwrites a deleted contact once RetentionDays have passed.
type EraseJob struct {
	ContactID uuid.UUID `json:"contact_id"`
}

// Kind names the job for ever.
func (EraseJob) Kind() string { return "contact.erase" }
