package obs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/zitadel/oidc/v3/pkg/oidc"

	"github.com/omnicrm/omnicrm/platform/obs"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func ok(context.Context) error     { return nil }
func broken(context.Context) error { return errors.New("connection refused") }
func hangs(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestReadyzTellsTheTruthAboutDependencies(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		health obs.Health
		status int
		checks map[string]string
	}{
		"all well is ready":                           {obs.Health{Vital: map[string]obs.Check{"control": ok}}, 200, map[string]string{"control": "ok"}},
		"a vital part that is away is not ready":      {obs.Health{Vital: map[string]obs.Check{"control": broken}}, 503, map[string]string{"control": "connection refused"}},
		"what it can do without is shown":             {obs.Health{Vital: map[string]obs.Check{"control": ok}, Other: map[string]obs.Check{"redis": broken}}, 200, map[string]string{"control": "ok", "redis": "connection refused"}},
		"a part that never answers is not waited for": {obs.Health{Vital: map[string]obs.Check{"control": hangs}}, 503, map[string]string{"control": "context deadline exceeded"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := httptest.NewRecorder()
			tt.health.Handler(obs.NewRegistry()).ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", nil))
			var got struct {
				Ready  bool
				Checks map[string]string
			}
			if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if rec.Code != tt.status || got.Ready != (tt.status == 200) {
				t.Errorf("status %d, ready %t", rec.Code, got.Ready)
			}
			if diff := cmp.Diff(tt.checks, got.Checks); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHealthzAndMetricsAreServed(t *testing.T) {
	t.Parallel()
	h := obs.Health{}.Handler(obs.NewRegistry())
	for path, want := range map[string]string{"/healthz": "ok", "/metrics": "go_goroutines"} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if rec.Code != 200 || !strings.Contains(rec.Body.String(), want) {
			t.Errorf("%s: %d %.80s", path, rec.Code, rec.Body)
		}
	}
}

func TestALogLineNamesItsTenantAndNoSecret(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	sub := uuid.New()
	ctx := tenancy.WithTenant(t.Context(), tenancy.Tenant{SubAccount: sub})
	log := obs.NewLogger(&out, slog.LevelInfo).With("service", "test")
	log.InfoContext(ctx, "signed in", "email", "ada@example.com", "password", "hunter2", "X-Auth-Token", "hunter2")
	log.DebugContext(ctx, "not at this level")
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	delete(got, "time")
	want := map[string]any{
		"level": "INFO", "msg": "signed in", "service": "test", "email": "ada@example.com",
		"password": "[redacted]", "X-Auth-Token": "[redacted]", "tenant": sub.String(),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// elsewhere is a place in a library.
func elsewhere(t *testing.T) uintptr {
	t.Helper()
	return reflect.ValueOf(oidc.NewJWTProfileAssertion).Pointer()
}

func TestWhatLibrariesTellAsInformationIsForDebugging(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		least, level slog.Level
		foreign      bool
		want         string // its level in the log; none if it isn't there
	}{
		"a chatty library's information":                {slog.LevelInfo, slog.LevelInfo, true, ""},
		"the same for who debugs":                       {slog.LevelDebug, slog.LevelInfo, true, "DEBUG"},
		"a chatty library's warning":                    {slog.LevelInfo, slog.LevelWarn, true, "WARN"},
		"what others tell, such as the log of net/http": {slog.LevelInfo, slog.LevelInfo, false, "INFO"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			log := obs.NewLibraryLogger(obs.NewLogger(&out, tc.least)).With("role", "worker")
			r := slog.NewRecord(time.Time{}, tc.level, "registered route", reflect.ValueOf(http.NewServeMux).Pointer())
			if tc.foreign {
				r.PC = elsewhere(t)
			}
			if err := log.Handler().Handle(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			var got struct{ Level, Role string }
			if out.Len() > 0 {
				if err := json.Unmarshal(out.Bytes(), &got); err != nil || got.Role != "worker" {
					t.Errorf("%s: %v", out.String(), err)
				}
			}
			if got.Level != tc.want {
				t.Errorf("got %q, want %q", got.Level, tc.want)
			}
		})
	}
}
