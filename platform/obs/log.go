package obs

import (
	"context"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/trace"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// NewLogger writes JSON lines. Each carries the trace and the tenant of its
// context, and no value whose key names a secret.
func NewLogger(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(contextual{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: redact})})
}

// secretWords mark keys whose values stay out of logs.
var secretWords = []string{"password", "secret", "token", "authorization", "cookie", "keyset", "dsn"}

func redact(_ []string, a slog.Attr) slog.Attr {
	key := strings.ToLower(a.Key)
	for _, w := range secretWords {
		if strings.Contains(key, w) {
			return slog.String(a.Key, "[redacted]")
		}
	}
	return a
}

// chatty are libraries that log by slog's default what is news to nobody: what they
// tell as information is for debugging here.
var chatty = []string{"github.com/zitadel/oidc/"}

// NewLibraryLogger is a logger for slog's default, by which libraries speak: of
// those known to be chatty, information is for debugging.
func NewLibraryLogger(log *slog.Logger) *slog.Logger { return slog.New(library{log.Handler()}) }

type library struct{ slog.Handler }

func (h library) Handle(ctx context.Context, r slog.Record) error {
	if r.Level == slog.LevelInfo && isChatty(r.PC) {
		if r.Level = slog.LevelDebug; !h.Enabled(ctx, r.Level) {
			return nil
		}
	}
	return h.Handler.Handle(ctx, r)
}

func (h library) WithAttrs(attrs []slog.Attr) slog.Handler {
	return library{h.Handler.WithAttrs(attrs)}
}

func (h library) WithGroup(name string) slog.Handler { return library{h.Handler.WithGroup(name)} }

// isChatty tells of the place of a record whether it is in such a library.
func isChatty(pc uintptr) bool {
	frame, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	return slices.ContainsFunc(chatty, func(path string) bool { return strings.HasPrefix(frame.Function, path) })
}

type contextual struct{ slog.Handler }

func (h contextual) Handle(ctx context.Context, r slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		r.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	if t, err := tenancy.From(ctx); err == nil {
		r.AddAttrs(slog.String("tenant", t.SubAccount.String()))
	}
	return h.Handler.Handle(ctx, r)
}

func (h contextual) WithAttrs(attrs []slog.Attr) slog.Handler {
	return contextual{h.Handler.WithAttrs(attrs)}
}

func (h contextual) WithGroup(name string) slog.Handler {
	return contextual{h.Handler.WithGroup(name)}
}
