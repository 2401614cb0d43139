// Package bench measures what the product does against the floor under it: the
// same rows moved by the plainest SQL, in the same run, on the same server. A
// result is a ratio, so it means the same on a slow machine. `make bench` runs
// it; nothing here is part of `make test`.
package bench
