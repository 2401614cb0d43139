package conversation

import "github.com/omnicrm/omnicrm/platform/filter"

// Behaviours are what filters may ask of messages: how often one came or went,
// and when.
func Behaviours() map[string]filter.Relation {
	out := map[string]filter.Relation{}
	for name, b := range map[string]struct{ one, many, only, at string }{
		"message.received":  {"message received", "messages received", `message.direction = 'in'`, "created_at"},
		"message.sent":      {"message sent", "messages sent", `message.direction = 'out' and message.status in ('sent', 'delivered', 'undelivered')`, "created_at"},
		"message.delivered": {"message delivered", "messages delivered", `message.direction = 'out' and message.status = 'delivered'`, "status_at"},
		"message.failed":    {"message failed", "messages failed", `message.direction = 'out' and message.status in ('failed', 'undelivered')`, "status_at"},
	} {
		out[name] = filter.Relation{
			Name: name, One: b.one, Many: b.many, At: "at", Only: b.only,
			Table: "message", SubAccount: "message.sub_account_id", Owner: "message.contact_id",
			Fields: filter.Fields{
				"at":      {Name: "at", Label: "time", Kind: filter.DateTime, Column: filter.Plain{Expression: "message." + b.at}},
				"channel": {Name: "channel", Label: "channel", Kind: filter.Select, Column: filter.Plain{Expression: "message.channel"}},
				"body":    {Name: "body", Label: "text", Kind: filter.LongText, Column: filter.Plain{Expression: "message.body"}},
			},
		}
	}
	return out
}
