package plug

import (
	"github.com/omnicrm/omnicrm/apiserver"
	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/modules/compliance"
	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/modules/webhook"
	"github.com/omnicrm/omnicrm/platform/events"
)

// Kinds are all kinds of events of the product, as each module declares its own.
func Kinds() events.Kinds { return events.NewKinds(Declared()...) }

// Declared is what each module declares.
func Declared() [][]events.Kind {
	return [][]events.Kind{
		contact.Kinds(), conversation.Kinds(), compliance.Kinds(), webhook.Kinds(), audit.Kinds(), apiserver.StreamKinds(),
	}
}
