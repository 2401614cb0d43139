package contact

import (
	"math/big"
	"strings"
	"time"

	"github.com/google/uuid"
)

// value is what a contact holds in a fixed field.
func (c Contact) value(field string) any {
	if touch, name, ok := strings.Cut(field, "."); ok {
		return c.touch(touch, name)
	}
	switch field {
	case "name":
		return c.sortName()
	case "first_name":
		return c.FirstName
	case "last_name":
		return c.LastName
	case "email":
		return c.addressValues(KindEmail)
	case "phone":
		return c.addressValues(KindPhone)
	case "tags":
		return c.Tags
	case "owner_id":
		return orNone(c.OwnerID)
	case "followers":
		return c.Followers
	case "source":
		return c.Source
	case "company_id":
		return orNone(c.CompanyID)
	case "birthday":
		if day, err := time.Parse(time.DateOnly, c.Birthday); err == nil {
			return day
		}
		return nil
	case "score":
		return new(big.Rat).SetInt64(int64(c.Score))
	case "dnd":
		return c.DND
	case "created_at":
		return c.CreatedAt
	case "updated_at":
		return c.UpdatedAt
	}
	return c.profile(field)
}

func (c Contact) profile(field string) any {
	switch field {
	case "job_title":
		return c.JobTitle
	case "street":
		return c.Street
	case "city":
		return c.City
	case "region":
		return c.Region
	case "postal_code":
		return c.PostalCode
	case "country":
		return c.Country
	case "timezone":
		return c.Timezone
	}
	return nil
}

func (c Contact) addressValues(kind string) (out []string) {
	for _, a := range c.Addresses.Of(kind) {
		out = append(out, a.Value)
	}
	return out
}

func (c Contact) touch(which, name string) any {
	touch := c.FirstTouch
	if which == "last_touch" {
		touch = c.LastTouch
	}
	if touch == nil {
		return nil
	}
	for _, m := range touch.marks() {
		if m.name == name {
			return *m.value
		}
	}
	return nil
}

func orNone(id uuid.NullUUID) any {
	if !id.Valid {
		return nil
	}
	return id.UUID
}
