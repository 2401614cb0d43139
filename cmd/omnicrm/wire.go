package main

import (
	"context"

	"github.com/redis/go-redis/v9"

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
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/limit"
	"github.com/omnicrm/omnicrm/platform/obs"
	"github.com/omnicrm/omnicrm/platform/outbound"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/workers"
)

// passwordMemory bounds what hashing passwords may hold at once, in KiB: eight
// sign-ins side by side.
const passwordMemory = 512 << 10

// cellar is the platform as a process uses it.
type cellar struct {
	control *db.Control
	redis   *redis.Client
	box     *secrets.Box
	limiter *limit.Limiter
}

// administration are the modules of the control database: all that the
// operator needs.
type administration struct {
	cellar
	audit     *audit.Service
	directory *directory.Service
	access    *access.Service
	outbound  *outbound.Client // calls addresses that agencies and customers give
}

// house is every module, plugged together. This file and plug are the
// only places that know two modules at once.
type house struct {
	administration
	tenants       *db.Tenants
	queue         *queue.Queue
	contacts      *contact.Service
	conversations *conversation.Service
	compliance    *compliance.Service
	sms           *sms.Service
	webhooks      *webhook.Service
}

func (p *process) openCellar(ctx context.Context) (cellar, error) {
	address, err := redis.ParseURL(p.cfg.RedisURL)
	if err != nil {
		return cellar{}, err
	}
	c, err := p.openVault(ctx)
	if err != nil {
		return cellar{}, err
	}
	c.redis = redis.NewClient(address)
	c.limiter = limit.New(c.redis, p.clock)
	return c, nil
}

// openVault opens what holds facts: the part of the cellar that needs no Redis.
func (p *process) openVault(ctx context.Context) (cellar, error) {
	control, err := db.NewControl(ctx, p.cfg.ControlDSN)
	if err != nil {
		return cellar{}, err
	}
	if err := control.Register(p.registry); err != nil {
		return cellar{}, err
	}
	box, err := secrets.NewBox(p.cfg.Keyset)
	return cellar{control: control, box: box}, err
}

func (c cellar) close() {
	c.control.Close()
	_ = c.redis.Close()
}

// health tells whether the parts answer. Without Redis everything goes on.
func (c cellar) health() obs.Health {
	return obs.Health{
		Vital: map[string]obs.Check{"control": c.control.Ping},
		Other: map[string]obs.Check{"redis": func(ctx context.Context) error { return c.redis.Ping(ctx).Err() }},
	}
}

// openAdministration plugs the modules of the control database together;
// resources may be nil where there is no console.
func (p *process) openAdministration(ctx context.Context, resources directory.Resources) (administration, error) {
	c, err := p.openCellar(ctx)
	if err != nil {
		return administration{}, err
	}
	a := administration{cellar: c, audit: audit.New(audit.Options{Control: c.control, Clock: p.clock})}
	a.directory = directory.New(directory.Options{
		Control: c.control, Box: c.box, Clock: p.clock, Auditor: a.audit, Resources: resources,
	})
	allowed, err := p.cfg.OutboundNetworks()
	if err != nil {
		return administration{}, err
	}
	a.outbound = outbound.New(outbound.Options{Allow: allowed})
	a.access = access.New(access.Options{
		Control: c.control, Box: c.box, Hasher: auth.NewHasher(auth.Recommended(), passwordMemory), Limiter: c.limiter, Clock: p.clock,
		Directory: plug.AccessDirectory{Directory: a.directory}, Auditor: a.audit, Caller: a.outbound,
	})
	return a, nil
}

// openHouse plugs all modules together over the given bell.
func (p *process) openHouse(ctx context.Context, resources directory.Resources, bell func(cellar) queue.Bell) (*house, error) {
	a, err := p.openAdministration(ctx, resources)
	if err != nil {
		return nil, err
	}
	carrier, err := sms.NewTwilio(sms.TwilioOptions{Origin: p.cfg.CarrierURL, Timeout: p.cfg.CarrierTimeout})
	if err != nil {
		return nil, err
	}
	h := &house{
		administration: a,
		tenants:        db.NewTenants(a.directory, db.TenantsOptions{MaxConns: p.cfg.MaxTenantConns, Clock: p.clock}),
	}
	if err := h.tenants.Register(p.registry); err != nil {
		return nil, err
	}
	rung := bell(a.cellar)
	kinds := plug.Kinds()
	bus := events.NewBus(rung, p.clock).Knowing(kinds)
	h.queue = queue.New(rung, p.clock).ParkAfter(p.cfg.JobAttempts)
	h.audit = audit.New(audit.Options{
		Control: a.control, Tenants: h.tenants, Clock: p.clock, Box: a.box, Events: bus, Log: p.log,
	})
	h.contacts = contact.New(contact.Parts{
		Tenants: h.tenants, Events: bus, Jobs: h.queue, Clock: p.clock,
		Regions: plug.Regions{Directory: a.directory}, Zones: plug.Regions{Directory: a.directory}, Members: plug.Members{Access: a.access},
		Behaviours: conversation.Behaviours(),
	})
	h.compliance = compliance.New(compliance.Parts{
		Tenants: h.tenants, Events: bus, Clock: p.clock, Accounts: plug.AccountStates{Directory: a.directory},
		Contacts: h.contacts,
	})
	h.contacts.Consents = plug.Consents{Compliance: h.compliance} // each needs the other
	h.conversations = conversation.New(conversation.Parts{
		Tenants: h.tenants, Events: bus, Clock: p.clock, Contacts: h.contacts, Gate: plug.Gate{Compliance: h.compliance},
	})
	h.contacts.OptOuts, h.contacts.Attachments = h.compliance, []contact.Attachment{h.conversations}
	h.sms = sms.New(sms.Parts{
		Tenants: h.tenants, Jobs: h.queue, Clock: p.clock, Carrier: carrier, Patience: p.cfg.CarrierTimeout,
		Accounts: plug.Accounts{Directory: a.directory, Webhooks: p.cfg.WebhookURL},
		Messages: plug.Texts{Conversations: h.conversations}, OptOuts: plug.OptOuts{Compliance: h.compliance},
	})
	h.conversations.AddChannel(sms.Channel, h.sms)
	h.webhooks = webhook.New(webhook.Parts{
		Tenants: h.tenants, Events: bus, Records: h.contacts, Jobs: h.queue, Clock: p.clock, Box: a.box,
		Caller: a.outbound, Kinds: kinds,
	})
	return h, nil
}

// night are the modules with work at night.
func (h *house) night() workers.Modules {
	return workers.Modules{Audit: h.audit, Contacts: h.contacts, Conversations: h.conversations, SMS: h.sms, Webhooks: h.webhooks}
}

func (h *house) close() {
	h.tenants.Close()
	h.cellar.close()
}
