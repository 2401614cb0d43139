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

// conditions are what a contact fulfils that is on any page of the list.
func (q query) conditions(ctx context.Context, args pgx.StrictNamedArgs) string {
	var b strings.Builder
	b.WriteString(q.others(ctx, args))
	if q.asked.definer {
		q.lookups(&b, args)
	} else if len(q.patterns) > 0 {
		b.WriteString(` and contact.id in (` + searchedSQL + q.worded(args) + `)`)
	}
	return b.String()
}

// others are the conditions but for the words of a search.
func (q query) others(ctx context.Context, args pgx.StrictNamedArgs) string {
	var b strings.Builder
	b.WriteString(`contact.sub_account_id = @sub_account and deleted_at is null` + inReach(ctx, args))
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

// searchedSQL are the contacts whose texts fulfil what follows.
const searchedSQL = `select contact_id from contact_search where contact_search.sub_account_id = @sub_account and `

// worded is what the texts of a contact have to hold.
func (q query) worded(args pgx.StrictNamedArgs) string {
	parts := make([]string, len(q.patterns))
	for i, p := range q.patterns {
		name := fmt.Sprintf("pattern%d", i)
		if local := localPart(p); local != "" {
			args[name], args[name+"_local"] = p, local
			parts[i] = `text like @` + name + `_local and (text || '') like @` + name // which no index can be asked for
			continue
		}
		var ways []string
		for _, one := range q.ways(i, args) {
			ways = append(ways, `text like @`+one)
		}
		parts[i] = `(` + strings.Join(ways, ` or `) + `)`
	}
	return strings.Join(parts, ` and `)
}

// lookups is worded past row level security, each word by itself, where no index
// can be used under it and a filter keeps contact_found from being asked.
func (q query) lookups(b *strings.Builder, args pgx.StrictNamedArgs) {
	for i, p := range q.patterns {
		if local := localPart(p); local != "" {
			name := fmt.Sprintf("pattern%d", i)
			args[name], args[name+"_local"] = p, local
			b.WriteString(` and contact.id in (select contact_with_text(@` + name + `_local::text))` +
				` and contact.id in (` + searchedSQL + `(text || '') like @` + name + `)`)
			continue
		}
		var ways []string
		for _, one := range q.ways(i, args) {
			ways = append(ways, `select contact_with_text(@`+one+`::text)`)
		}
		b.WriteString(` and contact.id in (` + strings.Join(ways, ` union all `) + `)`)
	}
}

// listDefiner is the same search through contact_found, which reads past row
// level security for the tenant of the same setting. It knows one pattern of a
// word, so it is asked for each way to write them.
func listDefiner(ctx context.Context, r db.Reader, sub uuid.UUID, q query) ([]Contact, error) {
	if q.twins != nil {
		return listSpelled(ctx, r, sub, q)
	}
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
		  from contact_found(@patterns, @tag, @sort, @descending, @after_key, @after_id, @most, @from_name, @to_name, @outside)
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
