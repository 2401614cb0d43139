package contact

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
)

// lookCompanies finds the companies that rows name: of several with a name the
// oldest.
func (w *working) lookCompanies(ctx context.Context, tx pgx.Tx, batch []candidate) error {
	var names []string
	for _, c := range batch {
		if name := fold(c.company); name != "" && w.companies[name] == nil && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	args, err := with(ctx, pgx.StrictNamedArgs{"names": names})
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `
		select distinct on (sort_name) `+companyColumns+` from company
		 where sub_account_id = @sub_account and sort_name = any(@names) and deleted_at is null
		 order by sort_name, created_at, id`, args)
	if err != nil {
		return err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[Company])
	for _, c := range found {
		w.companies[c.sortName()] = &c
	}
	return err
}

// company gives the company of a name, which is made with the batch if there is
// none. A website is kept with one that is made; what there is stays.
func (w *working) company(name, website string) uuid.NullUUID {
	key := fold(name)
	if key == "" {
		return uuid.NullUUID{}
	}
	if w.companies[key] == nil {
		w.companies[key] = &Company{ID: newID(), Name: name, Tags: []string{}, Custom: Values{}, CreatedAt: w.now, UpdatedAt: w.now}
	}
	if made := w.companies[key]; made.Version == 0 && made.Website == "" {
		made.Website = website
	}
	return known(w.companies[key].ID)
}

// saveCompanies makes those that contacts of the batch are to belong to.
func (w *working) saveCompanies(ctx context.Context, tx pgx.Tx, importID uuid.UUID) error {
	used := map[uuid.UUID]bool{}
	for _, one := range w.touched {
		used[one.after.CompanyID.UUID] = true
	}
	var ids []uuid.UUID
	var names, websites, sorts, searches []string
	var told []events.New
	for _, key := range sortedKeys(w.companies) {
		c := w.companies[key]
		if c.Version != 0 || !used[c.ID] {
			continue
		}
		c.Version = 1
		ids, names, websites, sorts, searches = append(ids, c.ID), append(names, c.Name), append(websites, c.Website), append(sorts, c.sortName()), append(searches, c.searchText())
		told = append(told, events.New{
			Kind: EventCompanyCreated, SubjectKind: SubjectCompany, SubjectID: c.ID, Payload: events.Change{After: snapshotCompany(*c)},
		})
	}
	if len(ids) == 0 {
		return nil
	}
	args, err := with(ctx, pgx.StrictNamedArgs{
		"ids": ids, "names": names, "websites": websites, "sorts": sorts, "searches": searches, "now": w.now, "import": importID,
	})
	if err != nil {
		return err
	}
	db.Later(tx, `
		with made as (
			insert into company (sub_account_id, id, name, website, sort_name, search_text, created_at, updated_at)
			select @sub_account, c.id, c.name, c.website, c.sort, c.search, @now, @now
			  from unnest(@ids::uuid[], @names::text[], @websites::text[], @sorts::text[], @searches::text[]) as c (id, name, website, sort, search)
			returning id)
		insert into import_company (sub_account_id, import_id, company_id) select @sub_account, @import, id from made`, args)
	return w.s.Events.PublishMany(ctx, tx, told)
}

// dropCompanies deletes the companies that an import made, that nobody has
// changed and that nothing belongs to any more.
func (s *Service) dropCompanies(ctx context.Context, tx pgx.Tx, importID uuid.UUID) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"import": importID, "now": s.now()})
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `
		update company set deleted_at = @now, updated_at = @now, version = version + 1
		 where sub_account_id = @sub_account and deleted_at is null and version = 1
		   and id in (select company_id from import_company where sub_account_id = @sub_account and import_id = @import)
		   and not exists (select from contact x where x.sub_account_id = @sub_account and x.company_id = company.id and x.deleted_at is null)
		   and not exists (select from note x where x.sub_account_id = @sub_account and x.company_id = company.id)
		   and not exists (select from task x where x.sub_account_id = @sub_account and x.company_id = company.id)
		   and not exists (select from file x where x.sub_account_id = @sub_account and x.company_id = company.id)
		returning `+companyColumns, args)
	if err != nil {
		return err
	}
	gone, err := pgx.CollectRows(rows, pgx.RowToStructByName[Company])
	if err != nil {
		return err
	}
	told := make([]events.New, 0, len(gone))
	for _, c := range gone {
		c.Version--
		told = append(told, events.New{
			Kind: EventCompanyDeleted, SubjectKind: SubjectCompany, SubjectID: c.ID, Payload: events.Change{Before: snapshotCompany(c)},
		})
	}
	return s.Events.PublishMany(ctx, tx, told)
}
