package db

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/omnicrm/omnicrm/platform/fault"
)

var (
	errNoRows      = fault.New(fault.NotFound, "not_found", "There is no such thing here.")
	errUnique      = fault.New(fault.Conflict, "conflict", "Something with the same value exists already.")
	errReference   = fault.New(fault.Conflict, "conflict.reference", "It refers to something that does not exist, or is still referred to.")
	errCheck       = fault.New(fault.Invalid, "invalid", "A value is outside of what is allowed.")
	errUnavailable = fault.New(fault.Unavailable, "database.unavailable", "The database does not answer just now. Try again shortly.").After(2 * time.Second)
)

// Classify turns what PostgreSQL reports into a fault: no rows → NotFound, a
// unique violation → Conflict with the constraint's name in the log, a lost
// connection → Unavailable. A fault passes unchanged; whatever remains is an
// internal error. InTx and InTenant apply it to whatever they return.
func Classify(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := fault.As(err); ok {
		return err
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return errNoRows.Wrap(err)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return classifyServer(pg, err)
	}
	var netErr *net.OpError
	var connect *pgconn.ConnectError
	if errors.As(err, &netErr) || errors.As(err, &connect) || pgconn.Timeout(err) && !errors.Is(err, context.Canceled) {
		return errUnavailable.Wrap(err)
	}
	return err
}

// classifyServer goes by SQLSTATE
// (https://www.postgresql.org/docs/current/errcodes-appendix.html).
func classifyServer(pg *pgconn.PgError, err error) error {
	switch pg.Code {
	case "23505":
		return errUnique.Wrap(err)
	case "23503":
		return errReference.Wrap(err)
	case "23514", "23502", "22001", "22003":
		return errCheck.Wrap(err)
	case "57P01", "57P02", "57P03", "53300", "55P03", "57014":
		return errUnavailable.Wrap(err)
	}
	if pg.Code[:2] == "08" {
		return errUnavailable.Wrap(err)
	}
	return err
}

// Constraint is the name of the constraint that err violated, or "". A
// module's store turns a name into a fault of its own.
func Constraint(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.ConstraintName
	}
	return ""
}
