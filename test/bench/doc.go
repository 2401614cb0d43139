// Package bench measures what the product does against the floor under it: the
// same rows moved by the plainest SQL, in the same run, on the same server. A
// result is a ratio, so it means the same on a slow machine. Benchmarks hand
// their figures to Report and Curve; `make bench` runs them and prints the
// verdict. Nothing here is part of `make test`.
package bench
