package carrier

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// controlError says what is wrong with a request of the control API and where.
type controlError struct {
	Status  int    `json:"-"` // 400 when zero
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Error names the field and what it takes.
func (e *controlError) Error() string { return "carrier: " + e.Field + ": " + e.Message }

// normalize brings an optional number to E.164 in place.
func normalize(number *string) error {
	if *number == "" {
		return nil
	}
	n, ok := normalNumber(*number)
	if !ok {
		return &controlError{Field: "number", Message: "not a phone number in E.164"}
	}
	*number = n
	return nil
}

// controlRoutes is the control API:
//
//	GET    /sandbox/ledger                       ?account= &handset= &number= &direction= &since= &limit= (the newest)
//	GET    /sandbox/numbers                      hosted numbers and whose they are
//	GET    /sandbox/events                       server-sent: text, handset, numbers
//	GET    /sandbox/handsets                     the last active first
//	POST   /sandbox/handsets                     {number}
//	POST   /sandbox/handsets/{number}/messages   {to?, body}  the handset texts; without to it answers
//	PUT    /sandbox/handsets/{number}/fate       {status, error_code?}
//	POST   /sandbox/messages/{sid}/callback      {status?}  once more, stale if asked for
//	GET POST DELETE /sandbox/faults[/{id}]       {kind, account?, number?, method?, path?, count?, status?, retry_after?}
//	GET POST DELETE /sandbox/callbacks[/{id}]    {mode, account?, number?, delay_ms?, copies?, count?}
//	GET PATCH /sandbox/settings                  {honour_stop}
//
// A page of another origin can't change anything: browsers' cross-origin
// requests are refused.
func (c *Carrier) controlRoutes(mux *http.ServeMux) {
	guard := http.NewCrossOriginProtection()
	handle := func(pattern string, do func(r *http.Request) (int, any, error)) {
		mux.Handle(pattern, guard.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			status, body, err := do(r)
			if err != nil {
				writeControlError(w, err)
				return
			}
			writeJSON(w, status, body)
		})))
	}
	mux.HandleFunc("GET /sandbox/events", c.events)
	handle("GET /sandbox/ledger", c.controlLedger)
	handle("GET /sandbox/numbers", c.controlNumbers)
	handle("GET /sandbox/handsets", func(*http.Request) (int, any, error) {
		return http.StatusOK, map[string]any{"handsets": c.Handsets()}, nil
	})
	handle("POST /sandbox/handsets", c.controlAddHandset)
	handle("POST /sandbox/handsets/{number}/messages", c.controlText)
	handle("PUT /sandbox/handsets/{number}/fate", c.controlFate)
	handle("POST /sandbox/messages/{sid}/callback", c.controlCallBack)
	c.controlSwitches(handle)
}

func writeControlError(w http.ResponseWriter, err error) {
	var known *controlError
	if !errors.As(err, &known) {
		known = &controlError{Field: "body", Message: err.Error()}
	}
	writeJSON(w, cmp.Or(known.Status, http.StatusBadRequest), map[string]any{"error": known})
}

// decode reads a JSON body strictly; an empty one is the zero.
func decode[T any](r *http.Request) (T, error) {
	var v T
	if r.ContentLength == 0 {
		return v, nil
	}
	d := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxForm))
	d.DisallowUnknownFields()
	err := d.Decode(&v)
	return v, err
}

func (c *Carrier) controlLedger(r *http.Request) (int, any, error) {
	q := r.URL.Query()
	var since time.Time
	if raw := q.Get("since"); raw != "" {
		var err error
		if since, err = time.Parse(time.RFC3339, raw); err != nil {
			return 0, nil, &controlError{Field: "since", Message: "an RFC 3339 time"}
		}
	}
	limit, err := strconv.Atoi(cmp.Or(q.Get("limit"), "0"))
	if err != nil || limit < 0 {
		return 0, nil, &controlError{Field: "limit", Message: "a whole number; 0 or absent for all"}
	}
	same := func(key, value string) bool { return q.Get(key) == "" || q.Get(key) == value }
	found := c.Ledger(func(m *Message) bool {
		return same("account", m.Account) && same("handset", m.handset()) && same("number", m.hostedNumber()) &&
			same("direction", m.Direction) && !m.CreatedAt.Before(since)
	})
	total := len(found)
	if limit > 0 && total > limit {
		found = found[total-limit:]
	}
	return http.StatusOK, map[string]any{"messages": found, "total": total}, nil
}

// hostedNumber is a number and its holder, for people.
type hostedNumber struct {
	Number  string `json:"number"`
	Display string `json:"display"`
	Account string `json:"account"`
	Owner   string `json:"owner"` // the account's friendly name
	SMSURL  string `json:"sms_url"`
}

func (c *Carrier) controlNumbers(*http.Request) (int, any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := []hostedNumber{}
	for _, n := range c.numbers {
		out = append(out, hostedNumber{
			Number: n.Number, Display: display(n.Number), Account: n.Account,
			Owner: c.account(n.Account).Name, SMSURL: n.SMSURL,
		})
	}
	slices.SortFunc(out, func(a, b hostedNumber) int { return cmp.Compare(a.Number, b.Number) })
	return http.StatusOK, map[string]any{"numbers": out}, nil
}

func (c *Carrier) controlAddHandset(r *http.Request) (int, any, error) {
	in, err := decode[struct {
		Number string `json:"number"`
	}](r)
	if err != nil {
		return 0, nil, err
	}
	h, err := c.AddHandset(in.Number)
	return http.StatusCreated, h, err
}

func (c *Carrier) controlText(r *http.Request) (int, any, error) {
	in, err := decode[struct {
		To   string `json:"to"`
		Body string `json:"body"`
	}](r)
	if err != nil {
		return 0, nil, err
	}
	m, err := c.Text(r.PathValue("number"), in.To, in.Body)
	return http.StatusCreated, m, err
}

func (c *Carrier) controlFate(r *http.Request) (int, any, error) {
	fate, err := decode[Fate](r)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusNoContent, nil, c.SetFate(r.PathValue("number"), fate)
}

func (c *Carrier) controlCallBack(r *http.Request) (int, any, error) {
	in, err := decode[struct {
		Status string `json:"status"`
	}](r)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusAccepted, nil, c.CallBack(r.PathValue("sid"), in.Status)
}
