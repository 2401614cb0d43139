package bench_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/sandbox/carrier"
	"github.com/omnicrm/omnicrm/test/bench"
	"github.com/omnicrm/omnicrm/test/rig"
)

const (
	inboundTexts    = 500
	inboundEvery    = 50 * time.Millisecond // 20 a second
	openStreams     = 2_000
	streamToken     = "carrier-token"
	streamNumber    = "+14155550100"
	streamsPatience = 2 * time.Minute
)

// harbour is an API server and a worker as processes, and a sub-account that has
// a number.
type harbour struct {
	b      *testing.B
	rig    *rig.Rig
	api    *rig.Process
	client *http.Client
	sub    uuid.UUID
}

func newHarbour(b *testing.B) *harbour {
	b.Helper()
	r := rig.New(b, 1)
	h := &harbour{b: b, rig: r, sub: r.SubAccounts[0].ID, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}}
	b.Cleanup(h.client.CloseIdleConnections)
	control, err := db.NewControl(b.Context(), r.Control.App)
	h.ok(err)
	defer control.Close()
	box, err := secrets.NewBox(r.Keyset)
	h.ok(err)
	dir := directory.New(directory.Options{
		Control: control, Box: box, Clock: clock.System(), Auditor: audit.New(audit.Options{Control: control, Clock: clock.System()}),
	})
	h.ok(dir.SetTelephony(b.Context(), h.sub, directory.Telephony{AccountSID: "AC0123456789abcdef0123456789abcdef", AuthToken: streamToken}, streamNumber))
	h.api = r.Start(b, "apiserver", unlimited, "OMNICRM_STREAMS_PER_CALLER=5000", "OMNICRM_STREAMS_PER_SUB_ACCOUNT=5000")
	r.Start(b, "worker")
	return h
}

func (h *harbour) ok(err error) {
	h.b.Helper()
	if err != nil {
		h.b.Fatal(err)
	}
}

// text delivers a signed inbound text, as the carrier does.
func (h *harbour) text(i int, body string) error {
	address := h.api.URL + "/webhooks/twilio/" + h.sub.String() + "/messages"
	form := url.Values{
		"MessageSid": {"SM" + uuid.NewString()}, "From": {fmt.Sprintf("+1415555%04d", 1000+i%50)}, "To": {streamNumber}, "Body": {body},
	}
	r, err := http.NewRequestWithContext(h.b.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Twilio-Signature", carrier.Sign(streamToken, address, form))
	res, err := h.client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
		return fmt.Errorf("the webhook answered %d, %w", res.StatusCode, err)
	}
	return nil
}

// listen opens a stream, and calls heard with the body of each text until ctx
// ends. ready is called when the stream is open.
func (h *harbour) listen(ctx context.Context, ready func(), heard func(body string)) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.api.URL+"/api/v1/sub-accounts/"+h.sub.String()+"/events", nil)
	if err != nil {
		return err
	}
	r.Host = rig.Host
	r.Header.Set("Authorization", "Bearer "+h.rig.Key)
	res, err := h.client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the stream answered %d", res.StatusCode)
	}
	lines, kind := bufio.NewReader(res.Body), ""
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return nil //nolint:nilerr // ctx has ended: the listener leaves
		}
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch {
		case name == "" && value == "welcome":
			ready()
		case name == "event":
			kind = value
		case name == "data" && kind == "message.created":
			var data struct {
				Payload struct{ After struct{ Body string } }
			}
			if err := json.Unmarshal([]byte(value), &data); err != nil {
				return err
			}
			heard(data.Payload.After.Body)
		}
	}
}

// BenchmarkWebhookToStream delivers 500 signed texts at 20 a second to the
// webhook of an API server and measures, for each, the time from the carrier's
// call to the arrival of message.created in an open stream. A worker process
// runs the subscribers in between.
func BenchmarkWebhookToStream(b *testing.B) {
	for range b.N {
		h := newHarbour(b)
		var mu sync.Mutex
		sent, took := map[string]time.Time{}, []time.Duration{}
		all, open := make(chan struct{}), make(chan struct{})
		ctx, stop := context.WithCancel(b.Context())
		var listening sync.WaitGroup
		listening.Go(func() {
			err := h.listen(ctx, func() { close(open) }, func(body string) {
				mu.Lock()
				defer mu.Unlock()
				took = append(took, time.Since(sent[body]))
				if len(took) == inboundTexts {
					close(all)
				}
			})
			if err != nil {
				b.Error(err)
			}
		})
		h.await(open, "the stream")
		var sending sync.WaitGroup
		tick := time.NewTicker(inboundEvery)
		for i := range inboundTexts {
			<-tick.C
			sending.Go(func() {
				body := strconv.Itoa(i)
				mu.Lock()
				sent[body] = time.Now()
				mu.Unlock()
				if err := h.text(i, body); err != nil {
					b.Error(err)
				}
			})
		}
		tick.Stop()
		sending.Wait()
		h.await(all, "every text in the stream")
		stop()
		listening.Wait()
		bench.Report(b, bench.Figure{
			Name: "stream/webhook-p99", Unit: "ms", Want: bench.AtMost(150), Value: bench.Milliseconds(bench.Quantile(took, .99)),
			What: "From the carrier's signed call to message.created in an open stream; 500 texts at 20/s, API server and worker as processes.",
		})
		bench.Report(b, bench.Figure{
			Name: "stream/webhook-p50", Unit: "ms", Want: bench.Stated, Value: bench.Milliseconds(bench.Quantile(took, .5)),
			What: "The median of the same.",
		})
		b.ReportMetric(0, "ns/op")
	}
}

// BenchmarkOpenStreams opens 2,000 streams of one sub-account in one process.
func BenchmarkOpenStreams(b *testing.B) {
	for range b.N {
		h := newHarbour(b)
		ctx, stop := context.WithCancel(b.Context())
		var opened, reached, listening sync.WaitGroup
		opened.Add(openStreams)
		reached.Add(openStreams)
		memory, routines := h.api.Memory(b).Resident, h.goroutines()
		for range openStreams {
			listening.Go(func() {
				if err := h.listen(ctx, opened.Done, func(string) { reached.Done() }); err != nil {
					b.Error(err)
				}
			})
		}
		h.await(closedAfter(&opened), "all streams")
		memory, routines = h.api.Memory(b).Resident-memory, h.goroutines()-routines
		began := time.Now()
		h.ok(h.text(0, "to all"))
		h.await(closedAfter(&reached), "the text in every stream")
		took := time.Since(began)
		stop()
		listening.Wait()
		bench.Report(b, bench.Figure{
			Name: "stream/memory", Unit: "KiB", Want: bench.Stated, Value: float64(memory) / openStreams / 1024,
			What: "Resident memory of the API server per open stream, with 2,000 of one sub-account open.",
		})
		bench.Report(b, bench.Figure{
			Name: "stream/goroutines", Unit: "goroutines", Want: bench.Stated, Value: float64(routines) / openStreams,
			What: "Goroutines of the API server per open stream.",
		})
		bench.Report(b, bench.Figure{
			Name: "stream/fan-out", Unit: "ms", Want: bench.Stated, Value: bench.Milliseconds(took),
			What: "From the carrier's call to the arrival of one text in the last of 2,000 streams.",
		})
		b.ReportMetric(0, "ns/op")
	}
}

func closedAfter(all *sync.WaitGroup) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		all.Wait()
		close(done)
	}()
	return done
}

func (h *harbour) await(done <-chan struct{}, what string) {
	h.b.Helper()
	select {
	case <-done:
	case <-time.After(streamsPatience):
		h.b.Fatalf("waited in vain for %s", what)
	}
}

// goroutines are those of the API server, as its metrics tell.
func (h *harbour) goroutines() int {
	h.b.Helper()
	r, err := http.NewRequestWithContext(h.b.Context(), http.MethodGet, h.api.Metrics+"/metrics", nil)
	h.ok(err)
	res, err := h.client.Do(r)
	h.ok(err)
	defer func() { _ = res.Body.Close() }()
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), "go_goroutines "); ok {
			n, err := strconv.Atoi(value)
			h.ok(err)
			return n
		}
	}
	h.b.Fatal("the metrics tell of no goroutines")
	return 0
}
