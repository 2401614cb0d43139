// Package limit counts events per key and says when the next one may happen:
// sign-ins per account and address, requests per tenant and key.
//
// The algorithm is GCRA (ITU-T I.371, the virtual scheduling form): one number
// per key, no windows whose edges let twice the rate through. The number lives
// in Redis, changed by one Lua script, so all processes count together. While
// Redis is away each process counts for itself: limits get looser by the number
// of processes, and nothing stops.
package limit
