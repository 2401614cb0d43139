package carrier

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"
)

var serviceSID = regexp.MustCompile(`^MG[0-9a-fA-F]{32}$`)

// pricePerSegment is in 1/100,000 of a US dollar, the list price of a local
// number.
const pricePerSegment = 790

func (m *Message) resource() map[string]any {
	base := accountURI(m.Account) + "/Messages/" + m.SID
	out := map[string]any{
		"account_sid": m.Account, "api_version": apiVersion, "body": m.Body,
		"date_created": rfc2822(m.CreatedAt), "date_sent": nil, "date_updated": rfc2822(m.UpdatedAt),
		"direction": m.Direction, "error_code": nil, "error_message": nil, "from": m.From, "to": m.To,
		"messaging_service_sid": nil, "num_media": strconv.Itoa(len(m.Media)), "num_segments": strconv.Itoa(m.Segments),
		"price": nil, "price_unit": "USD", "sid": m.SID, "status": m.Status, "uri": base + ".json",
		"subresource_uris": map[string]string{"media": base + "/Media.json"},
	}
	if m.Redacted {
		out["body"] = ""
	}
	if m.Service != "" {
		out["messaging_service_sid"] = m.Service
	}
	if m.SentAt != nil {
		out["date_sent"] = rfc2822(*m.SentAt)
		price := pricePerSegment * m.Segments
		out["price"] = fmt.Sprintf("-%d.%05d", price/100000, price%100000)
	}
	if m.ErrorCode != 0 {
		out["error_code"], out["error_message"] = m.ErrorCode, errorMessage(m.ErrorCode)
	}
	return out
}

func (c *Carrier) findMessage(q *request) (*Message, *problem) {
	m := c.messages[q.sid]
	if m == nil || m.Deleted || m.Account != q.account.SID {
		return nil, notFound(q.path)
	}
	return m, nil
}

func (c *Carrier) fetchMessage(q *request) (int, any, *problem) {
	m, p := c.findMessage(q)
	if p != nil {
		return 0, nil, p
	}
	return http.StatusOK, m.resource(), nil
}

// updateMessage redacts a finished message or cancels one that hasn't left.
func (c *Carrier) updateMessage(q *request) (int, any, *problem) {
	m, p := c.findMessage(q)
	if p != nil {
		return 0, nil, p
	}
	switch status := q.form.Get("Status"); {
	case status == StatusCanceled && (m.Status == StatusQueued || m.Status == StatusAccepted):
		c.setStatus(m, StatusCanceled, q.now)
		return http.StatusOK, m.resource(), nil
	case status == StatusCanceled:
		return 0, nil, newProblem(http.StatusConflict, 30409, "Message is not in a cancelable state")
	case status != "":
		return 0, nil, badRequest(20001, "Invalid Status: a message can only be canceled")
	case !q.form.Has("Body") || q.form.Get("Body") != "":
		return 0, nil, badRequest(20001, "Only an empty Body or Status=canceled can be set")
	case !m.final():
		return 0, nil, newProblem(http.StatusConflict, 20009, "Cannot redact a message before its delivery has completed")
	}
	m.Redacted, m.UpdatedAt = true, q.now
	c.messageChanged(m)
	return http.StatusOK, m.resource(), nil
}

func (c *Carrier) deleteMessage(q *request) (int, any, *problem) {
	m, p := c.findMessage(q)
	if p != nil {
		return 0, nil, p
	}
	if !m.final() {
		return 0, nil, newProblem(http.StatusConflict, 20009, "Cannot delete a message before its delivery has completed")
	}
	m.Deleted = true
	c.messageChanged(m)
	return http.StatusNoContent, nil, nil
}

func (c *Carrier) listMessages(q *request) (int, any, *problem) {
	sent, p := sentFilter(q.form)
	if p != nil {
		return 0, nil, p
	}
	want := map[string]string{}
	for _, key := range []string{"To", "From"} {
		if raw := q.form.Get(key); raw != "" {
			want[key] = raw
			if n, ok := normalNumber(raw); ok {
				want[key] = n
			}
		}
	}
	var found []*Message
	for i := len(c.order) - 1; i >= 0; i-- { // the newest first
		m := c.order[i]
		if m.Account == q.account.SID && !m.Deleted && sent(m.SentAt) &&
			(want["To"] == "" || want["To"] == m.To) && (want["From"] == "" || want["From"] == m.From) {
			found = append(found, m)
		}
	}
	return page(q, "messages", found, func(m *Message) (string, any) { return m.SID, m.resource() })
}

// sentFilter reads DateSent (that day, or that second), DateSent< (until) and
// DateSent> (from), bounds included. Messages that haven't left have no such
// date, so any of these hides them.
func sentFilter(form url.Values) (func(*time.Time) bool, *problem) {
	var from, until time.Time
	for _, key := range []string{"DateSent", "DateSent<", "DateSent>"} {
		raw := form.Get(key)
		if raw == "" {
			continue
		}
		width := time.Second
		at, err := time.Parse(time.RFC3339, raw)
		if err != nil {
			width = 24 * time.Hour
			at, err = time.Parse(time.DateOnly, raw)
		}
		if err != nil {
			return nil, badRequest(20001, "Invalid "+key+": YYYY-MM-DD or an RFC 3339 time")
		}
		switch key {
		case "DateSent":
			from, until = at, at.Add(width-time.Nanosecond)
		case "DateSent<":
			until = at.Add(time.Second - time.Nanosecond)
		default:
			from = at
		}
	}
	if from.IsZero() && until.IsZero() {
		return func(*time.Time) bool { return true }, nil
	}
	return func(t *time.Time) bool {
		return t != nil && !t.Before(from) && (until.IsZero() || !t.After(until))
	}, nil
}
