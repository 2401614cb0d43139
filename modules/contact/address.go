package contact

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// The kinds of addresses.
const (
	KindEmail = "email"
	KindPhone = "phone"
)

// The states of an address: what is known of reaching somebody there.
const (
	StateOK         = "ok"
	StateBounced    = "bounced"    // a mail came back for good
	StateComplained = "complained" // the reader called a mail spam
	StateInvalid    = "invalid"    // nobody can be there
)

// Limits of addresses.
const (
	MaxAddresses = 50 // of each kind
	MaxLabel     = 50
)

// Address is an e-mail address or a phone number of a contact.
type Address struct {
	ID      uuid.UUID
	Kind    string
	Value   string // as Contact.Email and Contact.Phone
	Label   string // "work", or "" for none
	Primary bool
	State   string
}

// Addresses are those of a contact: by kind, the primary one first, then the
// oldest.
type Addresses []Address

// AddressInput is an address as somebody typed it. State "" keeps what is known.
type AddressInput struct {
	Value   string
	Label   string
	Primary bool
	State   string
}

// Of gives those of a kind.
func (all Addresses) Of(kind string) Addresses {
	out := Addresses{}
	for _, a := range all {
		if a.Kind == kind {
			out = append(out, a)
		}
	}
	return out
}

// Has tells whether the value is one of them.
func (all Addresses) Has(kind, value string) bool {
	return slices.ContainsFunc(all, func(a Address) bool { return a.Kind == kind && a.Value == value })
}

func (all Addresses) primary() string {
	if len(all) == 0 || !all[0].Primary {
		return ""
	}
	return all[0].Value
}

func (all Addresses) at(value string) int {
	return slices.IndexFunc(all, func(a Address) bool { return a.Value == value })
}

// resolve gives the addresses of a kind after a change: list is all of them, or
// nil when only the primary one may change, which is what primary says.
func (all Addresses) resolve(kind, primary string, list []AddressInput) Addresses {
	mine := all.Of(kind)
	if list != nil {
		return mine.replace(kind, primary, list)
	}
	at, now := mine.at(primary), mine.primary()
	switch {
	case primary == now && (primary != "" || len(mine) == 0):
	case primary == "": // the oldest of the others follows
		if now != "" {
			mine = mine[1:]
		}
	case at >= 0:
		mine = mine.led(primary)
	case now != "":
		mine[0] = Address{ID: newID(), Kind: kind, Value: primary, Label: mine[0].Label, Primary: true, State: StateOK}
	default:
		mine = append(mine, Address{ID: newID(), Kind: kind, Value: primary, State: StateOK}).led(primary)
	}
	if len(mine) > 0 && !mine[0].Primary {
		mine = mine.led(mine[0].Value)
	}
	return mine
}

// replace keeps what is known of those that stay.
func (all Addresses) replace(kind, primary string, list []AddressInput) Addresses {
	out := Addresses{}
	marked := ""
	for _, in := range list {
		if in.Primary && marked == "" {
			marked = in.Value
		}
		if out.at(in.Value) < 0 {
			out = append(out, all.next(kind, in))
		}
	}
	if primary != "" && out.at(primary) < 0 {
		out = append(Addresses{all.next(kind, AddressInput{Value: primary})}, out...)
	}
	if len(out) == 0 {
		return out
	}
	for _, candidate := range []string{primary, marked, all.primary(), out[0].Value} {
		if candidate != "" && out.at(candidate) >= 0 {
			return out.led(candidate)
		}
	}
	return out
}

// next is an address of a new list: the one there is, or a new one.
func (all Addresses) next(kind string, in AddressInput) Address {
	a := Address{ID: newID(), Kind: kind, Value: in.Value, State: StateOK}
	if at := all.at(in.Value); at >= 0 {
		a = all[at]
	}
	a.Label = in.Label
	if in.State != "" {
		a.State = in.State
	}
	return a
}

// led puts the primary one first and the others in the order of their age.
func (all Addresses) led(primary string) Addresses {
	out := slices.Clone(all)
	for i := range out {
		out[i].Primary = out[i].Value == primary
	}
	slices.SortFunc(out, func(a, b Address) int {
		switch {
		case a.Primary:
			return -1
		case b.Primary:
			return 1
		}
		return bytes.Compare(a.ID[:], b.ID[:])
	})
	return out
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// cleanAddresses keeps nil, which is "not given".
func cleanAddresses(list []AddressInput, value func(string) string) []AddressInput {
	if list == nil {
		return nil
	}
	out := make([]AddressInput, len(list))
	for i, in := range list {
		in.Value, in.Label, in.State = value(in.Value), tidy(in.Label), strings.ToLower(tidy(in.State))
		out[i] = in
	}
	return out
}

// checkAddresses names what is wrong with a list. field is what a member of it
// calls its value.
func checkAddresses(f *fault.Checks, path, field, primary string, list []AddressInput, valid func(string) bool, mend string) {
	f.Check(len(list) <= MaxAddresses, path, fmt.Sprintf("A contact has at most %d of them.", MaxAddresses))
	marked := 0
	for i, in := range list {
		at := fmt.Sprintf("%s[%d].", path, i)
		f.Check(in.Value != "" && valid(in.Value), at+field, mend)
		text(f, at+"label", in.Label, MaxLabel)
		f.Check(in.State == "" || slices.Contains([]string{StateOK, StateBounced, StateComplained, StateInvalid}, in.State),
			at+"state", "It is ok, bounced, complained or invalid.")
		if in.Primary {
			marked++
			f.Check(marked == 1, at+"primary", "One of them is the primary one.")
			f.CheckBeside(primary == "" || primary == in.Value, at+"primary", "Another one is given as the primary one beside the list.", at+field)
		}
	}
}
