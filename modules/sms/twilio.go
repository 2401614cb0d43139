package sms

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/twilio/twilio-go"
	"github.com/twilio/twilio-go/client"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// defaultTimeout is for one call, its whole answer included.
const defaultTimeout = 15 * time.Second

// maxAnswer bounds an answer: a list of 200 texts has at most a third of it.
const maxAnswer = 4 << 20

// TwilioOptions say where Twilio is.
type TwilioOptions struct {
	// Origin replaces https://api.twilio.com, for the sandbox; "" is the real one.
	Origin    string
	Timeout   time.Duration     // of one call; default 15 s
	Transport http.RoundTripper // default http.DefaultTransport
}

// Twilio is the carrier.
type Twilio struct {
	origin    *url.URL
	timeout   time.Duration
	transport http.RoundTripper
}

// NewTwilio makes the carrier; Invalid when the origin is no address.
func NewTwilio(o TwilioOptions) (*Twilio, error) {
	t := &Twilio{timeout: o.Timeout, transport: o.Transport}
	if t.timeout == 0 {
		t.timeout = defaultTimeout
	}
	if t.transport == nil {
		t.transport = http.DefaultTransport
	}
	if o.Origin == "" {
		return t, nil
	}
	u, err := url.Parse(o.Origin)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fault.New(fault.Invalid, "sms.origin_invalid", "The carrier's address is like https://host:port.").Wrap(err)
	}
	t.origin = u
	return t, nil
}

// exchange is one call. twilio-go takes neither a base address nor a context, so
// both come in here, and what it does not hand out is noted.
type exchange struct {
	ctx        context.Context //nolint:containedctx // twilio-go has no place for it
	carrier    *Twilio
	status     int // of the answer; 0 when there was none
	retryAfter time.Duration
}

// RoundTrip sends the request to the carrier's origin under the call's context.
func (e *exchange) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(e.ctx)
	if e.carrier.origin != nil {
		r.URL.Scheme, r.URL.Host, r.Host = e.carrier.origin.Scheme, e.carrier.origin.Host, ""
	}
	res, err := e.carrier.transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	e.status = res.StatusCode
	// twilio-go never closes the body of an error answer, which would hold its
	// connection: it gets a copy.
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && s > 0 {
		e.retryAfter = time.Duration(s) * time.Second
	}
	return res, nil
}

// call runs fn with a client of the account, under the carrier's timeout.
func (t *Twilio) call(ctx context.Context, account, token string, fn func(*twilio.RestClient) error) (*exchange, error) {
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	e := &exchange{ctx: ctx, carrier: t}
	base := &client.Client{
		Credentials: client.NewCredentials(account, token),
		HTTPClient: &http.Client{
			Transport:     e,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	base.SetAccountSid(account)
	return e, fn(twilio.NewRestClientWithParams(twilio.ClientParams{Client: base}))
}

// classify says what is known after a call that should have made something.
func (e *exchange) classify(err error) Answer {
	a := Answer{RetryAfter: e.retryAfter}
	status := e.status
	var rest *client.TwilioRestError
	if errors.As(err, &rest) {
		a.Detail = rest.Message
		if rest.Code != 0 {
			a.ErrorCode = strconv.Itoa(rest.Code)
		}
		if status == 0 {
			status = rest.Status // refused by the library, before any call
		}
	} else {
		a.Detail = err.Error()
	}
	switch {
	case status == http.StatusTooManyRequests:
		a.Outcome = Busy
	case status == http.StatusInternalServerError, status == http.StatusServiceUnavailable:
		a.Outcome, a.Doubtful = Busy, true
	case status == http.StatusRequestTimeout:
		a.Outcome = Unclear
	case status >= 400 && status < 500:
		a.Outcome = Refused
	case status == 0 && neverLeft(err):
		a.Outcome = Busy
	default:
		// A gateway that gave up, a broken or an unreadable answer.
		a.Outcome = Unclear
	}
	if a.ErrorCode == "" && status >= 400 {
		a.ErrorCode = "http " + strconv.Itoa(status)
	}
	return a
}

// neverLeft tells whether no connection came about, so that no request was made.
func neverLeft(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &dns) || errors.As(err, &op) && op.Op == "dial"
}

// asFault turns the error of a call that only reads, or that can be repeated,
// into a fault that says what to do.
func (e *exchange) asFault(doing string, err error) error {
	if err == nil {
		return nil
	}
	a := e.classify(err)
	if a.Outcome != Refused {
		return fault.New(fault.Unavailable, "carrier.unavailable", "The carrier does not answer just now. Try again shortly.").
			After(a.RetryAfter).Wrap(fmt.Errorf("%s: %w", doing, err))
	}
	return fault.New(fault.Conflict, "carrier.refused", "The carrier refused "+doing+": "+a.Detail).
		With("carrier_code", a.ErrorCode).Wrap(err)
}
