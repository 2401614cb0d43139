package conversation_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/events/eventtest"
)

// exact holds every event that these tests publish to what is declared.
var exact = eventtest.New(events.NewKinds(conversation.Kinds(), contact.Kinds()))

// own runs the tests and asks whether each kind of this module was published.
type own struct{ *testing.M }

func (o own) Run() int { return exact.Main(o.M, os.Stderr, eventtest.Names(contact.Kinds())...) }

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(own{m},
		goleak.IgnoreTopFunction("github.com/jackc/pgx/v5/pgxpool.(*Pool).backgroundHealthCheck"),
	)
}
