package audit

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// ErasePerson takes a person's data out of the entries of their agency's
// administration, in the caller's transaction, and records that: who acted is left
// as an id, and what was done to them, or names their address, as what it was.
// The chain still verifies. It is a port of access, and the transaction's last
// word.
func (s *Service) ErasePerson(ctx context.Context, tx pgx.Tx, agency, person uuid.UUID, email string) error {
	actor, ok := tenancy.ActorFrom(ctx)
	if !ok {
		actor = tenancy.Actor{Kind: tenancy.System}
	}
	by, err := s.recordControl(ctx, tx, tenancy.Tenant{Agency: agency}, "person.erased", person, actor, nil)
	if err != nil {
		return err
	}
	args := pgx.StrictNamedArgs{"agency": agency, "person": person, "by": by, "now": s.now(), "email": email}
	_, err = tx.Exec(ctx, `
		update audit_entry set detail = '{}', salt = null, erased_at = @now, erased_by = @by
		 where agency_id = @agency and seq is not null and id <> @by and erased_by is null
		   and (subject_id = @person
		        or jsonb_path_exists(detail, '$.** ? (@ == $email)', jsonb_build_object('email', @email::text)))`, args)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update audit_entry set actor = '{}', actor_salt = null, actor_erased_by = @by
		 where agency_id = @agency and seq is not null and actor_erased_by is null
		   and (actor_id = @person::text or actor->>'impersonator_id' = @person::text)`,
		pgx.StrictNamedArgs{"agency": agency, "person": person.String(), "by": by})
	return err
}
