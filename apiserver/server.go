package apiserver

import (
	"github.com/omnicrm/omnicrm/modules/compliance"
	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/modules/directory"
)

// Options are what the server stands on.
type Options struct {
	Directory     *directory.Service
	Access        Access
	Contacts      *contact.Service
	Conversations *conversation.Service
	Compliance    *compliance.Service
}

type server struct {
	Options
	document []byte
}
