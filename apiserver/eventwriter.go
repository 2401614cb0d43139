package apiserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/events"
)

// eventWriter writes server-sent events
// (https://html.spec.whatwg.org/multipage/server-sent-events.html), with a deadline of their
// own: a reader that takes nothing is cut off,
// one that has nothing to take stays.
type eventWriter struct {
	w       http.ResponseWriter
	mark    string // behind the number in each id: see reachMark
	control *http.ResponseController
	err     error // the first one; nothing is written after it
}

const eventTimeout = 30 * time.Second

func newEventWriter(w http.ResponseWriter) *eventWriter {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	control := http.NewResponseController(w)
	// The read deadline would end the stream: the server reads on for the
	// reader's leaving. A writer without deadlines, such as a test's, has none.
	_ = control.SetReadDeadline(time.Time{})
	w.WriteHeader(http.StatusOK)
	return &eventWriter{w: w, control: control}
}

// begin tells when to come back after a break, and, without an event, the id
// behind which the stream begins: who breaks off before the first event comes
// back with it and misses none
// (https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage,
// step 1).
func (e *eventWriter) begin(retry time.Duration, seq int64) error {
	e.printf("retry: %d\nid: %d%s\n: welcome\n\n", retry.Milliseconds(), seq, e.mark)
	return e.flush()
}

// beat is for proxies, and tells how far the stream is although its reader may
// not see what happened.
func (e *eventWriter) beat(seq int64) error {
	e.printf("id: %d%s\n: still here\n\n", seq, e.mark)
	return e.flush()
}

// reset says that the stream begins at seq, not where it was asked to.
func (e *eventWriter) reset(seq int64, why events.Reset) error {
	e.printf("id: %d%s\nevent: reset\ndata: {\"reason\":%q}\n\n", seq, e.mark, why)
	return e.flush()
}

// goodbye says when another server may be asked.
func (e *eventWriter) goodbye(retry time.Duration) error {
	e.printf("retry: %d\n: this server stops; come back\n\n", retry.Milliseconds())
	return e.flush()
}

// event writes an event; flush sends it.
func (e *eventWriter) event(ev *events.Event) error {
	data, err := json.Marshal(StreamedEvent{
		Kind: ev.Kind, SubjectKind: ev.SubjectKind, SubjectID: ev.SubjectID, Payload: ev.Payload, OccurredAt: ev.OccurredAt,
	})
	if err != nil {
		return err
	}
	e.printf("id: %d%s\nevent: %s\ndata: %s\n\n", ev.Seq, e.mark, ev.Kind, data)
	return e.err
}

func (e *eventWriter) printf(format string, args ...any) {
	if e.err == nil {
		_ = e.control.SetWriteDeadline(clock.System().Now().Add(eventTimeout))
		_, e.err = fmt.Fprintf(e.w, format, args...)
	}
}

func (e *eventWriter) flush() error {
	if e.err == nil {
		e.err = e.control.Flush()
	}
	return e.err
}
