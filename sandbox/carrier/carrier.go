package carrier

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/omnicrm/omnicrm/platform/clock"
)

// Account names the carrier's main account, the reseller's. Its token is the
// password of its API and the key of its callbacks' signatures.
type Account struct {
	SID   string // AC and 32 hex digits
	Token string // letters and digits only: clients refuse others
}

// Pace is how long a message stays in each state. Deliver counts from sent.
type Pace struct {
	Queue, Send, Deliver time.Duration
}

// Options configure a carrier. Every field has a usable zero.
type Options struct {
	// Clock drives the status machine; the machine's clock when nil.
	Clock clock.Clock
	// Journal is a file of JSON lines that keeps the state over a restart; none
	// when empty. It is compacted when it is opened.
	Journal string
	// Account is the main account; random when empty.
	Account Account
	// Numbers, in E.164, belong to the main account from the start, unless the
	// journal knows that they were moved.
	Numbers []string
	// Inventory are numbers that can be bought, beside the built-in ones.
	Inventory []string
	// PublicURL is where the handler is reached, for the log and HandsetsURL.
	PublicURL string
	// Pace is the speed of the network; DefaultPace when zero.
	Pace Pace
	// HonourStop makes the carrier itself keep opt-outs, as Twilio does by
	// default on long codes: it answers STOP and refuses later sends with 21610.
	HonourStop bool
	// Logger receives what a person running the sandbox wants to know.
	Logger *slog.Logger
}

// DefaultPace is quick enough for a person who waits and slow enough to see the
// states pass.
func DefaultPace() Pace {
	return Pace{Queue: 150 * time.Millisecond, Send: 250 * time.Millisecond, Deliver: 800 * time.Millisecond}
}

// Carrier is the running double. It is safe for concurrent use; Close ends its
// goroutines.
type Carrier struct {
	clock  clock.Clock
	log    *slog.Logger
	pace   Pace
	public string
	root   string // SID of the main account

	handler http.Handler
	client  *http.Client
	journal *journal
	life    *lifetime
	running sync.WaitGroup
	wake    chan struct{}

	mu         sync.Mutex // guards all below
	closed     bool
	honourStop bool
	accounts   []*account
	numbers    []*number
	messages   map[string]*Message
	order      []*Message // oldest first
	handsets   map[string]*Handset
	optedOut   map[pair]bool
	inventory  map[string]bool // number → on offer
	faults     []*Fault
	rules      []*CallbackRule
	weather    *weather
	agenda     agenda
	lanes      map[string][]laneWork
	heldTexts  map[string][]laneWork // inbound texts that wait to be overtaken, by lane
	listeners  map[chan notice]bool
	changed    chan struct{} // closed and replaced on every change
}

// pair is a hosted number and a handset, in that order.
type pair struct{ Number, Handset string }

// New makes a carrier and resumes what its journal holds. The error is about
// the journal or a number that isn't E.164.
func New(o Options) (*Carrier, error) {
	c := &Carrier{
		clock: o.Clock, log: o.Logger, pace: o.Pace, public: o.PublicURL,
		honourStop: o.HonourStop,
		client:     &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()},
		life:       newLifetime(), wake: make(chan struct{}, 1), changed: make(chan struct{}),
		messages: map[string]*Message{}, handsets: map[string]*Handset{}, optedOut: map[pair]bool{},
		inventory: map[string]bool{}, lanes: map[string][]laneWork{},
		heldTexts: map[string][]laneWork{}, listeners: map[chan notice]bool{}, weather: newWeather(Weather{}),
	}
	if c.clock == nil {
		c.clock = clock.System()
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if c.pace == (Pace{}) {
		c.pace = DefaultPace()
	}
	if err := c.populate(o); err != nil {
		return nil, err
	}
	c.handler = c.routes()
	c.running.Go(c.keepAgenda)
	return c, nil
}

// populate puts the journal's state in place, and the options' beside it.
func (c *Carrier) populate(o Options) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	journal, err := openJournal(o.Journal, c)
	if err != nil {
		return err
	}
	c.journal = journal
	if err := c.ensureRoot(o.Account); err != nil {
		return errors.Join(err, journal.close())
	}
	if err := c.stockInventory(o.Inventory); err != nil {
		return err
	}
	for _, n := range o.Numbers {
		if err := c.ensureNumber(n); err != nil {
			return err
		}
	}
	c.resume()
	return nil
}

// Handler serves the provider's API, the control API and the handsets page.
func (c *Carrier) Handler() http.Handler { return c.handler }

// Account is the main account with its credentials.
func (c *Carrier) Account() Account {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.account(c.root)
	return Account{SID: a.SID, Token: a.Token}
}

// HandsetsURL is where a person finds the handsets.
func (c *Carrier) HandsetsURL() string { return c.public + "/handsets" }

// Close ends every goroutine, hung request and open stream of the carrier and
// closes its journal. Messages under way stay where they are; a carrier opened
// on the same journal takes them on.
func (c *Carrier) Close() error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil
	}
	c.closed = true
	c.mu.Unlock()
	c.life.end()
	c.running.Wait()
	c.client.CloseIdleConnections()
	return c.journal.close()
}

// touched tells WaitFor that something changed. The caller holds mu.
func (c *Carrier) touched() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// newSID makes an identifier in the provider's form: a prefix and 32 hex digits.
func newSID(prefix string) string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // documented never to fail
	return prefix + hex.EncodeToString(b[:])
}
