package carrier_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

const provider = "https://api.twilio.com"

// errNoSpec: the provider's contract isn't beside the repository.
var errNoSpec = errors.New("no ../shared/specs/twilio/api_v2010.json beside the repository: responses are not checked against the provider's contract")

// contract is the provider's published API, loaded once: it has 2 MB.
var contract = sync.OnceValues(func() (routers.Router, error) {
	dir, err := filepath.Abs(".")
	if err != nil {
		return nil, err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			return nil, errNoSpec
		}
		dir = filepath.Dir(dir)
	}
	file := filepath.Join(dir, "..", "shared", "specs", "twilio", "api_v2010.json")
	if _, err := os.Stat(file); err != nil {
		return nil, errNoSpec
	}
	doc, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		return nil, err
	}
	for path := range doc.Paths.Map() {
		if !strings.Contains(path, "/Messages") && !strings.Contains(path, "PhoneNumbers") &&
			!strings.HasSuffix(path, "/Accounts.json") && !strings.HasSuffix(path, "/Accounts/{Sid}.json") {
			doc.Paths.Delete(path)
		}
	}
	return gorillamux.NewRouter(doc)
})

// toProvider is the transport our sms module needs too: the provider's address
// leads to the sandbox. It also holds every exchange against the contract, the
// request only when the sandbox took it: tests send wrong ones on purpose.
type toProvider struct {
	t      testing.TB
	origin string
	// loose spares the request: the provider's pages allow a little more than
	// its contract does.
	loose bool
}

func (p toProvider) RoundTrip(r *http.Request) (*http.Response, error) {
	to, err := url.Parse(p.origin)
	if err != nil {
		return nil, err
	}
	var body []byte
	if r.Body != nil {
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	asked := r.Clone(r.Context())
	asked.Body = io.NopCloser(bytes.NewReader(body))
	sent := r.Clone(r.Context())
	sent.Body = io.NopCloser(bytes.NewReader(body))
	sent.URL.Scheme, sent.URL.Host, sent.Host = to.Scheme, to.Host, to.Host
	res, err := http.DefaultTransport.RoundTrip(sent)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(answer))
	if res.StatusCode < 300 {
		p.check(asked, res, answer)
	}
	return res, nil
}

func (p toProvider) check(r *http.Request, res *http.Response, answer []byte) {
	router, err := contract()
	if errors.Is(err, errNoSpec) {
		return
	}
	if err != nil {
		p.t.Errorf("the provider's contract: %v", err)
		return
	}
	route, params, err := router.FindRoute(r)
	if err != nil {
		p.t.Errorf("%s %s is not in the provider's contract: %v", r.Method, r.URL.Path, err)
		return
	}
	in := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, MultiError: true,
		},
	}
	if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil && !p.loose {
		p.t.Errorf("%s %s breaks the provider's contract: %v", r.Method, r.URL, err)
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: res.StatusCode, Header: res.Header, Options: in.Options,
	}
	out.SetBodyBytes(answer)
	if err := openapi3filter.ValidateResponse(r.Context(), out); err != nil {
		p.t.Errorf("the answer to %s %s breaks the provider's contract: %v\n%s", r.Method, r.URL.Path, err, answer)
	}
}

func TestTheContractIsThereToCheckAgainst(t *testing.T) {
	t.Parallel()
	if _, err := contract(); errors.Is(err, errNoSpec) {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
}
