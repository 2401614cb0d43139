// Package operator runs the real operator in this process, on a real Kubernetes API, PostgreSQL and the sandbox's
// carrier, so that tests of faults and benches can start one, crash it at any call to the outside, and start the next.
//
// The calls are found, not listed: every seam to the outside (the transport to Kubernetes, the transport to the
// carrier, the wire to PostgreSQL) reports each call that changes something, so a new one is a new fault point by
// itself.
package operator
