package contact

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/filter"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// besideColumns are the orders that contact_search has columns of.
var besideColumns = map[string]string{"name": "name", "created_at": "created"}

// statement reads a page. A search is read from contact_search, by its texts and
// in its order, with the contacts beside it: the planner looks up or walks there
// without a look at a contact for each text.
func (q query) statement(ctx context.Context, sub uuid.UUID) (string, pgx.StrictNamedArgs) {
	args := pgx.StrictNamedArgs{"sub_account": sub, "most": q.limit + 1}
	limit := ` limit @most`
	if q.row > 0 {
		limit += ` offset @row`
		args["row"] = q.row
	}
	column := besideColumns[q.sort]
	if column != "" && q.words(ctx) {
		return q.alone(args, column, limit), args
	}
	// Who has a name that begins with what was asked has its words as well: those are walked through as contacts, where a
	// tag or a filter is looked at without a lookup for each.
	if column != "" && len(q.patterns) > 0 && !q.asked.definer && !q.rare && q.part != within {
		where, order := q.place(args, column, "name", "contact_id")
		return `select ` + columns + ` from contact join contact_search on contact_search.contact_id = contact.id
			where contact_search.sub_account_id = @sub_account and ` + q.worded(args) + ` and ` + q.others(ctx, args) + where + order + limit, args
	}
	where, order := q.place(args, sortColumns[q.sort], "sort_name", "id")
	from := ` from contact where ` + q.conditions(ctx, args) + where
	if q.rare {
		from = ` from (select *` + from + ` offset 0) as contact` // see alone
	}
	return `select ` + columns + from + order + limit, args
}

// words tells whether nothing is asked but the words of a search, of everybody.
func (q query) words(ctx context.Context) bool {
	return len(q.patterns) > 0 && !q.asked.definer && q.tag == nil && q.asked.Everything() && tenancy.ReachFrom(ctx).All
}

// counted is what a count goes through.
func (q query) counted(ctx context.Context, args pgx.StrictNamedArgs) string {
	if q.words(ctx) {
		return `contact_search where contact_search.sub_account_id = @sub_account and ` + q.worded(args)
	}
	return `contact where ` + q.conditions(ctx, args)
}

// alone is a page for which no contact has to be looked at but those on it. Each
// is read by its key: a planner without statistics would read all of them for
// each that was found.
func (q query) alone(args pgx.StrictNamedArgs, column, limit string) string {
	where, order := q.place(args, column, "name", "contact_id")
	from := ` from contact_search where contact_search.sub_account_id = @sub_account and ` + q.worded(args) + where
	if q.rare {
		// Behind OFFSET 0 the planner doesn't see the order, so it can't walk through all the names for what a handful of
		// contacts have: it takes a sample of one in ten thousand for a rule.
		from = ` from (select *` + from + ` offset 0) as contact_search`
	}
	return `select ` + columns + ` from (select contact_id, name, created` + from + order + limit + `) found
		cross join lateral (select * from contact where contact.sub_account_id = @sub_account and contact.id = found.contact_id offset 0) contact` + order
}

// place is the part of the list in which a page is, and its order, by the columns
// of the order, the name and the id.
func (q query) place(args pgx.StrictNamedArgs, column, name, id string) (where, order string) {
	direction, beyond, kind := "asc", ">", "timestamptz"
	if q.descending {
		direction, beyond = "desc", "<"
	}
	if q.sort == "name" {
		kind = "text"
	}
	names := `(` + name + ` >= @from_name and ` + name + ` < @to_name)`
	switch q.part {
	case within:
		where = ` and ` + names
	case outside:
		where = ` and not ` + names
	case anywhere:
		if q.prefix != "" && q.row > 0 { // all parts in one
			order = names + ` desc, `
		}
	}
	if where != "" || order != "" {
		args["from_name"], args["to_name"] = q.prefix, q.prefix+filter.LastRune
	}
	if q.after != nil {
		where += fmt.Sprintf(` and (%s, %s) %s (@after_key::text::%s, @after_id)`, column, id, beyond, kind)
		args["after_key"], args["after_id"] = q.after.Key, q.after.ID
	}
	return where, ` order by ` + order + fmt.Sprintf(`%s %s, %s %s`, column, direction, id, direction)
}
