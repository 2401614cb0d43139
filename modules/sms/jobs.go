package sms

import (
	"fmt"

	"github.com/google/uuid"
)

// DeliverJob sends one attempt of a message.
type DeliverJob struct {
	MessageID uuid.UUID `json:"message_id"`
	Attempt   int       `json:"attempt"`
}

// Kind names the job for ever.
func (DeliverJob) Kind() string { return "sms.deliver" }

func (j DeliverJob) key() string { return fmt.Sprintf("%s:%d", j.MessageID, j.Attempt) }

// ReconcileJob asks the carrier what became of an attempt that it did not answer.
type ReconcileJob struct {
	MessageID uuid.UUID `json:"message_id"`
	Attempt   int       `json:"attempt"`
}

// Kind names the job for ever.
func (ReconcileJob) Kind() string { return "sms.reconcile" }

func (j ReconcileJob) key() string { return fmt.Sprintf("%s:%d", j.MessageID, j.Attempt) }

// FollowJob asks the carrier what became of an attempt that it holds.
type FollowJob struct {
	MessageID uuid.UUID `json:"message_id"`
	Attempt   int       `json:"attempt"`
}

// Kind names the job for ever.
func (FollowJob) Kind() string { return "sms.follow" }

func (j FollowJob) key() string { return fmt.Sprintf("%s:%d", j.MessageID, j.Attempt) }

// CollectJob takes in received texts of which no webhook told. Each plans the next.
type CollectJob struct{}

// Kind names the job for ever.
func (CollectJob) Kind() string { return "sms.collect" }

func (CollectJob) key() string { return "collect" }
