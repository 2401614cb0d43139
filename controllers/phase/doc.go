// Package phase is the loop that every controller runs: a named list of phases, one condition each, one summary, one
// status patch.
//
// A phase gathers what it needs, computes what should be in a pure function, applies it and returns an error. Three
// kinds of errors carry intent: Waiting (somebody else has to move; come back quietly), Stalled (only a change of the
// spec, or of what it refers to, helps) and any other (try again with backoff). The loop turns them into conditions in
// the sense of kstatus, so that Argo CD, Flux and `kubectl wait` understand them, and into events on transitions alone.
package phase
