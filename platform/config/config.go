// Package config reads what a process is told through its environment: names
// that begin with OMNICRM_, KUBECONFIG, and OpenTelemetry's own. There is no file and no
// second source, so `env` tells the whole configuration.
package config

import (
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/v2"

	"github.com/omnicrm/omnicrm/platform/fault"
)

const prefix = "OMNICRM_"

// Config is the configuration of every process; each uses what it needs, and
// asks for it with Require.
type Config struct {
	// ControlDSN of the control database, as omnicrm_app:
	// "postgres://user:password@host:5432/name?sslmode=verify-full".
	ControlDSN string `koanf:"control_dsn"`
	// MigratorDSN of the control database, as its owner; for `omnicrm migrate`.
	MigratorDSN string `koanf:"migrator_dsn"`
	// RedisURL: "redis://host:6379/0", "rediss://" for TLS.
	RedisURL string `koanf:"redis_url"`
	// Keyset seals secrets: a tink AEAD keyset as base64 JSON; `omnicrm keyset`
	// makes one.
	Keyset string `koanf:"keyset"`
	// Listen is the address of the API server; default ":8080".
	Listen string `koanf:"listen"`
	// MetricsListen serves /metrics, /healthz and /readyz; default ":9090".
	MetricsListen string `koanf:"metrics_listen"`
	// PublicURLTemplate makes the address of an agency's app from its host;
	// default "https://{host}".
	PublicURLTemplate string `koanf:"public_url_template"`
	// WebhookURL is the origin that carriers call; it must reach the API server.
	WebhookURL string `koanf:"webhook_url"`
	// CarrierURL replaces https://api.twilio.com: the sandbox, or a proxy.
	CarrierURL string `koanf:"carrier_url"`
	// TrustedProxies are the networks whose X-Forwarded-For is believed, by
	// commas: "10.0.0.0/8,192.168.0.0/16"; default none.
	TrustedProxies string `koanf:"trusted_proxies"`
	// OutboundAllow are the networks that addresses which customers give may lead
	// to although they are private, by commas; plain HTTP and any port will do
	// there. Default none.
	OutboundAllow string `koanf:"outbound_allow"`
	// Namespace holds the operator's own Secrets; default "omnicrm-system".
	Namespace string `koanf:"namespace"`
	// Kubeconfig is $KUBECONFIG: the file that names the Kubernetes API; empty in
	// a pod, which has a service account.
	Kubeconfig string `koanf:"-"`
	// LogLevel is debug, info, warn or error; default info.
	LogLevel slog.Level `koanf:"-"`
	// MaxTenantConns caps the connections to tenant databases of one process;
	// default 40.
	MaxTenantConns int `koanf:"max_tenant_conns"`
	// CarrierTimeout bounds one call to the carrier; how long its word is waited
	// for otherwise is a multiple of it. Default 15s.
	CarrierTimeout time.Duration `koanf:"-"`
	// JobLease is after what silence of a worker its jobs go to another; default
	// 30s.
	JobLease time.Duration `koanf:"-"`
	// JobAttempts is after how many failures a job is parked for people to see;
	// default 16, about four hours.
	JobAttempts int `koanf:"job_attempts"`
	// StreamsPerCaller and StreamsPerSubAccount cap the event streams open at one
	// API server; default 20 and 1,000.
	StreamsPerCaller     int `koanf:"streams_per_caller"`
	StreamsPerSubAccount int `koanf:"streams_per_sub_account"`
	// Tiers are the worker's tiers: "Basic=1/8,Standard=2/32" gives each name its
	// weight and its cap of jobs at once; default Basic=1/8, Standard=2/32 and
	// Premium=4/128.
	Tiers string `koanf:"tiers"`
	// CallerRate is how many requests a minute one person or key may make in one
	// sub-account, AnonymousRate one address without a sign-in; so many may come
	// at once. Defaults 1200 and 120.
	CallerRate    int `koanf:"caller_rate"`
	AnonymousRate int `koanf:"anonymous_rate"`
}

var defaults = map[string]any{
	"listen":                  ":8080",
	"metrics_listen":          ":9090",
	"public_url_template":     "https://{host}",
	"namespace":               "omnicrm-system",
	"log_level":               "info",
	"caller_rate":             1200,
	"anonymous_rate":          120,
	"max_tenant_conns":        40,
	"carrier_timeout":         "15s",
	"job_lease":               "30s",
	"job_attempts":            16,
	"streams_per_caller":      20,
	"streams_per_sub_account": 1000,
}

// Load reads the environment and checks the form of what is there. Every
// mistake is reported at once, by the variable's name.
func Load() (Config, error) {
	k := koanf.New(".")
	var c Config
	if err := k.Load(confmap.Provider(defaults, "."), nil); err != nil {
		return c, err
	}
	fromEnv := env.Provider(".", env.Opt{Prefix: prefix, TransformFunc: func(key, value string) (string, any) {
		return strings.ToLower(strings.TrimPrefix(key, prefix)), value
	}})
	if err := k.Load(fromEnv, nil); err != nil {
		return c, err
	}
	c.Kubeconfig = os.Getenv("KUBECONFIG")
	var f fault.Checks
	if err := k.Unmarshal("", &c); err != nil {
		for _, name := range []string{"max_tenant_conns", "job_attempts", "caller_rate", "anonymous_rate", "streams_per_caller", "streams_per_sub_account"} {
			_, err := strconv.Atoi(k.String(name))
			f.Check(err == nil, prefix+strings.ToUpper(name), "Give a whole number.")
		}
		return c, f.Err("config.invalid")
	}
	f.Check(c.LogLevel.UnmarshalText([]byte(k.String("log_level"))) == nil, prefix+"LOG_LEVEL", "Say debug, info, warn or error.")
	c.CarrierTimeout = duration(k, &f, "carrier_timeout")
	c.JobLease = duration(k, &f, "job_lease")
	c.check(&f)
	return c, f.Err("config.invalid")
}

func duration(k *koanf.Koanf, f *fault.Checks, name string) time.Duration {
	d, err := time.ParseDuration(k.String(name))
	f.Check(err == nil && d > 0, prefix+strings.ToUpper(name), `Give a time above zero, such as "15s".`)
	return d
}

func (c Config) check(f *fault.Checks) {
	const mend = `Give an origin such as "https://hooks.example.com", with no path.`
	f.Check(c.WebhookURL == "" || isOrigin(c.WebhookURL), prefix+"WEBHOOK_URL", mend)
	f.Check(c.CarrierURL == "" || isOrigin(c.CarrierURL), prefix+"CARRIER_URL", mend)
	f.Check(strings.Contains(c.PublicURLTemplate, "{host}"), prefix+"PUBLIC_URL_TEMPLATE", `Put {host} where the agency's host goes, as in "https://{host}".`)
	f.Check(c.MaxTenantConns > 0, prefix+"MAX_TENANT_CONNS", "Give a number above zero.")
	f.Check(c.JobAttempts > 0, prefix+"JOB_ATTEMPTS", "Give a number above zero.")
	f.Check(c.CallerRate > 0, prefix+"CALLER_RATE", "Give a number of requests a minute above zero.")
	f.Check(c.AnonymousRate > 0, prefix+"ANONYMOUS_RATE", "Give a number of requests a minute above zero.")
	f.Check(c.StreamsPerCaller > 0, prefix+"STREAMS_PER_CALLER", "Give a number above zero.")
	f.Check(c.StreamsPerSubAccount > 0, prefix+"STREAMS_PER_SUB_ACCOUNT", "Give a number above zero.")
	_, err := c.OutboundNetworks()
	f.Check(err == nil, prefix+"OUTBOUND_ALLOW", `Give networks by commas, as in "10.20.0.0/16,fd00:1::/64".`)
	_, err = c.Proxies()
	f.Check(err == nil, prefix+"TRUSTED_PROXIES", `Give networks by commas, as in "10.0.0.0/8,192.168.1.7/32".`)
}

func isOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && strings.Trim(u.Path, "/") == "" && u.RawQuery == ""
}

// Proxies are the trusted networks.
func (c Config) Proxies() ([]netip.Prefix, error) { return networks(c.TrustedProxies) }

// OutboundNetworks are the networks of OutboundAllow.
func (c Config) OutboundNetworks() ([]netip.Prefix, error) { return networks(c.OutboundAllow) }

func networks(list string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for s := range strings.SplitSeq(list, ",") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// Require checks that each of the named variables is set, "CONTROL_DSN" for
// OMNICRM_CONTROL_DSN, and says what each is for where it is not.
func (c Config) Require(names ...string) error {
	known := map[string]struct{ value, mend string }{
		"CONTROL_DSN":  {c.ControlDSN, "Give the DSN of the control database."},
		"MIGRATOR_DSN": {c.MigratorDSN, "Give the DSN of the control database as its owner."},
		"REDIS_URL":    {c.RedisURL, `Give the address of Redis, as in "redis://127.0.0.1:6379/0".`},
		"KEYSET":       {c.Keyset, "Give the keyset that seals secrets; make one with: omnicrm keyset"},
		"WEBHOOK_URL":  {c.WebhookURL, "Give the origin at which the carrier reaches the API server."},
	}
	var f fault.Checks
	for _, name := range names {
		v, ok := known[name]
		if !ok {
			return fmt.Errorf("config: no variable %s%s can be required", prefix, name)
		}
		f.Check(v.value != "", prefix+name, v.mend)
	}
	return f.Err("config.missing")
}

// LogValue leaves out every secret.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("control", host(c.ControlDSN)), slog.String("redis", host(c.RedisURL)),
		slog.String("listen", c.Listen), slog.String("metrics_listen", c.MetricsListen),
		slog.String("public_url_template", c.PublicURLTemplate), slog.String("webhook_url", c.WebhookURL),
		slog.String("carrier_url", c.CarrierURL), slog.String("trusted_proxies", c.TrustedProxies), slog.String("outbound_allow", c.OutboundAllow),
		slog.String("namespace", c.Namespace), slog.String("tiers", c.Tiers), slog.Int("max_tenant_conns", c.MaxTenantConns),
		slog.Duration("carrier_timeout", c.CarrierTimeout), slog.Duration("job_lease", c.JobLease), slog.Int("job_attempts", c.JobAttempts),
	)
}

// String is LogValue for those who print.
func (c Config) String() string { return c.LogValue().String() }

// GoString is LogValue for %#v.
func (c Config) GoString() string { return c.String() }

func host(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.Host == "" {
		return "(set)"
	}
	return u.Host + u.Path
}
