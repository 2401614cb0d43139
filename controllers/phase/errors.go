package phase

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/omnicrm/omnicrm/platform/fault"
)

type intent int

const (
	failed intent = iota
	waiting
	stalled
)

// intended is an error that says how to go on.
type intended struct {
	intent  intent
	reason  string
	message string
	after   time.Duration
	exact   bool // after is a moment, not a guess
	cause   error
}

func (e *intended) Error() string {
	if e.cause != nil {
		return e.message + ": " + e.cause.Error()
	}
	return e.message
}

func (e *intended) Unwrap() error { return e.cause }

// Waiting says that the phase can't go on until something else has moved. The loop comes back after d at the latest;
// zero leaves it to the watches and the resync. Who waits long is looked at ever more rarely. The reason is CamelCase from
// the kind's fixed list.
func Waiting(d time.Duration, reason, format string, args ...any) error {
	return &intended{intent: waiting, reason: reason, message: fmt.Sprintf(format, args...), after: d}
}

// Until is Waiting for a moment that is known: d from now, neither sooner nor later.
func Until(d time.Duration, reason, format string, args ...any) error {
	return &intended{intent: waiting, reason: reason, message: fmt.Sprintf(format, args...), after: d, exact: true}
}

// Stalled says that nothing but a change helps: of the spec, or of what the message names. The loop looks again only
// with the slow resync.
func Stalled(reason, format string, args ...any) error {
	return &intended{intent: stalled, reason: reason, message: fmt.Sprintf(format, args...)}
}

// Failed gives an error that is retried with backoff a reason and words for its condition.
func Failed(cause error, reason, format string, args ...any) error {
	return &intended{reason: reason, message: fmt.Sprintf(format, args...), cause: cause}
}

// ReasonFailed is the reason of an error that brought no reason of its own.
const ReasonFailed = "Failed"

func intentOf(err error) *intended {
	var e *intended
	if errors.As(err, &e) {
		return e
	}
	if f, ok := fault.As(err); ok {
		return fromFault(f)
	}
	return &intended{reason: ReasonFailed, message: err.Error(), cause: err}
}

// fromFault reads a module's refusal: what the present state or the input doesn't allow stays so until something is
// changed; whatever else may pass. The reason is the slug's last part: "directory.host_taken" is HostTaken.
func fromFault(f *fault.Error) *intended {
	e := &intended{reason: camel(f.Slug[strings.LastIndexByte(f.Slug, '.')+1:]), message: f.Message}
	for _, field := range f.Fields {
		e.message += " " + field.Path + " " + field.Message + "."
	}
	switch f.Code {
	case fault.Invalid, fault.Conflict, fault.Denied, fault.NotFound, fault.Unauthenticated:
		e.intent = stalled
	default:
		e.cause = f
		if cause := f.Unwrap(); cause != nil {
			e.cause = cause
		}
	}
	return e
}

func camel(snake string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(snake, "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// text is what a condition shows: the words and, for an error that is retried, what was behind it.
func (e *intended) text() string {
	if e.intent == failed && e.cause != nil && e.message != e.cause.Error() {
		return e.message + " (" + e.cause.Error() + ")"
	}
	return e.message
}

// IsStalled tells whether err carries that intent.
func IsStalled(err error) bool { return err != nil && intentOf(err).intent == stalled }

// IsWaiting tells whether err carries that intent.
func IsWaiting(err error) bool { return err != nil && intentOf(err).intent == waiting }

// ReasonOf is the reason with which err appears in a condition.
func ReasonOf(err error) string { return intentOf(err).reason }
