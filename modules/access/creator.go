package access

import "github.com/omnicrm/omnicrm/platform/tenancy"

// creatorRow is who made something: by their name then, until one is looked up.
type creatorRow struct {
	CreatedBy     string
	CreatedByKind string
	CreatedByID   string
}

func (r creatorRow) actor() tenancy.Actor {
	return tenancy.Actor{Kind: tenancy.ActorKind(r.CreatedByKind), ID: r.CreatedByID, Name: r.CreatedBy}
}

// creatorOf is what is kept of whoever acts.
func creatorOf(a tenancy.Actor) tenancy.Actor {
	return tenancy.Actor{Kind: a.Kind, ID: a.ID, Name: a.Name}
}

// creatorColumns of a table under an alias; a person is called as they are today.
func creatorColumns(alias string) string {
	return `coalesce(case when ` + alias + `.created_by_kind = 'person' then (
			select w.name from person w where w.id = nullif(` + alias + `.created_by_id, '')::uuid and w.agency_id = ` + alias + `.agency_id) end, ` + alias + `.created_by) as created_by,
		` + alias + `.created_by_kind, ` + alias + `.created_by_id`
}
