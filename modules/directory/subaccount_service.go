package directory

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// UpsertSubAccount brings the directory's entry of a SubAccount to what the
// resource says, and makes it if there is none; its status becomes Active or
// Suspended. It is found again by uid or name, so an operator that was killed halfway repeats it. Conflict: another resource has the name, the
// data lives in another database, or Adopt names one that is in use. An id of
// another agency is NotFound.
func (s *Service) UpsertSubAccount(ctx context.Context, in SubAccountInput) (SubAccount, error) {
	if err := in.Validate(); err != nil {
		return SubAccount{}, err
	}
	var out SubAccount
	err := s.upsert(ctx, func(tx pgx.Tx) error {
		before, lost, err := subAccountToUpsert(ctx, tx, in)
		if err != nil {
			return err
		}
		after := in.apply(before)
		if before.ID == uuid.Nil {
			after.ID, after.CreatedAt = idOf(lost, in.Lost), s.now()
		}
		if after == before {
			out = after
			return nil
		}
		after.UpdatedAt = s.now()
		if err := saveSubAccount(ctx, tx, after); err != nil {
			return err
		}
		out = after
		return s.auditor.Record(ctx, tx, after.Tenant(), changed("sub_account", before.ID), after.ID, map[string]any{
			"name": after.Name, "display_name": after.DisplayName, "status_before": before.Status, "status": after.Status,
		})
	})
	return out, err
}

// subAccountToUpsert finds the row that the input means; its ID is Nil when the
// row is to be made, and lost tells that it was there and is gone.
func subAccountToUpsert(ctx context.Context, tx pgx.Tx, in SubAccountInput) (before SubAccount, lost bool, err error) {
	if in.Adopt != uuid.Nil {
		before, err = adoptedSubAccount(ctx, tx, in)
		return before, false, err
	}
	before, err = lockSubAccountOf(ctx, tx, in.Namespace, in.Name, in.UID)
	if fault.Is(err, fault.NotFound) && in.Lost != uuid.Nil {
		before, err = lockSubAccount(ctx, tx, in.Lost)
		if err == nil && before.UID != in.UID { // that id is another's by now
			return SubAccount{}, false, nil
		}
		lost = fault.Is(err, fault.NotFound)
	}
	switch {
	case fault.Is(err, fault.NotFound):
		return SubAccount{}, lost, nil
	case err != nil:
		return SubAccount{}, false, err
	case before.UID != in.UID || before.Agency != in.Agency:
		return SubAccount{}, false, errSubAccountTaken.With("sub_account_id", before.ID)
	case before.Database != in.Database:
		return SubAccount{}, false, errPlacementFixed.With("database_id", before.Database)
	}
	return before, false, nil
}

func adoptedSubAccount(ctx context.Context, tx pgx.Tx, in SubAccountInput) (SubAccount, error) {
	before, err := lockSubAccount(ctx, tx, in.Adopt)
	switch {
	case err != nil:
		return SubAccount{}, err
	case before.Agency != in.Agency:
		return SubAccount{}, errSubAccountUnknown
	case before.Database != in.Database:
		return SubAccount{}, errPlacementFixed.With("database_id", before.Database)
	case before.Status == tenancy.Retained, before.UID == in.UID, before.Namespace == in.Namespace && before.Name == in.Name:
		return before, nil
	}
	return SubAccount{}, errNotAdoptable
}

func (in SubAccountInput) apply(s SubAccount) SubAccount {
	s.Agency, s.Namespace, s.Name, s.UID = in.Agency, in.Namespace, in.Name, in.UID
	s.DisplayName = strings.TrimSpace(in.DisplayName)
	s.Timezone, s.Country, s.Currency = in.Timezone, in.Country, in.Currency
	s.OwnerEmail, s.Database = strings.TrimSpace(in.OwnerEmail), in.Database
	s.Status, s.DeletedAt = tenancy.Active, nil
	if in.Suspended {
		s.Status = tenancy.Suspended
	}
	return s
}

// SetStatus stops (Suspended, Deleting) or resumes (Active) a sub-account: its
// people's sign-in and every send. Effective everywhere within two seconds. A
// retained one is a Conflict: adoption alone brings it back, and not whoever
// comes late.
func (s *Service) SetStatus(ctx context.Context, subAccount uuid.UUID, status tenancy.Status) error {
	if status == tenancy.Retained {
		return s.Retain(ctx, subAccount)
	}
	return s.changeStatus(ctx, subAccount, status)
}

// Retain keeps the entry, its data and its carrier account for a later
// SubAccount to adopt, and gives back its name. Nobody signs in, nothing is
// sent.
func (s *Service) Retain(ctx context.Context, subAccount uuid.UUID) error {
	return s.changeStatus(ctx, subAccount, tenancy.Retained)
}

func (s *Service) changeStatus(ctx context.Context, subAccount uuid.UUID, status tenancy.Status) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		before, err := lockSubAccount(ctx, tx, subAccount)
		if err != nil || before.Status == status {
			return err
		}
		if before.Status == tenancy.Retained {
			return errRetained
		}
		after, now := before, s.now()
		after.Status, after.UpdatedAt, after.DeletedAt = status, now, nil
		if status == tenancy.Retained {
			after.DeletedAt = &now
		}
		if err := saveSubAccount(ctx, tx, after); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, after.Tenant(), "sub_account.status_changed", after.ID,
			map[string]any{"before": before.Status, "after": status})
	})
}

// Remove forgets a sub-account for good, once its data is gone. One that is
// gone already is no error.
func (s *Service) Remove(ctx context.Context, subAccount uuid.UUID) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		before, err := lockSubAccount(ctx, tx, subAccount)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := deleteSubAccount(ctx, tx, subAccount); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, before.Tenant(), "sub_account.removed", before.ID, map[string]any{"name": before.Name})
	})
}
