// Package secrets seals what must not lie in a database in the clear: carrier
// credentials, database passwords, shared secrets of authenticators.
//
// A sealed value is bound to the place where it stands (tenant, table, column,
// row), so a value copied into another row, or another tenant's row, doesn't
// open. The keyset holds several keys: the primary seals, each of them opens,
// so a key is rotated by adding one (Rotate), sealing again what Stale reports,
// and removing the old one when nothing is left.
package secrets
