package access

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// ErasePerson deletes a person who works nowhere any more, with their sessions,
// authenticators and invitations, and takes what is known of them out of the audit
// of the agency's administration (GDPR, article 17). Errors: NotFound; Conflict
// "person.member" while they are a member somewhere.
func (s *Service) ErasePerson(ctx context.Context, p Principal, person uuid.UUID) error {
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		row, found, err := lockPerson(ctx, tx, p.Agency, person)
		if err != nil || !found {
			return orElse(err, errPersonUnknown)
		}
		works, err := worksAnywhere(ctx, tx, person)
		if err != nil {
			return err
		}
		if works {
			return errPersonWorks
		}
		if err := deletePerson(ctx, tx, row.Person); err != nil {
			return err
		}
		return s.auditor.ErasePerson(ctx, tx, p.Agency, person, row.Email)
	})
}

func worksAnywhere(ctx context.Context, tx pgx.Tx, person uuid.UUID) (works bool, err error) {
	err = tx.QueryRow(ctx, `select exists (select from membership where person_id = @person)`, pgx.StrictNamedArgs{"person": person}).Scan(&works)
	return works, err
}

// deletePerson deletes a person, and their name and address from where they stand
// besides.
func deletePerson(ctx context.Context, tx pgx.Tx, p Person) error {
	for _, table := range []string{"api_key", "oauth_app"} {
		// By the name alone where the id is not known, so namesakes may lose theirs.
		db.Later(tx, `
			update `+table+` set created_by = '', created_by_id = '' where agency_id = @agency
			   and (created_by_kind = 'person' and created_by_id = @id or created_by_kind = '' and created_by = @name)`,
			pgx.StrictNamedArgs{"agency": p.Agency, "id": p.ID.String(), "name": p.Name})
	}
	db.Later(tx, `delete from invitation where agency_id = @agency and email = @email`, pgx.StrictNamedArgs{"agency": p.Agency, "email": p.Email})
	_, err := tx.Exec(ctx, `delete from person where id = @id`, pgx.StrictNamedArgs{"id": p.ID})
	return err
}
