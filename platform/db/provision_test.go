package db_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// plot is a database name of its own on the shared server, and the means to make it.
type plot struct {
	db.Provisioner
	parts.Server
	name string
	mark db.Mark
}

func newPlot(t *testing.T) *plot {
	t.Helper()
	p := &plot{Server: parts.Postgres(t), name: "omnicrm_test_" + strings.ReplaceAll(uuid.NewString(), "-", "_")}
	p.mark = db.Mark{Name: "test", UID: uuid.NewString()}
	if err := p.EnsureRoles(t.Context(), p.Server.Server, p.Roles); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.exec(t, "postgres", `drop database if exists `+p.name+` with (force)`) })
	return p
}

func (p *plot) conn(t *testing.T, database string) *pgx.Conn {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	conn, err := pgx.Connect(ctx, p.Server.Server.DSN(database, p.User, p.Password))
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func (p *plot) exec(t *testing.T, database, sql string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	conn := p.conn(t, database)
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, sql); err != nil {
		t.Fatal(err)
	}
}

func (p *plot) ensure(t *testing.T, mark db.Mark, adopt bool) (created bool, err error) {
	t.Helper()
	return p.EnsureDatabase(t.Context(), p.Server.Server, p.name, "", mark, adopt)
}

// A database that somebody dropped between two looks took its data along; an
// empty one in its place would hide that.
func TestClaimDatabaseMakesNone(t *testing.T) {
	t.Parallel()
	p := newPlot(t)
	if err := p.ClaimDatabase(t.Context(), p.Server.Server, p.name, p.mark, true); !errors.Is(err, db.ErrDatabaseMissing) {
		t.Errorf("got %v, want ErrDatabaseMissing", err)
	}
	if _, found, err := p.FindMark(t.Context(), p.Server.Server, p.name); err != nil || found {
		t.Errorf("found %v, %v", found, err)
	}
	if _, err := p.ensure(t, p.mark, false); err != nil {
		t.Fatal(err)
	}
	if err := p.ClaimDatabase(t.Context(), p.Server.Server, p.name, p.mark, false); err != nil {
		t.Error(err)
	}
}

func TestEnsureDatabase(t *testing.T) {
	t.Parallel()
	draft := func(p *plot) string { return "omnicrm_draft_" + strings.ReplaceAll(p.mark.UID, "-", "") }
	tests := map[string]struct {
		before  func(t *testing.T, p *plot)
		mark    func(db.Mark) db.Mark
		adopt   bool
		created bool
		err     error
	}{
		"a new name is made": {created: true},
		"again changes nothing": {before: func(t *testing.T, p *plot) {
			if _, err := p.ensure(t, p.mark, false); err != nil {
				t.Fatal(err)
			}
		}},
		"killed after the draft goes on from there": {before: func(t *testing.T, p *plot) {
			p.exec(t, "postgres", "create database "+draft(p)+" owner omnicrm_migrator template template0")
		}}, // made by the call that was killed
		"somebody's is left alone": {before: func(t *testing.T, p *plot) {
			p.exec(t, "postgres", "create database "+p.name)
		}, err: db.ErrDatabaseTaken},
		"another resource's is left alone": {before: func(t *testing.T, p *plot) {
			if _, err := p.ensure(t, db.Mark{Name: "test", UID: "other " + p.mark.UID}, false); err != nil {
				t.Fatal(err)
			}
		}, err: db.ErrDatabaseTaken},
		"a retained one of the same name is adopted": {before: func(t *testing.T, p *plot) {
			if _, err := p.ensure(t, db.Mark{Name: "test", UID: "other " + p.mark.UID}, false); err != nil {
				t.Fatal(err)
			}
		}, adopt: true},
		"one of another name is not adopted": {before: func(t *testing.T, p *plot) {
			if _, err := p.ensure(t, db.Mark{Name: "else", UID: "other " + p.mark.UID}, false); err != nil {
				t.Fatal(err)
			}
		}, adopt: true, err: db.ErrDatabaseTaken},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlot(t)
			if tc.before != nil {
				tc.before(t, p)
			}
			created, err := p.ensure(t, p.mark, tc.adopt)
			if !errors.Is(err, tc.err) || created != tc.created && err == nil {
				t.Fatalf("created %v, %v; want %v, %v", created, err, tc.created, tc.err)
			}
			mark, found, err := p.FindMark(t.Context(), p.Server.Server, p.name)
			if err != nil || !found {
				t.Fatalf("found %v, %v", found, err)
			}
			if ours := mark == p.mark; ours != (tc.err == nil) {
				t.Errorf("mark %+v", mark)
			}
		})
	}
}

func TestDropTakesOnlyWhatCarriesTheMark(t *testing.T) {
	t.Parallel()
	p := newPlot(t)
	if _, err := p.ensure(t, p.mark, false); err != nil {
		t.Fatal(err)
	}
	err := p.Drop(t.Context(), p.Server.Server, p.name, db.Mark{Name: "test", UID: "other " + p.mark.UID})
	if !errors.Is(err, db.ErrDatabaseTaken) {
		t.Fatalf("got %v", err)
	}
	if _, err := p.Size(t.Context(), p.Server.Server, p.name); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second finds nothing, and that is fine
		if err := p.Drop(t.Context(), p.Server.Server, p.name, p.mark); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.Size(t.Context(), p.Server.Server, p.name); !errors.Is(err, db.ErrDatabaseMissing) {
		t.Errorf("got %v", err)
	}
}

func TestEnsureLeakproofMendsWhatSomebodyTookAway(t *testing.T) {
	t.Parallel()
	p := newPlot(t)
	if _, err := p.ensure(t, p.mark, false); err != nil {
		t.Fatal(err)
	}
	if _, err := p.EnsureGrants(t.Context(), p.Server.Server, p.name); err != nil {
		t.Fatal(err)
	}
	first, err := p.EnsureLeakproof(t.Context(), p.Server.Server, p.name)
	if err != nil || len(first.Mended) == 0 || len(first.Missing) != 0 {
		t.Fatalf("%+v, %v", first, err)
	}
	p.exec(t, p.name, "alter function public.similarity_op(text, text) not leakproof")
	second, err := p.EnsureLeakproof(t.Context(), p.Server.Server, p.name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(db.Leakproof{Mended: []string{"public.similarity_op(text,text)"}}, second); diff != "" {
		t.Error(diff)
	}
}

// TestWithoutASuperuser makes everything as a role that a managed server gives.
func TestWithoutASuperuser(t *testing.T) {
	t.Parallel()
	own := parts.OwnPostgres(t)
	var p db.Provisioner
	conn, err := pgx.Connect(t.Context(), own.DSN)
	if err != nil {
		t.Fatal(err)
	}
	_, err = conn.Exec(t.Context(), "create role managed login createrole createdb bypassrls password 'secret'")
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close(t.Context())
	s := own.Server.Server
	s.User, s.Password = "managed", "secret"

	passwords, mark := db.NewRolePasswords(), db.Mark{Name: "m", UID: "1"}
	for range 2 {
		if err := p.EnsureRoles(t.Context(), s, passwords); err != nil {
			t.Fatal(err)
		}
		if _, err := p.EnsureDatabase(t.Context(), s, "omnicrm_m", "", mark, false); err != nil {
			t.Fatal(err)
		}
		if _, err := p.EnsureGrants(t.Context(), s, "omnicrm_m"); err != nil {
			t.Fatal(err)
		}
		found, err := p.EnsureLeakproof(t.Context(), s, "omnicrm_m")
		if !errors.Is(err, db.ErrNotSuperuser) || len(found.Missing) == 0 || len(found.Mended) != 0 {
			t.Fatalf("%+v, %v", found, err)
		}
		if _, err := db.MigrateTenant(t.Context(), s.DSN("omnicrm_m", db.RoleMigrator, passwords.Migrator)); err != nil {
			t.Fatal(err)
		}
	}
	template, err := p.EnsureTemplate(t.Context(), s, passwords.Migrator)
	if err != nil || db.HasLeakproof(template) {
		t.Errorf("the template %s, %v", template, err)
	}
	info, err := p.Inspect(t.Context(), s, true)
	if err != nil || info.Superuser || !info.CreateDB || info.Databases != 1 || info.VersionNum < db.MinServerVersion {
		t.Errorf("%+v, %v", info, err)
	}
	if _, err := p.Size(t.Context(), s, "omnicrm_m"); err != nil {
		t.Error(err)
	}
	if err := p.Drop(t.Context(), s, "omnicrm_m", mark); err != nil {
		t.Error(err)
	}
}

func TestEnsureRoles(t *testing.T) {
	t.Parallel()
	own := parts.OwnPostgres(t)
	var p db.Provisioner
	s, first := own.Server.Server, db.NewRolePasswords()
	ensure := func(passwords db.RolePasswords) {
		t.Helper()
		if err := p.EnsureRoles(t.Context(), s, passwords); err != nil {
			t.Fatal(err)
		}
	}
	signIn := func(role, password string) error {
		conn, err := pgx.Connect(t.Context(), s.DSN("postgres", role, password))
		if err == nil {
			_ = conn.Close(t.Context())
		}
		return err
	}
	ensure(first)
	if err := signIn(db.RoleApp, first.App); err != nil {
		t.Fatal(err)
	}
	rotated := db.NewRolePasswords()
	ensure(rotated)
	if signIn(db.RoleApp, first.App) == nil || signIn(db.RoleApp, rotated.App) != nil {
		t.Error("the rotated password is not the one")
	}

	exec := func(sql string) {
		t.Helper()
		conn, err := pgx.Connect(t.Context(), own.DSN)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close(t.Context()) }()
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	exec("alter role omnicrm_app superuser bypassrls createdb")
	ensure(rotated)
	exec(`do $$ begin
		if exists (select from pg_roles where rolname = 'omnicrm_app' and (rolsuper or rolbypassrls or rolcreatedb)) then
			raise exception 'the attributes were not mended';
		end if; end $$`)

	exec("grant omnicrm_mover to omnicrm_app")
	if err := p.EnsureRoles(t.Context(), s, rotated); !errors.Is(err, db.ErrRoleUnsafe) {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsInTheWayIsToldApart(t *testing.T) {
	t.Parallel()
	s := parts.Postgres(t).Server
	port, err := parts.FreePort(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		change func(*db.Server)
		want   error
	}{
		"nobody listens":          {func(s *db.Server) { s.Port = port }, db.ErrServerUnreachable},
		"no such host":            {func(s *db.Server) { s.Host = "nowhere.invalid" }, db.ErrServerUnreachable},
		"TLS where there is none": {func(s *db.Server) { s.SSLMode = "require" }, db.ErrServerUnreachable},
		"a wrong password":        {func(s *db.Server) { s.Password = "wrong-secret" }, db.ErrServerCredentials},
		"a wrong user":            {func(s *db.Server) { s.User = "nobody" }, db.ErrServerCredentials},
		"no such database":        {func(s *db.Server) { s.MaintenanceDB = "nowhere" }, db.ErrDatabaseMissing},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := s
			tc.change(&s)
			_, err := (&db.Provisioner{}).Inspect(t.Context(), s, false)
			if !errors.Is(err, tc.want) {
				t.Errorf("got %v; want %v", err, tc.want)
			}
			if err != nil && strings.Contains(err.Error(), "wrong-secret") {
				t.Errorf("the password is told: %v", err)
			}
		})
	}
}
