package databaseserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/platform/db"
)

// Reasons of the condition Connection.
const (
	ReasonConnected          = "Connected"
	ReasonUnreachable        = "Unreachable"
	ReasonCredentialsRefused = "CredentialsRefused"
	ReasonDatabaseMissing    = "MaintenanceDatabaseMissing"
	ReasonVersionTooOld      = "VersionTooOld"
	ReasonRightsMissing      = "RightsMissing"
)

// retry is how soon to look again at what comes back by itself.
const retry = 20 * time.Second

func (r *Reconciler) credentials(ctx context.Context, s *v1alpha1.DatabaseServer) (phase.Outcome, error) {
	if _, err := Connect(ctx, r.Client, s, r.Namespace); err != nil {
		return phase.Outcome{}, err
	}
	key := credentialsKey(s, r.Namespace)
	return phase.Done(ReasonSecretFound, fmt.Sprintf("The Secret %s in the namespace %s is used.", key.Name, key.Namespace))
}

// connection asks the server about itself and writes the answer into the status.
func (r *Reconciler) connection(ctx context.Context, s *v1alpha1.DatabaseServer) (phase.Outcome, error) {
	server, err := Connect(ctx, r.Client, s, r.Namespace)
	if err != nil {
		return phase.Outcome{}, err
	}
	s.Status.Address = net.JoinHostPort(server.Host, strconv.Itoa(server.Port))
	info, err := r.Postgres.Inspect(ctx, server, true)
	if err != nil {
		return phase.Outcome{}, Trouble(err, s.Name, s.Status.Address, server.User)
	}
	s.Status.Version, s.Status.Superuser = info.Version, info.Superuser
	s.Status.Databases = int32(info.Databases) //nolint:gosec // a server holds thousands at most
	s.Status.Size = Size(info.Size)
	s.Status.Search = v1alpha1.SearchDefinerFunctions
	if info.Superuser {
		s.Status.Search = v1alpha1.SearchLeakproof
	}
	if err := refuse(info, server.User); err != nil {
		return phase.Outcome{}, err
	}
	message := fmt.Sprintf("PostgreSQL %s answers as %s.", info.Version, server.User)
	if !info.Superuser {
		message += " It is no superuser, so searches go through the slower definer functions."
	}
	return phase.Done(ReasonConnected, message)
}

// refuse says why a server that answers won't do.
func refuse(info db.ServerInfo, user string) error {
	switch {
	case info.VersionNum < db.MinServerVersion:
		return phase.Stalled(ReasonVersionTooOld, "PostgreSQL %s is too old: upgrade the server to 15 or later.", info.Version)
	case !info.CreateRole || !info.CreateDB:
		return phase.Stalled(ReasonRightsMissing, "The user %s may not make roles and databases: "+
			"run ALTER ROLE %s CREATEROLE CREATEDB BYPASSRLS, or use a superuser.", user, user)
	}
	return nil
}

// Trouble turns what stood in the way of work on a server into a condition that says what to do.
func Trouble(err error, name, address, user string) error {
	switch {
	case errors.Is(err, db.ErrServerUnreachable):
		return phase.Waiting(retry, ReasonUnreachable, "%s does not answer: start it, or mend host, port and sslMode "+
			"of the DatabaseServer %s. The operator tries again by itself. (%v)", address, name, cause(err))
	case errors.Is(err, db.ErrServerCredentials):
		return phase.Stalled(ReasonCredentialsRefused, "%s refuses the user %s: mend the credentials Secret of the "+
			"DatabaseServer %s, or the user's password on the server. (%v)", address, user, name, cause(err))
	case errors.Is(err, db.ErrDatabaseMissing):
		return phase.Stalled(ReasonDatabaseMissing, "%s has no such database to connect to: mend maintenanceDatabase "+
			"of the DatabaseServer %s.", address, name)
	case errors.Is(err, db.ErrServerPermission):
		return phase.Stalled(ReasonRightsMissing, "The user %s lacks a right on %s: run ALTER ROLE %s CREATEROLE CREATEDB "+
			"BYPASSRLS, or use a superuser. (%v)", user, address, user, cause(err))
	case errors.Is(err, db.ErrServerFull):
		return phase.Waiting(retry, ReasonFull, "%s has no disk space or no connection left: make room. "+
			"The operator tries again by itself. (%v)", address, cause(err))
	}
	return err
}

func cause(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

// Size shows bytes in MiB, as a quantity.
func Size(bytes int64) string { return strconv.FormatInt((bytes+(1<<19))>>20, 10) + "Mi" }
