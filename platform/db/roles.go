package db

import (
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// The four roles, the same on every server.
const (
	RoleMigrator = "omnicrm_migrator" // owns databases and tables
	RoleApp      = "omnicrm_app"      // serves; neither owner nor BYPASSRLS
	RoleReadonly = "omnicrm_readonly" // reads, under row-level security
	RoleMover    = "omnicrm_mover"    // BYPASSRLS; moves and purges, and owns the definer functions
)

// ErrRoleUnsafe: omnicrm_app or omnicrm_readonly is a member of a role that sees every tenant.
var ErrRoleUnsafe = fault.New(fault.Conflict, "server.role_unsafe", "A role that serves tenants is a member of one that sees them all.")

// RolePasswords are the passwords of the four roles; printable ASCII.
type RolePasswords struct{ Migrator, App, Readonly, Mover string }

// NewRolePasswords makes four passwords of 160 random bits.
func NewRolePasswords() RolePasswords {
	return RolePasswords{Migrator: rand.Text(), App: rand.Text(), Readonly: rand.Text(), Mover: rand.Text()}
}

type role struct {
	name, password string
	bypass         bool
}

func (p RolePasswords) roles() []role {
	return []role{
		{RoleMigrator, p.Migrator, false},
		{RoleApp, p.App, false},
		{RoleReadonly, p.Readonly, false},
		{RoleMover, p.Mover, true},
	}
}

// EnsureRoles makes the four roles, mends their attributes and sets a password where the given one is refused.
func (p *Provisioner) EnsureRoles(ctx context.Context, s Server, passwords RolePasswords) error {
	return p.on(ctx, s, "", func(ctx context.Context, c *pgx.Conn) error {
		return locked(ctx, c, func(tx pgx.Tx) error {
			for _, r := range passwords.roles() {
				if err := ensureRole(ctx, tx, s, r); err != nil {
					return fmt.Errorf("role %s: %w", r.name, err)
				}
			}
			return ensureMemberships(ctx, tx)
		})
	})
}

func ensureRole(ctx context.Context, tx pgx.Tx, s Server, r role) error {
	var login, super, bypass, createRole, createDB bool
	err := tx.QueryRow(ctx, `select rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = $1`, r.name).
		Scan(&login, &super, &bypass, &createRole, &createDB)
	if errors.Is(err, pgx.ErrNoRows) {
		sql := `create role ` + r.name + ` login`
		if r.bypass {
			sql += ` bypassrls`
		}
		return setPassword(ctx, tx, sql, r.password)
	}
	if err != nil {
		return err
	}
	if mend := mendAttributes(r, login, super, bypass, createRole, createDB); mend != "" {
		if _, err := tx.Exec(ctx, `alter role `+r.name+mend); err != nil {
			return err
		}
	}
	accepted, err := accepts(ctx, s, r)
	if err != nil || accepted {
		return err
	}
	return setPassword(ctx, tx, `alter role `+r.name, r.password)
}

func mendAttributes(r role, login, super, bypass, createRole, createDB bool) string {
	var b strings.Builder
	for _, a := range []struct {
		is, want bool
		name     string
	}{
		{login, true, "login"},
		{super, false, "superuser"},
		{bypass, r.bypass, "bypassrls"},
		{createRole, false, "createrole"},
		{createDB, false, "createdb"},
	} {
		switch {
		case a.is == a.want:
		case a.want:
			b.WriteString(" " + a.name)
		default:
			b.WriteString(" no" + a.name)
		}
	}
	return b.String()
}

// accepts tells whether the server lets the role in with its password. A right that is missing behind the door
// (CONNECT, no connection left) means that the password was taken.
func accepts(ctx context.Context, s Server, r role) (bool, error) {
	conn, err := dial(ctx, s.DSN(s.maintenance(), r.name, r.password))
	switch {
	case err == nil:
		return true, conn.Close(ctx)
	case errors.Is(err, ErrServerCredentials):
		return false, nil
	case errors.Is(err, ErrServerPermission), errors.Is(err, ErrServerFull):
		return true, nil
	}
	return false, err
}

// setPassword sends a SCRAM verifier, as psql's \password does: the password itself reaches no log of the server.
func setPassword(ctx context.Context, tx pgx.Tx, sql, password string) error {
	verifier, err := scramVerifier(password)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sql+` password `+literal(verifier))
	return err
}

// scramVerifier is what PostgreSQL stores for SCRAM-SHA-256 (RFC 5802, RFC 7677).
func scramVerifier(password string) (string, error) {
	const iterations = 4096
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	salted, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	if err != nil {
		return "", err
	}
	mac := func(text string) []byte {
		h := hmac.New(sha256.New, salted)
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	stored := sha256.Sum256(mac("Client Key"))
	b64 := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s", iterations, b64(salt), b64(stored[:]), b64(mac("Server Key"))), nil
}

// ensureMemberships lets the migrator hand functions to the mover, and the admin act as the migrator where it is no
// superuser. It refuses to go on when a serving role could become one that sees every tenant.
func ensureMemberships(ctx context.Context, tx pgx.Tx) error {
	var unsafe, super bool
	err := tx.QueryRow(ctx, `
		select exists (select from unnest(array['omnicrm_app', 'omnicrm_readonly']) as serving,
		                           unnest(array['omnicrm_migrator', 'omnicrm_mover']) as seeing
		                where pg_has_role(serving, seeing, 'member')),
		       (select rolsuper from pg_roles where rolname = current_user)`).Scan(&unsafe, &super)
	if err != nil {
		return err
	}
	if unsafe {
		return ErrRoleUnsafe
	}
	if err := ensureMember(ctx, tx, RoleMover, RoleMigrator); err != nil || super {
		return err
	}
	return ensureMember(ctx, tx, RoleMigrator, "current_user")
}

func ensureMember(ctx context.Context, tx pgx.Tx, group, member string) error {
	var is bool
	who := literal(member)
	if member == "current_user" {
		who = member
	}
	if err := tx.QueryRow(ctx, `select pg_has_role(`+who+`, '`+group+`', 'usage')`).Scan(&is); err != nil || is {
		return err
	}
	_, err := tx.Exec(ctx, `grant `+group+` to `+member)
	return err
}
