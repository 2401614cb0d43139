package apiserver_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"

	"github.com/omnicrm/omnicrm/apiserver"
	"github.com/omnicrm/omnicrm/cmd/omnicrm/plug"
	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/modules/compliance"
	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/modules/webhook"
	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/idempotency"
	"github.com/omnicrm/omnicrm/platform/limit"
	"github.com/omnicrm/omnicrm/platform/outbound"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

const (
	acmeHost, betaHost = "app.acme.example", "app.beta.example"
	webhookURL         = "https://hooks.example"
	password           = "velvet tractor ninety"
	carrierToken       = "carrier-token-of-one"
)

// bench is the real handler on real stores: acme has the sub-accounts one and
// two, beta has abroad, in the same tenant database.
type bench struct {
	controlDSN, tenantDSN string

	t                *testing.T
	server           *httptest.Server
	redis            *parts.RedisServer
	options          apiserver.Options
	acme, beta       directory.Agency
	one, two, abroad directory.SubAccount
	consumer         *events.Consumer
	stop             func() // begins the shutdown
}

// keyset is one for all tests of a run.
var keyset = sync.OnceValues(secrets.GenerateKeyset)

// page has every token that the server fills in.
var site = fstest.MapFS{
	"index.html": {Data: []byte(`<title>__TITLE__</title>__PRELOADS__<script nonce="__NONCE__" type="application/json">__BOOT__</script>` +
		`<style nonce="__NONCE__">__THEME_CSS__</style>`)},
	"assets/app-1a2b.js":    {Data: []byte("console.log('app')")},
	"assets/app-1a2b.js.br": {Data: []byte("packed")},
	"preloads.json": {Data: []byte(`[{"path":"/a/*/inbox","scripts":["/assets/app-1a2b.js"],"data":["/api/v1/session","/api/v1/sub-accounts/*/conversations?status=open&limit=50"],"open":[]},` +
		`{"path":"/sign-in","scripts":[],"data":[],"open":["/api/v1/session/providers"]},{"path":"/agency/**","scripts":["/assets/app-1a2b.js"],"data":[],"open":[]}]`)},
	"docs/index.html": {Data: []byte("<title>reference</title>")},
	"favicon.svg":     {Data: []byte("<svg/>")},
}

func newBench(t *testing.T, change ...func(*apiserver.Options)) *bench {
	t.Helper()
	return newBenchAt(t, parts.ControlDB(t), parts.TenantDB(t).App, change...)
}

// newBenchAt is newBench on databases of the caller's.
func newBenchAt(t *testing.T, controlDSN, tenantDSN string, change ...func(*apiserver.Options)) *bench {
	t.Helper()
	b := &bench{t: t, controlDSN: controlDSN, tenantDSN: tenantDSN}
	b.plug()
	b.people()
	for _, fn := range change {
		fn(&b.options)
	}
	stopping := make(chan struct{})
	b.stop = sync.OnceFunc(func() { close(stopping) })
	b.options.Stopping = stopping
	handler, err := apiserver.New(b.options)
	b.ok(err)
	b.server = httptest.NewServer(handler)
	t.Cleanup(func() {
		b.stop()
		b.server.Close()
	})
	return b
}

func (b *bench) ok(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// plug wires the house as cmd/omnicrm does, with cheap hashes.
func (b *bench) plug() {
	b.t.Helper()
	ctx, now, log := b.t.Context(), clock.System(), slog.New(slog.DiscardHandler)
	control, err := db.NewControl(ctx, b.controlDSN)
	b.ok(err)
	b.t.Cleanup(control.Close)
	keys, err := keyset()
	b.ok(err)
	box, err := secrets.NewBox(keys)
	b.ok(err)
	b.redis = parts.RedisServerFor(b.t)
	address, err := redis.ParseURL(b.redis.URL)
	b.ok(err)
	client := redis.NewClient(address)
	b.t.Cleanup(func() { _ = client.Close() })
	limiter := limit.New(client, now)
	audits := audit.New(audit.Options{Control: control, Clock: now})
	dir := directory.New(directory.Options{Control: control, Box: box, Clock: now, Auditor: audits, Resources: &cluster{}})
	tenants := db.NewTenants(dir, db.TenantsOptions{})
	b.t.Cleanup(tenants.Close)
	o := apiserver.Options{
		Directory: dir, Control: control, Tenants: tenants, Idempotency: idempotency.New(box, now), Limiter: limiter,
		Stream: events.NewStream(tenants, client, now, log), Kinds: plug.Kinds(), Clock: now, Log: log, Web: site, WebhookURL: webhookURL,
		Access: access.New(access.Options{
			Control: control, Box: box, Hasher: auth.NewHasher(auth.Params{MemoryKiB: 64, Passes: 1, Lanes: 1}, 1024),
			Limiter: limiter, Clock: now, Directory: plug.AccessDirectory{Directory: dir}, Auditor: audits,
			Caller: outbound.New(outbound.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}),
		}),
	}
	bell := queue.NewRedisBell(client, log)
	o.Audit = audit.New(audit.Options{Control: control, Tenants: tenants, Clock: now, Box: box, Events: events.NewBus(bell, now).Knowing(plug.Kinds())})
	b.plugModules(&o, bell)
	b.consumer = events.NewConsumer(events.ConsumerOptions{
		Tenants: tenants, Locator: dir, Ring: queue.NewHybridRing(client, log), Announcer: events.NewRedisAnnouncer(client, log),
		Subscribers: []events.Subscriber{audit.Subscriber{}, contact.Timeline{}, o.Webhooks.Subscriber()}, Clock: now, Log: log,
	})
	o.Jobs, o.Events = queue.NewLedger(tenants, bell, now), b.consumer
	b.options = o
}

func (b *bench) plugModules(o *apiserver.Options, bell queue.Bell) {
	b.t.Helper()
	bus, jobs := events.NewBus(bell, o.Clock).Knowing(plug.Kinds()), queue.New(bell, o.Clock)
	o.Contacts = contact.New(contact.Parts{
		Tenants: o.Tenants, Events: bus, Jobs: jobs, Clock: o.Clock,
		Regions: plug.Regions{Directory: o.Directory}, Zones: plug.Regions{Directory: o.Directory}, Members: plug.Members{Access: o.Access},
		Behaviours: conversation.Behaviours(),
	})
	o.Compliance = compliance.New(compliance.Parts{
		Tenants: o.Tenants, Events: bus, Clock: o.Clock, Accounts: plug.AccountStates{Directory: o.Directory},
		Contacts: o.Contacts,
	})
	o.Contacts.Consents = plug.Consents{Compliance: o.Compliance}
	o.Conversations = conversation.New(conversation.Parts{
		Tenants: o.Tenants, Events: bus, Clock: o.Clock, Contacts: o.Contacts, Gate: plug.Gate{Compliance: o.Compliance},
	})
	o.Contacts.OptOuts, o.Contacts.Attachments = o.Compliance, []contact.Attachment{o.Conversations}
	carrier, err := sms.NewTwilio(sms.TwilioOptions{})
	b.ok(err)
	o.SMS = sms.New(sms.Parts{
		Tenants: o.Tenants, Jobs: jobs, Clock: o.Clock, Carrier: carrier,
		Accounts: plug.Accounts{Directory: o.Directory, Webhooks: webhookURL},
		Messages: plug.Texts{Conversations: o.Conversations}, OptOuts: plug.OptOuts{Compliance: o.Compliance},
	})
	o.Conversations.AddChannel(sms.Channel, o.SMS)
	keys, err := keyset()
	b.ok(err)
	box, err := secrets.NewBox(keys)
	b.ok(err)
	o.Webhooks = webhook.New(webhook.Parts{
		Tenants: o.Tenants, Events: bus, Records: o.Contacts, Jobs: jobs, Clock: o.Clock, Box: box, Caller: outbound.New(outbound.Options{}),
		Kinds: o.Kinds,
	})
}

// people writes what the operator would have.
func (b *bench) people() {
	b.t.Helper()
	ctx := b.t.Context()
	dsn, err := url.Parse(b.tenantDSN)
	b.ok(err)
	port, err := strconv.Atoi(dsn.Port())
	b.ok(err)
	secret, _ := dsn.User.Password()
	database, err := b.options.Directory.UpsertDatabase(ctx, directory.DatabaseInput{
		Name: "shared", Server: "one", Host: dsn.Hostname(), Port: port, DBName: dsn.Path[1:], SSLMode: "disable",
		AppUser: dsn.User.Username(), AppPassword: secret, Isolation: directory.Shared,
	})
	b.ok(err)
	b.acme, b.beta = b.agency("acme", acmeHost, "#0f6fde"), b.agency("beta", betaHost, "")
	b.one = b.subAccount(b.acme, database.ID, "one")
	b.two = b.subAccount(b.acme, database.ID, "two")
	b.abroad = b.subAccount(b.beta, database.ID, "abroad")
	b.ok(b.options.Directory.SetTelephony(ctx, b.one.ID,
		directory.Telephony{AccountSID: "AC0123456789abcdef0123456789abcdef", AuthToken: carrierToken}, "+14155550100"))
}

func (b *bench) agency(name, host, color string) directory.Agency {
	b.t.Helper()
	a, err := b.options.Directory.UpsertAgency(b.t.Context(), directory.AgencyInput{
		Name: name, Namespace: "agency-" + name, UID: "uid-" + name, DisplayName: "The <" + name + ">", Isolation: directory.Shared,
		Branding: directory.Branding{PrimaryColor: color, LogoURL: "https://cdn." + name + ".example/logo.svg"},
	})
	b.ok(err)
	b.ok(b.options.Directory.SetHosts(b.t.Context(), a.ID, []string{host}))
	return a
}

func (b *bench) subAccount(a directory.Agency, database uuid.UUID, name string) directory.SubAccount {
	b.t.Helper()
	s, err := b.options.Directory.UpsertSubAccount(b.t.Context(), directory.SubAccountInput{
		Agency: a.ID, Namespace: a.Namespace, Name: name, UID: "uid-" + name, DisplayName: "Sub " + name,
		Timezone: "America/New_York", Country: "US", Currency: "USD", OwnerEmail: "owner@" + name + ".example", Database: database,
	})
	b.ok(err)
	return s
}

// token signs a new person in with the role, in the agency for uuid.Nil.
func (b *bench) token(a directory.Agency, subAccount uuid.UUID, role access.Role) string {
	b.t.Helper()
	ctx := tenancy.WithActor(context.WithoutCancel(b.t.Context()), tenancy.Actor{Kind: tenancy.Operator})
	_, token, err := b.options.Access.Invite(ctx, access.InviteInput{
		Agency: a.ID, SubAccount: subAccount, Email: uuid.NewString() + "@people.example", Name: "Ann", Role: role,
	})
	b.ok(err)
	signed, err := b.options.Access.Accept(ctx, access.AcceptInput{Agency: a.ID, Token: token, Name: "Ann", Password: password, IP: "192.0.2.1"})
	b.ok(err)
	return signed.Token
}

// person is who holds the session.
func (b *bench) person(token string) string {
	b.t.Helper()
	who, _ := b.must(200, ask{path: "/api/v1/session", token: token}).json["person"].(map[string]any)
	id, _ := who["id"].(string)
	return id
}
