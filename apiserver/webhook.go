package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/webhook"
)

// Webhook is a target that is told of some kinds of events.
type Webhook struct {
	ID                  uuid.UUID  `json:"id" format:"uuid" doc:"The webhook's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120030"`
	URL                 string     `json:"url" doc:"Where events are posted." example:"https://example.com/hooks/omnicrm"`
	Description         string     `json:"description" doc:"What it is for." example:"Warehouse"`
	Events              []string   `json:"events" doc:"The kinds it hears: one, all of a noun as contact.*, or everything as *." example:"[\"contact.*\"]"`
	Enabled             bool       `json:"enabled" doc:"Whether it is on." example:"true"`
	State               string     `json:"state" doc:"How it is. failing: no success since failing_since; after a day it is switched off." enum:"active,failing,disabled" example:"active"`
	DisabledReason      string     `json:"disabled_reason,omitempty" doc:"Who switched it off: a person, or a day of failing; absent while it is on." enum:"person,failing" example:"failing"`
	DisabledAt          *time.Time `json:"disabled_at,omitempty" doc:"Since when it is off; absent while it is on." example:"2026-02-03T08:15:00Z"`
	FailingSince        *time.Time `json:"failing_since,omitempty" doc:"The first failure since the last success; absent without one." example:"2026-02-02T08:15:00Z"`
	LastSuccessAt       *time.Time `json:"last_success_at,omitempty" doc:"The last success; absent without one." example:"2026-02-02T08:14:00Z"`
	PreviousSecretUntil *time.Time `json:"previous_secret_until,omitempty" doc:"Until when the secret before signs as well; absent when it does not." example:"2026-02-04T08:15:00Z"`
	Secret              string     `json:"secret,omitempty" doc:"What signs the calls: only in the answer that makes it." example:"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"`
	CreatedAt           time.Time  `json:"created_at" doc:"When it was made." example:"2026-02-01T12:00:00Z"`
	UpdatedAt           time.Time  `json:"updated_at" doc:"When a person last changed it." example:"2026-02-01T12:00:00Z"`
	Version             int64      `json:"version" doc:"One more with every change; the ETag holds it." example:"1"`
}

// CreateWebhook asks for a webhook.
type CreateWebhook struct {
	URL         string   `json:"url" minLength:"1" maxLength:"2048" doc:"An https:// address on the public internet, at port 443 or 8443." example:"https://example.com/hooks/omnicrm"`
	Description string   `json:"description,omitempty" maxLength:"200" doc:"What it is for." example:"Warehouse"`
	Events      []string `json:"events" minItems:"1" maxItems:"50" doc:"The kinds to hear: contact.updated, contact.*, or *." example:"[\"contact.*\"]"`
}

// PatchWebhook changes what is present.
type PatchWebhook struct {
	URL         optional[string]   `json:"url,omitzero" maxLength:"2048" doc:"An https:// address on the public internet." example:"https://example.com/hooks/omnicrm"`
	Description optional[string]   `json:"description,omitzero" maxLength:"200" doc:"What it is for." example:"Warehouse"`
	Events      optional[[]string] `json:"events,omitzero" maxItems:"50" doc:"The kinds to hear." example:"[\"contact.*\"]"`
	Enabled     optional[bool]     `json:"enabled,omitzero" doc:"On or off. What was still to be sent when it is switched off counts as failed, and can be replayed." example:"true"`
}

// RotateWebhookSecret asks for a new secret.
type RotateWebhookSecret struct {
	OverlapHours int `json:"overlap_hours" minimum:"0" maximum:"168" doc:"For how long the present secret signs as well, so that both are valid while you change over." example:"24"`
}

type WebhookPath struct {
	InSub
	Webhook uuid.UUID `path:"webhook" format:"uuid" doc:"The webhook's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120030"`
}

type webhookOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
	Body Webhook
}

type webhooksOutput struct{ Body List[Webhook] }

type createWebhookInput struct {
	InSub
	Body CreateWebhook
}

type patchWebhookInput struct {
	WebhookPath
	Precondition
	Body PatchWebhook
}

type deleteWebhookInput struct {
	WebhookPath
	Precondition
}

type rotateWebhookInput struct {
	WebhookPath
	Body RotateWebhookSecret
}

func (s *server) listWebhooks() operation {
	return op("list-webhooks", "List webhooks", "All of the sub-account's, 20 at most, the oldest first; never their secrets.",
		func(ctx context.Context, _ *InSub) (*webhooksOutput, error) {
			all, err := s.Webhooks.List(ctx)
			return &webhooksOutput{Body: listOf(all, "", wireWebhook)}, err
		})
}

func (s *server) createWebhook() operation {
	return op("create-webhook", "Create a webhook",
		"Events of these kinds are posted to the address from now on, signed after Standard Webhooks. The answer holds the secret, this once. "+
			"Private addresses are refused, now and whenever the name is looked up.",
		func(ctx context.Context, in *createWebhookInput) (*webhookOutput, error) {
			made, secret, err := s.Webhooks.Create(ctx, webhook.Input{URL: in.Body.URL, Description: in.Body.Description, Kinds: in.Body.Events})
			return webhookAnswer(made, secret), err
		}, created, once(inTenant), fails(http.StatusConflict), rehearsed)
}

func (s *server) getWebhook() operation {
	return op("get-webhook", "Read a webhook", "The webhook, with its version as ETag.",
		func(ctx context.Context, in *WebhookPath) (*webhookOutput, error) {
			found, err := s.Webhooks.Get(ctx, in.Webhook)
			return webhookAnswer(found, ""), err
		})
}

func (s *server) patchWebhook() operation {
	return op("patch-webhook", "Change a webhook", "Changes what is present, and switches it on or off.",
		func(ctx context.Context, in *patchWebhookInput) (*webhookOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			b := in.Body
			after, err := s.Webhooks.Update(ctx, webhook.UpdateInput{
				ID: in.Webhook, Version: version, URL: b.URL.pointer(), Description: b.Description.pointer(),
				Kinds: b.Events.pointer(), Enabled: b.Enabled.pointer(),
			})
			return webhookAnswer(after, ""), err
		}, fails(http.StatusPreconditionFailed), rehearsed)
}

func (s *server) deleteWebhook() operation {
	return op("delete-webhook", "Delete a webhook", "Nothing more is sent, and its log is gone.",
		func(ctx context.Context, in *deleteWebhookInput) (*struct{}, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			return nil, s.Webhooks.Delete(ctx, in.Webhook, version)
		}, fails(http.StatusPreconditionFailed))
}

func (s *server) rotateWebhookSecret() operation {
	return op("rotate-webhook-secret", "Change a webhook's secret",
		"The answer holds the new secret, this once. Until the overlap is over each call carries two signatures, by the new secret and by the one before.",
		func(ctx context.Context, in *rotateWebhookInput) (*webhookOutput, error) {
			after, secret, err := s.Webhooks.Rotate(ctx, in.Webhook, time.Duration(in.Body.OverlapHours)*time.Hour)
			return webhookAnswer(after, secret), err
		}, once(inTenant), rehearsed)
}

func webhookAnswer(w webhook.Subscription, secret string) *webhookOutput {
	body := wireWebhook(w)
	body.Secret = secret
	return &webhookOutput{ETag: etag(w.Version), Body: body}
}

func wireWebhook(w webhook.Subscription) Webhook {
	return Webhook{
		ID: w.ID, URL: w.URL, Description: w.Description, Events: append([]string{}, w.Kinds...), Enabled: w.Enabled, State: w.State(),
		DisabledReason: w.DisabledReason, DisabledAt: w.DisabledAt, FailingSince: w.FailingSince, LastSuccessAt: w.LastSuccessAt,
		PreviousSecretUntil: w.FormerUntil, CreatedAt: w.CreatedAt, UpdatedAt: w.UpdatedAt, Version: w.Version,
	}
}
