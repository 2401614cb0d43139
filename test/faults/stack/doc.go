// Package stack runs the product as its real processes (workers, API servers,
// the operator) on PostgreSQL, Redis, a Kubernetes API and the sandbox's carrier,
// with a faulty network in between, for tests that break it. Everything listens
// on 127.0.0.1 and is gone with the test.
//
// It needs Linux: a process dies by kill -9 with its keeper.
package stack
