package queue

import (
	"fmt"
	"strconv"
	"strings"
)

// Limits are a tenant's share of the workers.
type Limits struct {
	Weight   int // how much a turn counts: 4 is four times the jobs of 1; 0 is 1
	InFlight int // jobs at once, over all queues and workers; 0 is no cap
}

// Tiers are the limits of each tier's tenants, by the tier's name.
type Tiers map[string]Limits

// StandardTier is that of a tenant whose tier nobody knows.
const StandardTier = "Standard"

// maxWeight keeps one turn from emptying a process's slots.
const maxWeight = 16

// DefaultTiers are the tiers of an installation that sets none.
func DefaultTiers() Tiers {
	return Tiers{
		"Basic":      {Weight: 1, InFlight: 8},
		StandardTier: {Weight: 2, InFlight: 32},
		"Premium":    {Weight: 4, InFlight: 128},
	}
}

// ParseTiers reads "Basic=1/8,Standard=2/32": names with their weight, 1 to 16,
// and their cap. Standard must be among them.
func ParseTiers(s string) (Tiers, error) {
	out := Tiers{}
	for entry := range strings.SplitSeq(s, ",") {
		name, limits, _ := strings.Cut(strings.TrimSpace(entry), "=")
		weight, inFlight, _ := strings.Cut(limits, "/")
		w, errWeight := strconv.Atoi(weight)
		n, errCap := strconv.Atoi(inFlight)
		if name == "" || errWeight != nil || errCap != nil || w < 1 || w > maxWeight || n < 1 {
			return nil, fmt.Errorf("the tier %q can't be read: write its name, its weight from 1 to %d and its cap, as in Standard=2/32", entry, maxWeight)
		}
		out[name] = Limits{Weight: w, InFlight: n}
	}
	if _, ok := out[StandardTier]; !ok {
		return nil, fmt.Errorf("the tier %s is missing: tenants of unknown tiers have it", StandardTier)
	}
	return out, nil
}

// of gives the limits of a tier; those of Standard, and false, if it is not known.
func (t Tiers) of(name string) (l Limits, known bool) {
	if l, known = t[name]; !known {
		l = t[StandardTier]
	}
	l.Weight = min(max(l.Weight, 1), maxWeight)
	return l, known || len(t) == 0
}
