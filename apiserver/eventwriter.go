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
// (https://html.spec.whatwg.org/multipage/server-sent-events.html), each
// flushed, with a deadline of its own: a reader that takes nothing is cut off,
// one that has nothing to take stays.
type eventWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
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

func (e *eventWriter) comment(text string) error { return e.write(": " + text + "\n\n") }

func (e *eventWriter) event(ev events.Event) error {
	data, err := json.Marshal(StreamedEvent{
		Kind: ev.Kind, SubjectKind: ev.SubjectKind, SubjectID: ev.SubjectID, Payload: ev.Payload, OccurredAt: ev.OccurredAt,
	})
	if err != nil {
		return err
	}
	return e.write(fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", ev.Seq, ev.Kind, data))
}

func (e *eventWriter) write(s string) error {
	_ = e.control.SetWriteDeadline(clock.System().Now().Add(eventTimeout))
	if _, err := e.w.Write([]byte(s)); err != nil {
		return err
	}
	return e.control.Flush()
}
