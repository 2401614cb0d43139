package contact

import "github.com/google/uuid"

// MergeExpiryJob forgets what the undo of merges needed that can't be undone any
// more.
type MergeExpiryJob struct{}

// Kind names the job for ever.
func (MergeExpiryJob) Kind() string { return "contact.merge_expiry" }

// MatchWalkJob looks for duplicates among the contacts from before there was such
// a search.
type MatchWalkJob struct{}

// Kind names the job for ever.
func (MatchWalkJob) Kind() string { return "contact.match_walk" }

// EraseJob overwrites a deleted contact once RetentionDays have passed.
type EraseJob struct {
	ContactID uuid.UUID `json:"contact_id"`
}

// Kind names the job for ever.
func (EraseJob) Kind() string { return "contact.erase" }
