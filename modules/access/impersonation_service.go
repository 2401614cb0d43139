package access

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// actingRow is whom a session is taken for; SubAccount nil for nobody.
type actingRow struct {
	Person     Person
	SubAccount *uuid.UUID
	Reason     string
	ReadOnly   bool
	Until      *time.Time
	Roles      []membershipRow
}

// Impersonate has the principal's session be taken for a member of a sub-account
// for an hour. What they may do is what both may. Errors: Invalid; NotFound (the
// sub-account or the member); Denied; Conflict "member.of_agency",
// "sub_account.suspended".
func (s *Service) Impersonate(ctx context.Context, p Principal, in ImpersonateInput) (Principal, error) {
	if p.IsProgram() {
		return Principal{}, errPeopleOnly
	}
	if err := in.Validate(); err != nil {
		return Principal{}, err
	}
	if err := s.AuthorizeAgency(p, AgencyImpersonate); err != nil {
		return Principal{}, err
	}
	account, err := s.directory.Account(ctx, in.SubAccount)
	switch {
	case fault.Is(err, fault.NotFound), err == nil && (account.Agency != p.Agency || account.Status == tenancy.Retained):
		return Principal{}, errForeign
	case err != nil:
		return Principal{}, err
	case account.Status != tenancy.Active:
		return Principal{}, errAccountSuspended
	}
	until := s.now().Add(ImpersonationLife)
	row := actingRow{SubAccount: &in.SubAccount, Reason: strings.TrimSpace(in.Reason), ReadOnly: in.ReadOnly, Until: &until}
	scope := tenancy.Tenant{Agency: p.Agency, SubAccount: in.SubAccount}
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		member, _, err := lockMember(ctx, tx, scope, in.Person)
		if err != nil {
			return err
		}
		row.Person = Person{ID: member.ID, Agency: p.Agency, Email: member.Email, Name: member.Name, TOTPEnabled: member.MFA}
		if row.Roles, err = membershipsOf(ctx, tx, member.ID); err != nil {
			return err
		}
		if err := saveActing(ctx, tx, p.Session, row); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, scope, "impersonation.started", member.ID,
			map[string]any{"email": member.Email, "reason": row.Reason, "read_only": in.ReadOnly, "until": until})
	})
	if err != nil {
		return Principal{}, err
	}
	return p.actingAs(row), nil
}

// EndImpersonation has the principal be themselves again; no error if they are.
func (s *Service) EndImpersonation(ctx context.Context, p Principal) error {
	if p.Impersonation == nil {
		return nil
	}
	scope := tenancy.Tenant{Agency: p.Agency, SubAccount: p.Impersonation.SubAccount}
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		if err := saveActing(ctx, tx, p.Session, actingRow{}); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, scope, "impersonation.ended", p.Person.ID, map[string]any{"email": p.Person.Email})
	})
}

func saveActing(ctx context.Context, tx pgx.Tx, session uuid.UUID, row actingRow) error {
	_, err := tx.Exec(ctx, `
		update session set as_person_id = @person, as_sub_account_id = @sub_account, as_reason = @reason, as_read_only = @read_only, as_until = @until
		where id = @session`,
		pgx.StrictNamedArgs{
			"session": session, "person": orNull(row.Person.ID), "sub_account": row.SubAccount, "reason": row.Reason,
			"read_only": row.ReadOnly, "until": row.Until,
		})
	return err
}

// acting reads whom a session is taken for: nobody, most of the time, and then
// nothing is asked.
func acting(ctx context.Context, r db.Reader, session uuid.UUID) (row actingRow, err error) {
	p := &row.Person
	err = r.QueryRow(ctx, `
		select p.id, p.agency_id, p.email, p.name, p.totp_secret is not null, p.created_at,
			s.as_sub_account_id, s.as_reason, s.as_read_only, s.as_until, `+membershipsSQL+`
		from session s join person p on p.id = s.as_person_id where s.id = @session`,
		pgx.StrictNamedArgs{"session": session}).
		Scan(&p.ID, &p.Agency, &p.Email, &p.Name, &p.TOTPEnabled, &p.CreatedAt, &row.SubAccount, &row.Reason, &row.ReadOnly, &row.Until, &row.Roles)
	return row, err
}
