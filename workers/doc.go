// Package workers is the door of the night shift: it hands each job to one verb
// of a module, and each event to its subscribers. registry.go is the plan.
package workers
