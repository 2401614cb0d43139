// Package db is the only way to PostgreSQL.
//
// Control opens transactions on the control database; Tenants opens them on the database that holds the context's
// sub-account, with row-level security set to it in the same round trip as BEGIN. Inside a transaction, modules write
// plain SQL on pgx.Tx; AfterCommit is for effects outside, Within lets a verb take part in its caller's transaction.
// What leaves a transaction is a fault: see Classify.
//
// One keeper holds the connections of a process to however many databases there are, under one cap (conns.go). Who
// waits stands in a line in which sub-accounts take turns (line.go). A server that restarts is found again by the next
// transaction. Nothing here keeps session state, so PgBouncer in transaction mode may stand between: see
// PooledExecMode.
//
// Provisioner makes what tenant databases need on a server: roles, the database with its mark, rights, LEAKPROOF.
// MigrateControl and MigrateTenant bring a database to the newest version.
package db
