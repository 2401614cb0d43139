package carrier

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// How the API can misbehave on demand.
const (
	Fail       = "error"      // refuses with a 500, or Status
	Throttle   = "throttle"   // refuses with a 429, code 20429
	Timeout    = "timeout"    // does what was asked, then never answers
	Hang       = "hang"       // does nothing and never answers
	Disconnect = "disconnect" // does what was asked, then breaks the connection
	FailAfter  = "error-late" // does what was asked, then answers 500, or Status
	Garble     = "garble"     // does what was asked, then answers what nobody can read
)

// Fault makes matching requests of the provider's API misbehave. A field left
// empty matches anything.
type Fault struct {
	ID      string `json:"id"`
	Kind    string `json:"kind"`
	Account string `json:"account,omitempty"` // SID in the path
	Number  string `json:"number,omitempty"`  // To, From or PhoneNumber of the request
	Method  string `json:"method,omitempty"`  // GET, POST, DELETE
	Path    string `json:"path,omitempty"`    // part of the path, such as /Messages
	// Count is for how many requests; 0 means until the fault is cleared.
	Count int `json:"count,omitempty"`
	// Status replaces the 500 of an error: 500 to 599.
	Status int `json:"status,omitempty"`
	// RetryAfter is sent with a 429, in seconds.
	RetryAfter int `json:"retry_after,omitempty"`
}

func (f *Fault) validate() error {
	f.Status = cmp.Or(f.Status, http.StatusInternalServerError)
	f.Method = strings.ToUpper(f.Method)
	switch {
	case !slices.Contains([]string{Fail, Throttle, Timeout, Hang, Disconnect, FailAfter, Garble}, f.Kind):
		return &controlError{Field: "kind", Message: "error, error-late, throttle, timeout, hang, garble or disconnect"}
	case f.Count < 0:
		return &controlError{Field: "count", Message: "0 (until cleared) or more"}
	case f.Status < 500 || f.Status > 599:
		return &controlError{Field: "status", Message: "from 500 to 599"}
	case f.RetryAfter < 0:
		return &controlError{Field: "retry_after", Message: "0 or more seconds"}
	}
	return normalize(&f.Number)
}

// Fault sets a fault and returns its id.
func (c *Carrier) Fault(f Fault) (string, error) {
	if err := f.validate(); err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	f.ID = newSID("")[:8]
	c.faults = append(c.faults, &f)
	return f.ID, nil
}

// ClearFaults removes one fault, or all when id is empty, and tells how many.
func (c *Carrier) ClearFaults(id string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := len(c.faults)
	c.faults = slices.DeleteFunc(c.faults, func(f *Fault) bool { return id == "" || f.ID == id })
	return before - len(c.faults)
}

// FaultsLeft is how many faults still wait for requests.
func (c *Carrier) FaultsLeft() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.faults)
}

// takeFault finds the first fault that the request runs into and counts it.
func (c *Carrier) takeFault(r *http.Request, form url.Values) *Fault {
	account := strings.TrimSuffix(r.PathValue("AccountSid"), ".json")
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, f := range c.faults {
		if (f.Account != "" && f.Account != account) || (f.Method != "" && f.Method != r.Method) ||
			!strings.Contains(r.URL.Path, f.Path) || !f.touches(form) {
			continue
		}
		taken := *f
		if f.Count > 0 {
			if f.Count--; f.Count == 0 {
				c.faults = slices.Delete(c.faults, i, i+1)
			}
		}
		c.touched()
		return &taken
	}
	return c.weather.fault(r)
}

func (f *Fault) touches(form url.Values) bool {
	if f.Number == "" {
		return true
	}
	for _, key := range []string{"To", "From", "PhoneNumber"} {
		if n, ok := normalNumber(form.Get(key)); ok && n == f.Number {
			return true
		}
	}
	return false
}

// before spoils a request before anything was done; true when that is its end.
func (f *Fault) before(w http.ResponseWriter, r *http.Request, closed <-chan struct{}) bool {
	switch f.Kind {
	case Fail:
		newProblem(f.Status, 20500, "An internal server error has occurred").write(w)
	case Throttle:
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
		}
		newProblem(http.StatusTooManyRequests, 20429, "Too Many Requests").write(w)
	case Hang:
		silence(r, closed)
	default:
		return false
	}
	return true
}

// after spoils the answer to a request that was carried out: its client never
// learns.
func (f *Fault) after(w http.ResponseWriter, r *http.Request, closed <-chan struct{}) {
	switch f.Kind {
	case FailAfter:
		newProblem(cmp.Or(f.Status, http.StatusInternalServerError), 20500, "An internal server error has occurred").write(w)
	case Garble:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(`{"sid": "SM`))
	case Timeout:
		silence(r, closed)
	default:
		panic(http.ErrAbortHandler)
	}
}

// silence never answers: it waits until the client or the carrier gives up, and
// breaks the connection.
func silence(r *http.Request, closed <-chan struct{}) {
	select {
	case <-r.Context().Done():
	case <-closed:
	}
	panic(http.ErrAbortHandler)
}
