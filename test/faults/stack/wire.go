package stack

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// Wire is a stretch of network between the product and one of its stores, which
// can be made slow, silent, or cut.
type Wire struct {
	Name    string
	Address string // where the product connects
	proxy   *toxiproxy.Proxy

	mu sync.Mutex
	n  int
}

func newWire(t testing.TB, name, upstream string) *Wire {
	t.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	// A port of its own, which is there again after a cut.
	proxy := toxiproxy.NewProxy(server, name, freeAddress(t), upstream)
	if err := proxy.Start(); err != nil {
		t.Fatalf("a wire to %s: %v", name, err)
	}
	t.Cleanup(proxy.Stop)
	return &Wire{Name: name, Address: proxy.Listen, proxy: proxy}
}

// Slow delays everything by about latency for a time, in both directions.
func (w *Wire) Slow(ctx context.Context, latency, jitter, during time.Duration) error {
	attributes := map[string]int64{"latency": latency.Milliseconds(), "jitter": jitter.Milliseconds()}
	return w.poison(ctx, "latency", attributes, during)
}

// Mute swallows what is sent for a time and keeps the connections open, then
// breaks them: the other side hears nothing, not even an end.
func (w *Wire) Mute(ctx context.Context, during time.Duration) error {
	return w.poison(ctx, "timeout", map[string]int64{"timeout": during.Milliseconds()}, during)
}

// Cut breaks every connection and refuses new ones for a time.
func (w *Wire) Cut(ctx context.Context, during time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.proxy.Stop()
	Rest(ctx, during)
	return w.proxy.Start()
}

func (w *Wire) poison(ctx context.Context, kind string, attributes map[string]int64, during time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var names []string
	for _, stream := range []string{"upstream", "downstream"} {
		w.n++
		name := fmt.Sprintf("%s-%d", kind, w.n)
		toxic, err := json.Marshal(map[string]any{
			"name": name, "type": kind, "stream": stream, "toxicity": 1.0, "attributes": attributes,
		})
		if err != nil {
			return err
		}
		if _, err := w.proxy.Toxics.AddToxicJson(strings.NewReader(string(toxic))); err != nil {
			return err
		}
		names = append(names, name)
	}
	Rest(ctx, during)
	for _, name := range names {
		if err := w.proxy.Toxics.RemoveToxic(context.WithoutCancel(ctx), name); err != nil {
			return err
		}
	}
	return nil
}

// Rest waits for d, or until ctx ends.
func Rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
