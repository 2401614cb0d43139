package config_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/platform/config"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// These tests set environment variables, so they can't be parallel.

func TestDefaultsServeWhereNothingIsSaid(t *testing.T) {
	c, err := config.Load()
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != ":8080" || c.PublicURLTemplate != "https://{host}" || c.LogLevel != slog.LevelInfo || c.MaxTenantConns != 40 || c.JobAttempts != 16 {
		t.Errorf("%+v", c)
	}
}

func TestWhatIsSaidIsHeard(t *testing.T) {
	t.Setenv("OMNICRM_LISTEN", "127.0.0.1:9")
	t.Setenv("OMNICRM_LOG_LEVEL", "debug")
	t.Setenv("OMNICRM_MAX_TENANT_CONNS", "7")
	t.Setenv("OMNICRM_JOB_ATTEMPTS", "3")
	t.Setenv("OMNICRM_TRUSTED_PROXIES", "10.0.0.0/8, 192.168.1.7/32")
	c, err := config.Load()
	if err != nil {
		t.Fatal(err)
	}
	proxies, err := c.Proxies()
	if c.Listen != "127.0.0.1:9" || c.LogLevel != slog.LevelDebug || c.MaxTenantConns != 7 || c.JobAttempts != 3 || len(proxies) != 2 || err != nil {
		t.Errorf("%+v, %v, %v", c, proxies, err)
	}
}

func TestEveryMistakeIsNamedAtOnce(t *testing.T) {
	t.Setenv("OMNICRM_LOG_LEVEL", "loud")
	t.Setenv("OMNICRM_CARRIER_URL", "carrier.example.com/path")
	t.Setenv("OMNICRM_PUBLIC_URL_TEMPLATE", "https://example.com")
	t.Setenv("OMNICRM_TRUSTED_PROXIES", "everybody")
	t.Setenv("OMNICRM_OUTBOUND_ALLOW", "10.0.0.0/99")
	t.Setenv("OMNICRM_STREAMS_PER_CALLER", "0")
	t.Setenv("OMNICRM_JOB_ATTEMPTS", "0")
	_, err := config.Load()
	f, ok := fault.As(err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	var named []string
	for _, field := range f.Fields {
		named = append(named, field.Path)
	}
	want := []string{"OMNICRM_LOG_LEVEL", "OMNICRM_CARRIER_URL", "OMNICRM_PUBLIC_URL_TEMPLATE", "OMNICRM_JOB_ATTEMPTS", "OMNICRM_STREAMS_PER_CALLER", "OMNICRM_OUTBOUND_ALLOW", "OMNICRM_TRUSTED_PROXIES"}
	if diff := cmp.Diff(want, named); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsNoNumberIsNamed(t *testing.T) {
	t.Setenv("OMNICRM_STREAMS_PER_SUB_ACCOUNT", "many")
	_, err := config.Load()
	f, _ := fault.As(err)
	if f == nil || len(f.Fields) != 1 || f.Fields[0].Path != "OMNICRM_STREAMS_PER_SUB_ACCOUNT" {
		t.Errorf("got %v", err)
	}
}

func TestWhatAProcessNeedsAndLacksIsNamed(t *testing.T) {
	t.Setenv("OMNICRM_REDIS_URL", "redis://127.0.0.1:6379/0")
	c, err := config.Load()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Require("REDIS_URL"); err != nil {
		t.Error(err)
	}
	f, _ := fault.As(c.Require("REDIS_URL", "CONTROL_DSN", "KEYSET"))
	if f == nil || len(f.Fields) != 2 || f.Fields[0].Path != "OMNICRM_CONTROL_DSN" {
		t.Errorf("%v", f)
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	t.Setenv("OMNICRM_CONTROL_DSN", "postgres://app:hunter2@db.example.com/control")
	t.Setenv("OMNICRM_REDIS_URL", "redis://:hunter2@redis.example.com/0")
	t.Setenv("OMNICRM_KEYSET", "hunter2")
	c, err := config.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{fmt.Sprint(c), fmt.Sprintf("%+v %#v", c, c), c.LogValue().String()} {
		if strings.Contains(printed, "hunter2") || !strings.Contains(printed, "db.example.com/control") {
			t.Errorf("printed %s", printed)
		}
	}
}
