package apiserver

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/webhook"
)

// WebhookDelivery is an event for a webhook.
type WebhookDelivery struct {
	ID            uuid.UUID        `json:"id" format:"uuid" doc:"The delivery's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120031"`
	MessageID     string           `json:"message_id" doc:"The header webhook-id, the same in every attempt and every replay." example:"msg_01920e5c7f3a7c1e9d590242ac120031"`
	EventID       uuid.UUID        `json:"event_id" format:"uuid" doc:"The event's id, the same for every webhook." example:"01920e5c-7f3a-7c1e-9d59-0242ac120032"`
	Event         string           `json:"event" doc:"What happened." example:"contact.updated"`
	SubjectKind   string           `json:"subject_kind" doc:"What sort of record it happened to." example:"contact"`
	SubjectID     uuid.UUID        `json:"subject_id" format:"uuid" doc:"Which one. A record's deliveries are sent one after the other." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	State         string           `json:"state" doc:"Where it stands. waiting: behind an earlier one of the same record. failed: it was tried for a day, or the webhook was switched off." enum:"waiting,pending,succeeded,failed" example:"succeeded"`
	Attempts      int              `json:"attempts" doc:"How often it was tried." example:"1"`
	Status        *int             `json:"status,omitempty" doc:"The last answer's status; absent without an answer." example:"200"`
	Error         string           `json:"error,omitempty" doc:"Why the last attempt failed." example:"It answered 500; only 2xx means that it was taken."`
	LatencyMS     *int             `json:"latency_ms,omitempty" doc:"How long the last attempt took." example:"120"`
	NextAttemptAt *time.Time       `json:"next_attempt_at,omitempty" doc:"When it is tried again; absent when it is not." example:"2026-02-02T08:20:00Z"`
	LastAttemptAt *time.Time       `json:"last_attempt_at,omitempty" doc:"When it was last tried." example:"2026-02-02T08:15:00Z"`
	CreatedAt     time.Time        `json:"created_at" doc:"When it was called for." example:"2026-02-02T08:15:00Z"`
	FinishedAt    *time.Time       `json:"finished_at,omitempty" doc:"When it was over; absent until then. It is kept for 30 days from then." example:"2026-02-02T08:15:01Z"`
	Request       json.RawMessage  `json:"request,omitempty" doc:"The body as it is sent; only in the answer that reads one delivery." example:"{\"type\":\"contact.updated\"}"`
	Tries         []WebhookAttempt `json:"tries,omitempty" doc:"The last hundred attempts, the newest first; only in the answer that reads one delivery."`
}

// WebhookAttempt is one call.
type WebhookAttempt struct {
	Number    int       `json:"number" doc:"Which attempt, from 1." example:"1"`
	StartedAt time.Time `json:"started_at" doc:"When the call was made." example:"2026-02-02T08:15:00Z"`
	Finished  bool      `json:"finished" doc:"False: it is under way, or its worker died in it and nobody knows whether it arrived." example:"true"`
	LatencyMS *int      `json:"latency_ms,omitempty" doc:"How long it took." example:"120"`
	Status    *int      `json:"status,omitempty" doc:"The answer's status; absent without an answer." example:"200"`
	Error     string    `json:"error,omitempty" doc:"Why it failed." example:"There was no whole answer in time."`
	Request   string    `json:"request" doc:"The headers that were sent, without the signatures." example:"content-type: application/json"`
	Response  string    `json:"response" doc:"The first kilobyte of the answer." example:"ok"`
}

// ReplayWebhook chooses failed deliveries.
type ReplayWebhook struct {
	Since time.Time `json:"since" doc:"Those that failed from then on." example:"2026-02-02T00:00:00Z"`
}

type DeliveryPath struct {
	WebhookPath
	Delivery uuid.UUID `path:"delivery" format:"uuid" doc:"The delivery's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120031"`
}

type listDeliveriesInput struct {
	WebhookPath
	Paging
	State   string    `query:"state" enum:"waiting,pending,succeeded,failed" doc:"Only those in this state." example:"failed"`
	Event   string    `query:"event" maxLength:"100" doc:"Only those of this kind of event." example:"contact.updated"`
	Subject uuid.UUID `query:"subject" format:"uuid" doc:"Only those about this record." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	Since   time.Time `query:"since" doc:"Only those called for since then." example:"2026-02-02T00:00:00Z"`
}

type replayWebhookInput struct {
	WebhookPath
	Body ReplayWebhook
}

type deliveryOutput struct{ Body WebhookDelivery }

type deliveriesOutput struct{ Body List[WebhookDelivery] }

func (s *server) listDeliveries() operation {
	return op("list-webhook-deliveries", "List a webhook's deliveries", "What was sent and what is still to be, the newest first.",
		func(ctx context.Context, in *listDeliveriesInput) (*deliveriesOutput, error) {
			page, err := s.Webhooks.Deliveries(ctx, webhook.Log{
				Subscription: in.Webhook, State: webhook.State(in.State), Kind: in.Event, Subject: in.Subject, Since: in.Since,
				Cursor: in.Cursor, Limit: in.Limit,
			})
			return &deliveriesOutput{Body: listOf(page.Items, page.Next, wireDelivery)}, err
		})
}

func (s *server) getDelivery() operation {
	return op("get-webhook-delivery", "Read a delivery", "With its body and its attempts.",
		func(ctx context.Context, in *DeliveryPath) (*deliveryOutput, error) {
			d, attempts, err := s.Webhooks.Delivery(ctx, in.Webhook, in.Delivery)
			if err != nil {
				return nil, err
			}
			body := wireDelivery(d)
			body.Request = json.RawMessage(d.Body)
			for _, a := range attempts {
				body.Tries = append(body.Tries, WebhookAttempt{
					Number: a.Number, StartedAt: a.StartedAt, Finished: a.FinishedAt != nil, LatencyMS: a.LatencyMS, Status: a.Status,
					Error: a.Error, Request: a.Request, Response: a.Response,
				})
			}
			return &deliveryOutput{Body: body}, nil
		})
}

func (s *server) pingWebhook() operation {
	return op("ping-webhook", "Test a webhook",
		"Sends an event of the kind webhook.ping, once, also when the webhook is switched off. Read the delivery that is answered to see what came of it.",
		func(ctx context.Context, in *WebhookPath) (*deliveryOutput, error) {
			d, err := s.Webhooks.Ping(ctx, in.Webhook)
			return &deliveryOutput{Body: wireDelivery(d)}, err
		}, created, once(inTenant))
}

func (s *server) replayDelivery() operation {
	return op("replay-webhook-delivery", "Replay a delivery",
		"Sends a finished delivery again, with the same webhook-id. It comes before later ones of the same record that are still to be sent.",
		func(ctx context.Context, in *DeliveryPath) (*deliveryOutput, error) {
			d, err := s.Webhooks.Replay(ctx, in.Webhook, in.Delivery)
			return &deliveryOutput{Body: wireDelivery(d)}, err
		}, once(inTenant), fails(http.StatusConflict))
}

func (s *server) replayWebhook() operation {
	return op("replay-webhook", "Replay failed deliveries",
		"All that failed since a time, the oldest first; a thousand at most, and left tells how many are still to be replayed.",
		func(ctx context.Context, in *replayWebhookInput) (*replayedOutput, error) {
			replayed, left, err := s.Webhooks.ReplayFailed(ctx, in.Webhook, in.Body.Since)
			return &replayedOutput{Body: Replayed{Replayed: replayed, Left: left}}, err
		}, once(inTenant), fails(http.StatusConflict))
}

func wireDelivery(d webhook.Delivery) WebhookDelivery {
	return WebhookDelivery{
		ID: d.ID, MessageID: d.MessageID(), EventID: d.EventID, Event: d.Kind, SubjectKind: d.SubjectKind, SubjectID: d.SubjectID,
		State: string(d.State), Attempts: d.Attempts, Status: d.LastStatus, Error: d.LastError, LatencyMS: d.LastLatencyMS,
		NextAttemptAt: d.NextAt, LastAttemptAt: d.LastAttemptAt, CreatedAt: d.CreatedAt, FinishedAt: d.FinishedAt,
	}
}
