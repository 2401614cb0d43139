package apiserver

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

var (
	errWebhook = fault.New(fault.NotFound, "webhook.unknown", "There is no such webhook.")
	errForm    = fault.New(fault.Invalid, "webhook.form", "Send the fields as a form: application/x-www-form-urlencoded.")
)

// mountWebhooks adds the addresses that the carrier calls. They belong to no
// agency's host, take no cookie and no key: the carrier's signature, over the
// public address and every field, says who calls. They are not rated, since a
// refused status would be news lost, and a forged one costs an HMAC.
func (s *server) mountWebhooks(r chi.Router) {
	r.With(noStore, timed).Post("/webhooks/twilio/{sub_account}/messages", s.receiveText)
	r.With(noStore, timed).Post("/webhooks/twilio/{sub_account}/status/{message}", s.textStatus)
}

// receiveText takes a text that came in.
func (s *server) receiveText(w http.ResponseWriter, r *http.Request) {
	r, hook, err := s.webhook(w, r)
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	answer, err := s.SMS.Receive(r.Context(), hook) //nolint:contextcheck // webhook has put the tenant into r's
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	_, _ = w.Write([]byte(answer)) // the carrier is gone; it will ask again
}

// textStatus takes news of a text that went out.
func (s *server) textStatus(w http.ResponseWriter, r *http.Request) {
	message, err := uuid.Parse(r.PathValue("message"))
	if err != nil {
		writeProblem(w, r, errWebhook.Wrap(err))
		return
	}
	r, hook, err := s.webhook(w, r)
	if err == nil {
		err = s.SMS.Status(r.Context(), message, hook) //nolint:contextcheck // webhook has put the tenant into r's
	}
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// webhook opens the sub-account of the path and reads the form with all its
// values. Whatever state the sub-account is in, what the carrier tells is kept:
// an opt-out counts in a suspended one too.
func (s *server) webhook(w http.ResponseWriter, r *http.Request) (*http.Request, sms.Webhook, error) {
	id, err := uuid.Parse(r.PathValue("sub_account"))
	if err != nil {
		return r, sms.Webhook{}, errWebhook.Wrap(err)
	}
	place, err := s.Directory.Locate(r.Context(), id)
	if fault.Is(err, fault.NotFound) {
		return r, sms.Webhook{}, errWebhook.Wrap(err)
	}
	if err != nil {
		return r, sms.Webhook{}, err
	}
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded") {
		return r, sms.Webhook{}, errForm
	}
	body, err := readBody(w, r)
	if err != nil {
		return r, sms.Webhook{}, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return r, sms.Webhook{}, errForm.Wrap(err)
	}
	callOf(r.Context()).tenant = place.Tenant
	r = r.WithContext(tenancy.WithTenant(r.Context(), place.Tenant))
	return r, sms.Webhook{
		// Proxies rewrite hosts and schemes; the carrier signed what it was told to call.
		URL:       strings.TrimSuffix(s.WebhookURL, "/") + r.URL.RequestURI(),
		Signature: r.Header.Get("X-Twilio-Signature"), Form: form,
	}, nil
}
