package contact

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// insertMany inserts contacts in one statement, each column as an array of its
// own: the server takes them as they are, where it would have to read JSON.
func insertMany(ctx context.Context, tx pgx.Tx, list []Contact, by *catalogue) error {
	if len(list) == 0 {
		return nil
	}
	pairs, err := contactArrays(list, by)
	if err != nil {
		return err
	}
	args, err := with(ctx, pairs)
	if err != nil {
		return err
	}
	db.Later(tx, `
		insert into contact (sub_account_id, id, first_name, last_name, email, phone, tags, owner_id, source, company_id,
		                     job_title, street, city, region, postal_code, country, timezone, birthday, first_touch,
		                     last_touch, followers, dnd, score, custom, custom_exact, sort_name, version, created_at, updated_at)
		select @sub_account, r.id, r.first_name, r.last_name, r.email, r.phone, r.tags::text[], r.owner_id, r.source, r.company_id,
		       r.job_title, r.street, r.city, r.region, r.postal_code, r.country, r.timezone, r.birthday::date, r.first_touch::jsonb,
		       r.last_touch::jsonb, r.followers::uuid[], r.dnd::text[], r.score, r.custom::jsonb, r.custom_exact::jsonb, r.sort_name, r.version, r.created_at, r.updated_at
		  from unnest(@ids::uuid[], @first_names::text[], @last_names::text[], @emails::text[], @phones::text[], @tags::text[], @owners::uuid[],
		              @sources::text[], @companies::uuid[], @job_titles::text[], @streets::text[], @cities::text[], @regions::text[],
		              @postal_codes::text[], @countries::text[], @timezones::text[], @birthdays::text[], @first_touches::text[],
		              @last_touches::text[], @followers::text[], @dnds::text[], @scores::integer[], @customs::text[], @exacts::text[], @sort_names::text[],
		              @versions::bigint[], @created::timestamptz[], @updated::timestamptz[])
		       as r (id, first_name, last_name, email, phone, tags, owner_id, source, company_id, job_title, street, city, region,
		             postal_code, country, timezone, birthday, first_touch, last_touch, followers, dnd, score, custom, custom_exact, sort_name,
		             version, created_at, updated_at)`, args)
	return nil
}

func contactArrays(list []Contact, by *catalogue) (pgx.StrictNamedArgs, error) {
	firstTouches, err := documents(list, func(c *Contact) (any, bool) { return c.FirstTouch, c.FirstTouch != nil })
	if err != nil {
		return nil, err
	}
	lastTouches, err := documents(list, func(c *Contact) (any, bool) { return c.LastTouch, c.LastTouch != nil })
	if err != nil {
		return nil, err
	}
	customs, err := documents(list, func(c *Contact) (any, bool) { return c.Custom.with(nil), true })
	if err != nil {
		return nil, err
	}
	exacts, err := documents(list, func(c *Contact) (any, bool) { return by.exact(c.Custom), true })
	if err != nil {
		return nil, err
	}
	return pgx.StrictNamedArgs{
		"ids":           arrayOf(list, func(c *Contact) uuid.UUID { return c.ID }),
		"first_names":   arrayOf(list, func(c *Contact) string { return c.FirstName }),
		"last_names":    arrayOf(list, func(c *Contact) string { return c.LastName }),
		"emails":        arrayOf(list, func(c *Contact) string { return c.Email }),
		"phones":        arrayOf(list, func(c *Contact) string { return c.Phone }),
		"tags":          arrayOf(list, func(c *Contact) string { return arrayText(c.Tags) }),
		"owners":        arrayOf(list, func(c *Contact) uuid.NullUUID { return c.OwnerID }),
		"sources":       arrayOf(list, func(c *Contact) string { return c.Source }),
		"companies":     arrayOf(list, func(c *Contact) uuid.NullUUID { return c.CompanyID }),
		"job_titles":    arrayOf(list, func(c *Contact) string { return c.JobTitle }),
		"streets":       arrayOf(list, func(c *Contact) string { return c.Street }),
		"cities":        arrayOf(list, func(c *Contact) string { return c.City }),
		"regions":       arrayOf(list, func(c *Contact) string { return c.Region }),
		"postal_codes":  arrayOf(list, func(c *Contact) string { return c.PostalCode }),
		"countries":     arrayOf(list, func(c *Contact) string { return c.Country }),
		"timezones":     arrayOf(list, func(c *Contact) string { return c.Timezone }),
		"birthdays":     arrayOf(list, func(c *Contact) *string { return orNull(c.Birthday) }),
		"first_touches": firstTouches,
		"last_touches":  lastTouches,
		"followers":     arrayOf(list, func(c *Contact) string { return arrayText(c.Followers) }),
		"dnds":          arrayOf(list, func(c *Contact) string { return arrayText(c.DND) }),
		"scores":        arrayOf(list, func(c *Contact) int32 { return c.Score }),
		"customs":       customs,
		"exacts":        exacts,
		"sort_names":    arrayOf(list, func(c *Contact) string { return c.sortName() }),
		"versions":      arrayOf(list, func(c *Contact) int64 { return c.Version }),
		"created":       arrayOf(list, func(c *Contact) time.Time { return c.CreatedAt }),
		"updated":       arrayOf(list, func(c *Contact) time.Time { return c.UpdatedAt }),
	}, nil
}

func arrayOf[R, T any](list []R, of func(*R) T) []T {
	out := make([]T, len(list))
	for i := range list {
		out[i] = of(&list[i])
	}
	return out
}

// documents are a column of JSON; nil where there is none.
func documents[R any](list []R, of func(*R) (any, bool)) ([]*string, error) {
	out := make([]*string, len(list))
	for i := range list {
		value, there := of(&list[i])
		if !there {
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		out[i] = orNull(string(text))
	}
	return out, nil
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

var arrayEscape = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// arrayText writes an array as PostgreSQL reads one
// (https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO): arrays of
// arrays of different lengths it doesn't know.
func arrayText[T string | uuid.UUID](list []T) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, item := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		switch v := any(item).(type) {
		case uuid.UUID:
			b.WriteString(v.String())
		case string:
			_, _ = arrayEscape.WriteString(&b, v)
		}
		b.WriteByte('"')
	}
	b.WriteByte('}')
	return b.String()
}
