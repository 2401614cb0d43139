package webhook

import (
	"strconv"

	"github.com/google/uuid"
)

// PumpJob sends what is due for a subscription. Slot tells a subscription's pumps
// apart, from 0.
type PumpJob struct {
	SubscriptionID uuid.UUID `json:"subscription_id"`
	Slot           int       `json:"slot"`
}

// Kind names the job for ever.
func (PumpJob) Kind() string { return "webhook.pump" }

func (j PumpJob) key() string { return j.SubscriptionID.String() + "/" + strconv.Itoa(j.Slot) }

// RetryJob starts a pump when a retry is due.
type RetryJob struct {
	SubscriptionID uuid.UUID `json:"subscription_id"`
}

// Kind names the job for ever.
func (RetryJob) Kind() string { return "webhook.retry" }
