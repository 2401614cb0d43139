package directory

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// telephonyDoc is Telephony in a sealed column.
type telephonyDoc struct {
	AccountSID string `json:"account_sid"`
	AuthToken  string `json:"auth_token"`
}

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// Validate names every field that won't do.
func (t Telephony) Validate() error {
	var c fault.Checks
	c.Check(t.AccountSID != "", "account_sid", "is required")
	c.Check(t.AuthToken != "", "auth_token", "is required")
	return c.Err("telephony.invalid")
}

// SetTelephony stores the carrier account of a sub-account, sealed, and the
// number (E.164, or empty) from which it sends.
func (s *Service) SetTelephony(ctx context.Context, subAccount uuid.UUID, t Telephony, phoneNumber string) error {
	var c fault.Checks
	c.Merge("", t.Validate())
	c.Check(phoneNumber == "" || e164.MatchString(phoneNumber), "phone_number", "must be in E.164, such as +15005550006")
	if err := c.Err("telephony.invalid"); err != nil {
		return err
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		before, err := lockSubAccount(ctx, tx, subAccount)
		if err != nil {
			return err
		}
		stored, err := subAccountTelephony(ctx, tx, subAccount)
		if err != nil {
			return err
		}
		sealed, rotated, err := s.sealTelephony(stored, t, subAccountPlace(subAccount))
		if err != nil || (!rotated && before.PhoneNumber == phoneNumber) {
			return err
		}
		if err := saveSubAccountTelephony(ctx, tx, subAccount, sealed, phoneNumber, s.now()); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, before.Tenant(), "sub_account.telephony_changed", subAccount, map[string]any{
			"account_sid": t.AccountSID, "credentials_changed": rotated, "number_before": before.PhoneNumber, "number": phoneNumber,
		})
	})
}

// ClearTelephony forgets the carrier account of a sub-account and its number.
func (s *Service) ClearTelephony(ctx context.Context, subAccount uuid.UUID) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		before, err := lockSubAccount(ctx, tx, subAccount)
		if err != nil || (!before.Telephony && before.PhoneNumber == "") {
			return err
		}
		if err := saveSubAccountTelephony(ctx, tx, subAccount, nil, "", s.now()); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, before.Tenant(), "sub_account.telephony_removed", subAccount, map[string]any{"number_before": before.PhoneNumber})
	})
}

// SetAgencyTelephony stores the agency's own carrier account, sealed; nil
// forgets it.
func (s *Service) SetAgencyTelephony(ctx context.Context, agency uuid.UUID, t *Telephony) error {
	if t != nil {
		if err := t.Validate(); err != nil {
			return err
		}
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		if _, err := lockAgency(ctx, tx, agency); err != nil {
			return err
		}
		stored, err := agencyTelephony(ctx, tx, agency)
		if err != nil {
			return err
		}
		sealed, changed, sid := []byte(nil), stored != nil, ""
		if t != nil {
			sid = t.AccountSID
			if sealed, changed, err = s.sealTelephony(stored, *t, agencyPlace(agency)); err != nil {
				return err
			}
		}
		if !changed {
			return nil
		}
		if err := saveAgencyTelephony(ctx, tx, agency, sealed, s.now()); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: agency}, "agency.telephony_changed", agency, map[string]any{"account_sid": sid})
	})
}

// Telephony gives the carrier account of a sub-account; NotFound if it has
// none. It is not cached: a credential stays in memory no longer than a send.
func (s *Service) Telephony(ctx context.Context, subAccount uuid.UUID) (Telephony, error) {
	return s.readTelephony(ctx, subAccount, subAccountTelephony, subAccountPlace(subAccount))
}

// AgencyTelephony gives the agency's own carrier account; NotFound if it has
// none.
func (s *Service) AgencyTelephony(ctx context.Context, agency uuid.UUID) (Telephony, error) {
	return s.readTelephony(ctx, agency, agencyTelephony, agencyPlace(agency))
}

func (s *Service) readTelephony(ctx context.Context, id uuid.UUID, read func(context.Context, pgx.Tx, uuid.UUID) ([]byte, error), place secrets.Place) (Telephony, error) {
	var sealed []byte
	err := s.control.InTx(ctx, func(tx pgx.Tx) (err error) {
		sealed, err = read(ctx, tx, id)
		return err
	})
	if err != nil {
		return Telephony{}, err
	}
	if sealed == nil {
		return Telephony{}, errNoTelephony
	}
	return s.openTelephony(sealed, place)
}

func (s *Service) openTelephony(sealed []byte, place secrets.Place) (Telephony, error) {
	plain, err := s.box.Open(sealed, place)
	if err != nil {
		return Telephony{}, fmt.Errorf("directory: carrier account of %s: %w", place.Row, err)
	}
	var doc telephonyDoc
	if err := json.Unmarshal(plain, &doc); err != nil {
		return Telephony{}, fmt.Errorf("directory: carrier account of %s is unreadable", place.Row)
	}
	return Telephony(doc), nil
}

// sealTelephony keeps the sealed value while it holds the same account under
// the present key.
func (s *Service) sealTelephony(stored []byte, t Telephony, place secrets.Place) (sealed []byte, changed bool, err error) {
	if stored != nil && !s.box.Stale(stored) {
		if same, err := s.openTelephony(stored, place); err == nil && same == t {
			return stored, false, nil
		}
	}
	plain, err := json.Marshal(telephonyDoc(t))
	if err != nil {
		return nil, false, err
	}
	sealed, err = s.box.Seal(plain, place)
	return sealed, true, err
}

func subAccountPlace(id uuid.UUID) secrets.Place {
	return secrets.Place{Tenant: id.String(), Table: "sub_account", Column: "telephony", Row: id.String()}
}

func agencyPlace(id uuid.UUID) secrets.Place {
	return secrets.Place{Tenant: id.String(), Table: "agency", Column: "telephony", Row: id.String()}
}
