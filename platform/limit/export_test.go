package limit

import "time"

// Patient waits for Redis as long as a busy machine may need: a test that counts in Redis must not count in the process
// because an answer took a tenth of a second.
func (l *Limiter) Patient() *Limiter {
	l.wait = time.Minute
	return l
}
