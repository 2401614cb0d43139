// Package db is the only way to PostgreSQL. Control opens transactions on the
// control database; Tenants opens them on the database that holds the
// context's sub-account, with row-level security set to it in the same round
// trip as BEGIN. Nothing here keeps session state, so PgBouncer in transaction
// mode may stand between.
//
// Inside a transaction, modules write plain SQL on pgx.Tx. What leaves a
// transaction is a fault: see Classify.
package db
