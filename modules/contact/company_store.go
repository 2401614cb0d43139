package contact

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
)

const companyColumns = `id, name, domain, phone, website, street, city, region, postal_code, country, owner_id, tags,
	custom, version, created_at, updated_at`

// companiesSQL reads companies by their ids.
const companiesSQL = `select ` + companyColumns + ` from company where sub_account_id = @sub_account and id = any(@ids) and deleted_at is null`

func company(ctx context.Context, r db.Reader, id uuid.UUID) (Company, error) {
	return readCompany(ctx, r, `id = @id and deleted_at is null`, id)
}

// companiesOf are the companies of some contacts, by their ids.
func companiesOf(ctx context.Context, r db.Reader, of []Contact) (map[uuid.UUID]Company, error) {
	var ids []uuid.UUID
	for _, c := range of {
		if c.CompanyID.Valid {
			ids = append(ids, c.CompanyID.UUID)
		}
	}
	out := map[uuid.UUID]Company{}
	if len(ids) == 0 {
		return out, nil
	}
	args, err := with(ctx, pgx.StrictNamedArgs{"ids": ids})
	if err != nil {
		return nil, err
	}
	rows, err := r.Query(ctx, companiesSQL, args)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[Company])
	for _, c := range found {
		out[c.ID] = c
	}
	return out, err
}

// lockCompany keeps others from changing a company until the commit.
func lockCompany(ctx context.Context, tx pgx.Tx, id uuid.UUID) (Company, error) {
	return readCompany(ctx, tx, `id = @id and deleted_at is null for update`, id)
}

func readCompany(ctx context.Context, r db.Reader, where string, id uuid.UUID) (Company, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return Company{}, err
	}
	rows, err := r.Query(ctx, `select `+companyColumns+` from company where sub_account_id = @sub_account and `+where, args)
	if err != nil {
		return Company{}, err
	}
	c, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Company])
	if errors.Is(err, pgx.ErrNoRows) {
		return Company{}, errNoCompany.Wrap(err)
	}
	return c, err
}

func companyRow(ctx context.Context, c Company) (pgx.StrictNamedArgs, error) {
	return with(ctx, pgx.StrictNamedArgs{
		"id": c.ID, "name": c.Name, "domain": c.Domain, "phone": c.Phone, "website": c.Website, "street": c.Street, "city": c.City,
		"region": c.Region, "postal_code": c.PostalCode, "country": c.Country, "owner_id": c.OwnerID, "tags": c.Tags, "custom": c.Custom,
		"sort_name": c.sortName(), "search_text": c.searchText(), "version": c.Version, "updated_at": c.UpdatedAt,
	})
}

func insertCompany(ctx context.Context, tx pgx.Tx, c Company) error {
	args, err := companyRow(ctx, c)
	if err != nil {
		return err
	}
	args["created_at"] = c.CreatedAt
	tag, err := tx.Exec(ctx, `
		insert into company (sub_account_id, id, name, domain, phone, website, street, city, region, postal_code, country,
		                     owner_id, tags, custom, sort_name, search_text, version, created_at, updated_at)
		values (@sub_account, @id, @name, @domain, @phone, @website, @street, @city, @region, @postal_code, @country,
		        @owner_id, @tags, @custom, @sort_name, @search_text, @version, @created_at, @updated_at)
		on conflict do nothing`, args)
	if err == nil && tag.RowsAffected() == 0 {
		return duplicateCompany(ctx, tx, c)
	}
	return err
}

// updateCompany changes a company behind a savepoint: a change has no ON CONFLICT.
func updateCompany(ctx context.Context, tx pgx.Tx, c Company) error {
	args, err := companyRow(ctx, c)
	if err != nil {
		return err
	}
	point, err := tx.Begin(ctx)
	if err != nil {
		return err
	}
	_, err = point.Exec(ctx, `
		update company
		   set name = @name, domain = @domain, phone = @phone, website = @website, street = @street, city = @city,
		       region = @region, postal_code = @postal_code, country = @country, owner_id = @owner_id, tags = @tags, custom = @custom,
		       sort_name = @sort_name, search_text = @search_text, version = @version, updated_at = @updated_at
		 where sub_account_id = @sub_account and id = @id`, args)
	if err == nil {
		return point.Commit(ctx)
	}
	broken := db.Constraint(err)
	if rollback := point.Rollback(ctx); rollback != nil || broken != "company_domain_key" {
		return errors.Join(err, rollback)
	}
	return duplicateCompany(ctx, tx, c)
}

func tombstoneCompany(ctx context.Context, tx pgx.Tx, id uuid.UUID, at time.Time) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id, "at": at})
	if err != nil {
		return err
	}
	if err := releaseValues(ctx, tx, []uuid.UUID{id}); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update company set deleted_at = @at, updated_at = @at, version = version + 1
		 where sub_account_id = @sub_account and id = @id`, args)
	return err
}

// duplicateCompany names the company whose domain c would have too.
func duplicateCompany(ctx context.Context, tx pgx.Tx, c Company) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"domain": c.Domain, "id": c.ID})
	if err != nil {
		return err
	}
	duplicate := fault.New(fault.Conflict, "company.duplicate", "Another company has this domain already.").With("field", "domain")
	var other uuid.UUID
	var name string
	err = tx.QueryRow(ctx, `
		select id, name from company
		 where sub_account_id = @sub_account and domain = @domain and id <> @id and deleted_at is null`, args).Scan(&other, &name)
	if errors.Is(err, pgx.ErrNoRows) { // deleted since: trying again will do
		return duplicate
	}
	if err != nil {
		return err
	}
	return duplicate.With("company", map[string]any{"id": other, "name": name})
}

// companyQuery is a validated ListInput.
type companyQuery struct {
	patterns   []string
	tag        string
	column     string
	descending bool
	after      *place
	limit      int
	scope      string
}

func (in ListInput) companies() (companyQuery, error) {
	var f fault.Checks
	if in.Sort == "" {
		in.Sort = DefaultSort
	}
	key, descending := strings.CutPrefix(in.Sort, "-")
	q := companyQuery{
		patterns: patterns(in.Query), tag: strings.ToLower(tidy(in.Tag)), column: sortColumns[key], descending: descending,
	}
	f.Check(q.column != "", "sort", `Sort by name, created_at or updated_at; "-" in front turns the order round.`)
	f.Check(clean(in.Query) && len(in.Query) <= maxQuery, "q", "Search for at most 200 visible characters.")
	f.Check(clean(in.Tag), "tag", "It holds characters that can't be shown.")
	q.scope = strings.Join(append([]string{"company", in.Sort, q.tag}, q.patterns...), "\x00")
	q.limit, q.after = paged(&f, in.Limit, in.Cursor, q.scope)
	return q, f.Err("company.list_invalid")
}

func listCompanies(ctx context.Context, r db.Reader, q companyQuery) (PageOf[Company], error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"most": q.limit + 1})
	if err != nil {
		return PageOf[Company]{}, err
	}
	rows, err := r.Query(ctx, q.statement(args), args)
	if err != nil {
		return PageOf[Company]{}, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[Company])
	if err != nil {
		return PageOf[Company]{}, err
	}
	return pageOf(found, q.limit, q.scope, func(c Company) place {
		switch q.column {
		case "created_at":
			return place{At: c.CreatedAt, ID: c.ID}
		case "updated_at":
			return place{At: c.UpdatedAt, ID: c.ID}
		}
		return place{Key: c.sortName(), ID: c.ID}
	})
}

func (q companyQuery) statement(args pgx.StrictNamedArgs) string {
	direction, beyond := "asc", ">"
	if q.descending {
		direction, beyond = "desc", "<"
	}
	var b strings.Builder
	b.WriteString(`select ` + companyColumns + ` from company where sub_account_id = @sub_account and deleted_at is null`)
	for i, p := range q.patterns {
		name := fmt.Sprintf("pattern%d", i)
		rest, begins := strings.CutPrefix(p, wordBegin)
		args[name] = p
		if !begins {
			b.WriteString(` and search_text like @` + name)
			continue
		}
		fmt.Fprintf(&b, ` and (search_text like @%[1]s or search_text like @%[1]s_first)`, name)
		args[name+"_first"] = rest
	}
	if q.tag != "" {
		b.WriteString(` and tags @> array[@tag]::text[]`)
		args["tag"] = q.tag
	}
	if q.after != nil {
		var key any = q.after.At
		if q.column == "sort_name" {
			key = q.after.Key
		}
		fmt.Fprintf(&b, ` and (%s, id) %s (@after_key, @after_id)`, q.column, beyond)
		args["after_key"], args["after_id"] = key, q.after.ID
	}
	fmt.Fprintf(&b, ` order by %s %s, id %s limit @most`, q.column, direction, direction)
	return b.String()
}

// contactIDs are some of a company's contacts.
func contactIDs(ctx context.Context, tx pgx.Tx, id uuid.UUID, most int) ([]uuid.UUID, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id, "most": most})
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `
		select id from contact where sub_account_id = @sub_account and company_id = @id and deleted_at is null limit @most`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

func contactsOf(ctx context.Context, tx pgx.Tx, id uuid.UUID, after *place, most int) ([]Contact, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id, "most": most})
	if err != nil {
		return nil, err
	}
	where := inReach(ctx, args)
	if after != nil {
		where += ` and (sort_name, id) > (@key, @after)`
		args["key"], args["after"] = after.Key, after.ID
	}
	rows, err := tx.Query(ctx, `
		select `+columns+` from contact
		 where sub_account_id = @sub_account and company_id = @id and deleted_at is null`+where+`
		 order by sort_name, id limit @most`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Contact])
}
