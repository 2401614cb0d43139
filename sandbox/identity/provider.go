package identity

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Person is who signs in.
type Person struct {
	Subject  string
	Email    string // empty: the provider doesn't tell
	Verified any    // true or false; nil: the provider doesn't tell
	Name     string
	ACR      string
	AMR      []string
}

// Forgery changes what a token says before it is signed anew. Key is by whom; nil
// is the provider itself.
type Forgery struct {
	Claims func(claims map[string]any)
	Key    *rsa.PrivateKey
}

// Provider is an http.Handler below its issuer. It is safe for concurrent use.
type Provider struct {
	http.Handler
	op  *op.Provider
	key signingKey

	mu       sync.Mutex
	person   *Person // nil: says no to whoever asks
	forgery  *Forgery
	terse    bool // the address is at userinfo alone
	clients  map[string]client
	requests map[string]*authRequest // by id
	codes    map[string]string       // ids of requests
	tokens   map[string]Person       // by id of an access token
}

// New makes a provider that calls itself by the issuer.
func New(issuer string) (*Provider, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	p := &Provider{
		key:     signingKey{id: uuid.NewString(), key: key},
		clients: map[string]client{}, requests: map[string]*authRequest{}, codes: map[string]string{}, tokens: map[string]Person{},
	}
	var crypto [32]byte
	_, _ = rand.Read(crypto[:]) // never fails since Go 1.24: it ends the process instead
	handler, err := op.NewProvider(&op.Config{CryptoKey: crypto, CodeMethodS256: true, AuthMethodPost: true}, storage{Provider: p},
		op.StaticIssuer(issuer), op.WithAllowInsecure())
	if err != nil {
		return nil, err
	}
	p.op = handler
	mux := http.NewServeMux()
	mux.Handle("/", handler)
	mux.HandleFunc("GET /login", p.login)
	mux.Handle("POST /oauth/token", p.forging(handler))
	p.Handler = mux
	return p, nil
}

// Register makes a client known.
func (p *Provider) Register(id, secret string, redirects ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clients[id] = client{id: id, secret: secret, redirects: redirects, provider: p}
}

// As signs a person in at whichever browser comes next; nil signs them out, and
// whoever asks is refused.
func (p *Provider) As(person *Person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.person = person
}

// Forge has every token from now on be another; nil ends it.
func (p *Provider) Forge(f *Forgery) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forgery = f
}

// Terse has tokens say who somebody is and no more: userinfo tells the rest.
func (p *Provider) Terse() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.terse = true
}

// login is the page where somebody would sign in.
func (p *Provider) login(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	request, ok := p.requests[r.FormValue("id")]
	if ok && p.person != nil {
		request.person = p.person
	}
	refused := ok && p.person == nil
	p.mu.Unlock()
	switch {
	case !ok:
		http.Error(w, "no such request", http.StatusNotFound)
	case refused:
		op.AuthRequestError(w, r, request, oidc.ErrAccessDenied(), p.op)
	default:
		http.Redirect(w, r, "/authorize/callback?id="+request.id, http.StatusFound)
	}
}

// forging lets the handler answer, and changes the answer.
func (p *Provider) forging(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		p.mu.Lock()
		forgery := p.forgery
		p.mu.Unlock()
		body := answer.Body.Bytes()
		if forgery != nil && answer.Code == http.StatusOK {
			forged, err := p.forge(*forgery, body)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			body = forged
		}
		maps.Copy(w.Header(), answer.Header())
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(answer.Code)
		_, _ = w.Write(body) // the reader is gone; there is nobody to tell
	})
}

func (p *Provider) forge(f Forgery, body []byte) ([]byte, error) {
	var answer map[string]any
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, err
	}
	token, _ := answer["id_token"].(string)
	parsed, err := jose.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, err
	}
	var claims map[string]any
	if err := json.Unmarshal(parsed.UnsafePayloadWithoutVerification(), &claims); err != nil {
		return nil, err
	}
	if f.Claims != nil {
		f.Claims(claims)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return nil, err
	}
	by := p.key
	if f.Key != nil {
		by.key = f.Key
	}
	signer, err := op.SignerFromKey(by)
	if err != nil {
		return nil, err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return nil, err
	}
	if answer["id_token"], err = signed.CompactSerialize(); err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}
