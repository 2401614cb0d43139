// Package obs lets people see what a process does: structured logs, metrics,
// traces, and health that tells the truth.
package obs
