// Package parts finds, installs and starts what the product stands on:
// PostgreSQL, Redis and the Kubernetes API. Tests and the development stack
// share it, so that `make test` needs nothing started beforehand.
//
// What has to be fetched or built lands once in [CacheDir], under a lock, so
// that test binaries running at the same time do the work once. Every server
// runs under a keeper process (package keeper) that stops it when its last
// owner is gone, however the owner went.
package parts
