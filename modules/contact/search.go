package contact

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/filter"
)

// reader reads q.limit+1 contacts. There are two, and a test holds them equal.
type reader func(ctx context.Context, r db.Reader, sub uuid.UUID, q query) ([]Contact, error)

// leakproof tells whether the operators of a search may use their indexes under
// row level security: the functions behind LIKE, @> and && are marked LEAKPROOF.
func leakproof(ctx context.Context, r db.Reader) (ok bool, err error) {
	err = r.QueryRow(ctx, `
		select bool_and(proleakproof) from pg_proc
		 where oid in ('textlike(text, text)'::regprocedure, 'arraycontains(anyarray, anyarray)'::regprocedure,
		               'arrayoverlap(anyarray, anyarray)'::regprocedure, 'jsonb_contains(jsonb, jsonb)'::regprocedure)`).Scan(&ok)
	return ok, err
}

// listPlain is the search under row level security.
func listPlain(ctx context.Context, r db.Reader, sub uuid.UUID, q query) ([]Contact, error) {
	sql, args := q.statement(ctx, sub)
	rows, err := r.Query(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Contact])
}

func (q query) statement(ctx context.Context, sub uuid.UUID) (string, pgx.StrictNamedArgs) {
	column, kind := sortColumns[q.sort], "timestamptz"
	if q.sort == "name" {
		kind = "text"
	}
	direction, beyond := "asc", ">"
	if q.descending {
		direction, beyond = "desc", "<"
	}
	args := pgx.StrictNamedArgs{"sub_account": sub, "most": q.limit + 1}
	var b strings.Builder
	b.WriteString(` from contact where ` + q.conditions(ctx, args))
	if q.part != anywhere {
		if q.part == outside {
			b.WriteString(` and not`)
		} else {
			b.WriteString(` and`)
		}
		b.WriteString(` (sort_name >= @from_name and sort_name < @to_name)`)
		args["from_name"], args["to_name"] = q.prefix, q.prefix+filter.LastRune
	}
	if q.after != nil {
		fmt.Fprintf(&b, ` and (%s, id) %s (@after_key::text::%s, @after_id)`, column, beyond, kind)
		args["after_key"], args["after_id"] = q.after.Key, q.after.ID
	}
	order := ` order by `
	if q.prefix != "" && q.row > 0 { // all parts in one
		order += `(sort_name >= @from_name and sort_name < @to_name) desc, `
		args["from_name"], args["to_name"] = q.prefix, q.prefix+filter.LastRune
	}
	order += fmt.Sprintf(`%s %s, id %s limit @most`, column, direction, direction)
	if q.row > 0 {
		order += ` offset @row`
		args["row"] = q.row
	}
	if q.rare {
		// Behind OFFSET 0 the planner doesn't see the order, so it can't walk through all the names for what a handful of
		// contacts have: it takes a sample of one in ten thousand for a rule.
		return `select ` + columns + ` from (select *` + b.String() + ` offset 0) as contact` + order, args
	}
	return `select ` + columns + b.String() + order, args
}

// conditions are what a contact fulfils that is on any page of the list.
func (q query) conditions(ctx context.Context, args pgx.StrictNamedArgs) string {
	var b strings.Builder
	b.WriteString(`contact.sub_account_id = @sub_account and deleted_at is null` + inReach(ctx, args))
	for i, p := range q.patterns {
		name := fmt.Sprintf("pattern%d", i)
		args[name] = p
		if local := localPart(p); local != "" {
			args[name+"_local"] = local
			b.WriteString(` and ` + q.like(name+"_local") + ` and (search_text || '') like @` + name) // which no index can be asked for
			continue
		}
		rest, begins := strings.CutPrefix(p, wordBegin)
		b.WriteString(` and (` + q.like(name))
		if begins {
			args[name+"_first"] = rest
			b.WriteString(` or ` + q.like(name+"_first"))
		}
		b.WriteString(`)`)
	}
	if q.tag != nil {
		args["tag"] = *q.tag
		if q.asked.definer {
			b.WriteString(` and contact.id in (select contact_with_tags(array[@tag]::text[], true))`)
		} else {
			b.WriteString(` and tags @> array[@tag]::text[]`)
		}
	}
	if !q.asked.Everything() {
		b.WriteString(` and ` + q.asked.SQL(q.asked.env, filter.Target{Key: "contact.id", Args: args, Definer: q.asked.definer}))
	}
	return b.String()
}

// localPart is the pattern of what stands before the @ of an e-mail address, and
// the @: few have it, and the letters of their provider are in a third of all
// entries of the index, each of which would be looked at. "" where it is too short
// for the index, or nothing follows.
func localPart(pattern string) string {
	before, after, ok := strings.Cut(pattern, "@")
	if !ok || strings.Trim(after, "%") == "" || utf8.RuneCountInString(strings.Trim(before, "%")) < leastPart {
		return ""
	}
	return before + "@%"
}

// like is a pattern of the search, looked up past row level security where an
// index can't be used under it and a filter keeps contact_search from being asked.
func (q query) like(name string) string {
	if q.asked.definer {
		return `contact.id in (select contact_with_text(@` + name + `::text))`
	}
	return `search_text like @` + name
}

// listDefiner is the same search through contact_search, which reads past row
// level security for the tenant of the same setting.
func listDefiner(ctx context.Context, r db.Reader, sub uuid.UUID, q query) ([]Contact, error) {
	var key *string
	var id *uuid.UUID
	var from, to *string
	if q.after != nil {
		key, id = &q.after.Key, &q.after.ID
	}
	if q.part != anywhere {
		end := q.prefix + filter.LastRune
		from, to = &q.prefix, &end
	}
	rows, err := r.Query(ctx, `
		select `+columns+`
		  from contact_search(@patterns, @tag, @sort, @descending, @after_key, @after_id, @most, @from_name, @to_name, @outside)
		       with ordinality as found (found_id, place)
		  join contact on sub_account_id = @sub_account and id = found_id
		 order by place`,
		pgx.StrictNamedArgs{
			"sub_account": sub, "patterns": q.patterns, "tag": q.tag, "sort": q.sort, "descending": q.descending,
			"after_key": key, "after_id": id, "most": q.limit + 1,
			"from_name": from, "to_name": to, "outside": q.part == outside,
		})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Contact])
}
