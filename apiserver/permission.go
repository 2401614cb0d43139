package apiserver

// who may call a route at all.
type who int

const (
	anyone who = iota // no sign-in
	person            // a signed-in person; no key
	either            // a signed-in person or a key
)

// need is what a route asks of its caller.
type need struct {
	who        who
	acting     bool   // whoever is taken for somebody else may call it, for themselves
	permission string // of the agency or, where the path names one, of the sub-account
}

// The needs that routes.go speaks of. With may, a key needs the scope of the
// same name.
var (
	open     = need{who: anyone}
	personal = need{who: person}
	self     = need{who: person, acting: true}
	known    = need{who: either}
)

func may(permission string) need { return need{who: either, permission: permission} }

// inPerson is may, but for people alone.
func inPerson(permission string) need { return need{who: person, permission: permission} }
