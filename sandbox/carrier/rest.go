package carrier

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// request is one call of the provider's API after its account is known.
type request struct {
	form    url.Values
	path    string
	sid     string   // of the resource in the path; empty for a collection
	country string   // of AvailablePhoneNumbers
	caller  *account // whose credentials these are
	account *account // whose resources these are: the caller or its subaccount
	now     time.Time
}

// verb answers a request with a status and a body, or with a problem. It runs
// with mu held.
type verb func(q *request) (status int, body any, p *problem)

// rest serves a verb: parameters, faults on demand, credentials, answer.
func (c *Carrier) rest(do verb) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		form, p := readForm(r)
		if p != nil {
			p.write(w)
			return
		}
		fault := c.takeFault(r, form)
		if fault != nil && fault.before(w, r, c.life.Done()) {
			return
		}
		status, body, p := c.perform(r, form, do)
		if fault != nil {
			fault.after(w, r, c.life.Done())
			return
		}
		if p != nil {
			p.write(w)
			return
		}
		writeJSON(w, status, body)
	}
}

func (c *Carrier) perform(r *http.Request, form url.Values, do verb) (int, any, *problem) {
	c.mu.Lock()
	defer c.mu.Unlock()
	q := &request{form: form, path: r.URL.Path, country: r.PathValue("Country"), now: c.clock.Now()}
	if p := c.authenticate(r, q); p != nil {
		return 0, nil, p
	}
	if raw := r.PathValue("Sid"); raw != "" {
		sid, ok := strings.CutSuffix(raw, ".json")
		if !ok {
			return 0, nil, notFound(q.path)
		}
		q.sid = sid
	}
	return do(q)
}

// authenticate finds the caller and the account of the path. An owner's
// credentials open its subaccounts, suspended ones too; a suspended account's
// own are refused.
func (c *Carrier) authenticate(r *http.Request, q *request) *problem {
	user, password, _ := r.BasicAuth()
	q.caller = c.account(user)
	if q.caller == nil || q.caller.Token != password || q.caller.Status == accountClosed {
		return unauthorized()
	}
	if q.caller.Status != accountActive {
		return inactive()
	}
	sid := strings.TrimSuffix(r.PathValue("AccountSid"), ".json")
	if sid == "" {
		q.account = q.caller
		return nil
	}
	q.account = c.account(sid)
	if q.account == nil || (q.account != q.caller && q.account.Owner != q.caller.SID) {
		return notFound(q.path)
	}
	return nil
}

// page answers a list in the provider's envelope.
func page[T any](q *request, key string, all []T, show func(T) (sid string, body any)) (int, any, *problem) {
	size, p := wholeNumber(q.form, "PageSize", 50, 1, 1000)
	if p != nil {
		return 0, nil, p
	}
	number, p := wholeNumber(q.form, "Page", 0, 0, 1<<30)
	if p != nil {
		return 0, nil, p
	}
	start := min(number*size, len(all))
	// The token names the last row seen, so that rows which come in meanwhile
	// neither repeat nor hide others.
	if token := q.form.Get("PageToken"); token != "" {
		i := slices.IndexFunc(all, func(t T) bool { sid, _ := show(t); return "PA"+sid == token })
		if i < 0 {
			return 0, nil, badRequest(20001, "Invalid PageToken")
		}
		start = i + 1
	}
	end := min(start+size, len(all))
	rows := make([]any, 0, end-start)
	last := ""
	for _, t := range all[start:end] {
		sid, body := show(t)
		rows, last = append(rows, body), sid
	}
	out := map[string]any{
		key: rows, "page": number, "page_size": size,
		"start": number * size, "end": number*size + max(len(rows)-1, 0),
		"uri": pageURI(q, number, size, q.form.Get("PageToken")), "first_page_uri": pageURI(q, 0, size, ""),
		"next_page_uri": nil, "previous_page_uri": nil,
	}
	if end < len(all) {
		out["next_page_uri"] = pageURI(q, number+1, size, "PA"+last)
	}
	if number > 0 {
		out["previous_page_uri"] = pageURI(q, number-1, size, "")
	}
	return http.StatusOK, out, nil
}

func wholeNumber(form url.Values, key string, otherwise, low, high int) (int, *problem) {
	if form.Get(key) == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(form.Get(key))
	if err != nil || n < low || n > high {
		return 0, badRequest(20001, fmt.Sprintf("Invalid %s: a whole number from %d to %d", key, low, high))
	}
	return n, nil
}

func pageURI(q *request, number, size int, token string) string {
	query := url.Values{}
	for key, values := range q.form {
		query[key] = values
	}
	query.Set("PageSize", strconv.Itoa(size))
	query.Set("Page", strconv.Itoa(number))
	query.Del("PageToken")
	if token != "" {
		query.Set("PageToken", token)
	}
	return q.path + "?" + query.Encode()
}
