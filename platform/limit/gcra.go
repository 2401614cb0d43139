package limit

import "time"

// Rate lets Burst events happen at once and refills them evenly over Per.
// {Burst: 10, Per: time.Minute} is ten at once, then one every six seconds.
type Rate struct {
	Burst int
	Per   time.Duration
}

// Decision answers whether an event may happen now.
type Decision struct {
	OK         bool
	Remaining  int           // events that may still happen at once
	RetryAfter time.Duration // until one may happen; zero if OK
	Reset      time.Duration // until all Burst may happen at once again
}

// interval between two events at the even rate, in microseconds.
func (r Rate) interval() int64 { return max(r.Per.Microseconds()/int64(max(r.Burst, 1)), 1) }

// decide is GCRA: tat is the theoretical arrival time of the next event, in
// microseconds since 1970. It gives the new tat and the decision. The script
// gcra.lua computes the same.
func (r Rate) decide(tat, now int64) (int64, Decision) {
	interval := r.interval()
	tolerance := interval * int64(max(r.Burst, 1))
	base := max(tat, now)
	next := base + interval
	if allowAt := next - tolerance; allowAt > now {
		return tat, r.decision(false, base, now, allowAt-now)
	}
	return next, r.decision(true, next, now, 0)
}

func (r Rate) decision(ok bool, tat, now, retryAfter int64) Decision {
	interval := r.interval()
	return Decision{
		OK:         ok,
		Remaining:  int((interval*int64(max(r.Burst, 1)) - (tat - now)) / interval),
		RetryAfter: time.Duration(retryAfter) * time.Microsecond,
		Reset:      time.Duration(tat-now) * time.Microsecond,
	}
}
