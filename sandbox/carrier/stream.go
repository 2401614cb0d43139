package carrier

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// notice is what a page learns while it is open: text, handset or numbers.
type notice struct {
	Type string
	Data any
}

const (
	listenerRoom = 256
	heartbeat    = 15 * time.Second
)

// announce tells every open page. One that doesn't keep up is cut off; it
// connects again and reads everything anew. The caller holds mu.
func (c *Carrier) announce(n notice) {
	for ch := range c.listeners {
		select {
		case ch <- n:
		default:
			delete(c.listeners, ch)
			close(ch)
		}
	}
}

func (c *Carrier) listen() chan notice {
	ch := make(chan notice, listenerRoom)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listeners[ch] = true
	return ch
}

func (c *Carrier) unlisten(ch chan notice) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.listeners, ch)
}

// events is the page's live stream, as server-sent events.
func (c *Carrier) events(w http.ResponseWriter, r *http.Request) {
	ch := c.listen()
	defer c.unlisten(ch)
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	beat := c.clock.After(heartbeat)
	_, err := fmt.Fprint(w, "retry: 1000\n\n: here\n\n")
	for err == nil && out.Flush() == nil {
		select {
		case n, open := <-ch:
			data, bad := json.Marshal(n.Data)
			if !open || bad != nil {
				return
			}
			_, err = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", n.Type, data)
		case <-beat:
			_, err = fmt.Fprint(w, ": still here\n\n")
			beat = c.clock.After(heartbeat)
		case <-r.Context().Done():
			return
		case <-c.life.Done():
			return
		}
	}
}
