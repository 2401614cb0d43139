package webhook_test

import (
	"os"
	"testing"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/modules/webhook"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/events/eventtest"
)

// exact holds every event that these tests publish to what is declared.
var exact = eventtest.New(events.NewKinds(webhook.Kinds(), contact.Kinds()))

func TestMain(m *testing.M) { os.Exit(exact.Main(m, os.Stderr, eventtest.Names(contact.Kinds())...)) }
