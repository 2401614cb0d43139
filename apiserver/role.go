package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// Role is a named set of permissions.
type Role struct {
	ID          string    `json:"id" doc:"What membership and invitations name it by: a word if it is built in, else an id." example:"account_user"`
	Name        string    `json:"name" doc:"What people read." example:"User"`
	Description string    `json:"description" doc:"What it is for; empty for a built-in one." example:"Sells; sees their own customers."`
	Level       string    `json:"level" doc:"Where it is held: in the agency, and so in all its sub-accounts, or in one sub-account (account)." enum:"agency,account" example:"account"`
	BuiltIn     bool      `json:"built_in" doc:"Built-in roles can't be changed." example:"true"`
	Permissions []string  `json:"permissions" doc:"What it allows." example:"[\"contacts.read\",\"contacts.write\"]"`
	Reach       string    `json:"reach" doc:"Whose records it reaches: everybody's, those of the people who share a team, or the person's own." enum:"all,team,assigned" example:"all"`
	Members     int       `json:"members" doc:"How many hold it, over all places." example:"3"`
	Grantable   bool      `json:"grantable" doc:"Whether the caller may give it to somebody here: it allows nothing that they may not do themselves." example:"true"`
	CreatedAt   time.Time `json:"created_at" doc:"When it was made." example:"2026-02-01T12:00:00Z"`
	UpdatedAt   time.Time `json:"updated_at" doc:"When it last changed." example:"2026-02-02T08:15:00Z"`
	Version     int64     `json:"version" doc:"One more with every change; the ETag holds it." example:"3"`
}

// CreateRole is a new role of the agency's own.
type CreateRole struct {
	Name        string   `json:"name" maxLength:"120" doc:"What people read; no two roles of an agency have the same." example:"Sales"`
	Description string   `json:"description,omitempty" maxLength:"500" doc:"What it is for." example:"Sells; sees their own customers."`
	Level       string   `json:"level" doc:"Where it is held; it never changes." enum:"agency,account" example:"account"`
	Permissions []string `json:"permissions" minItems:"1" maxItems:"100" doc:"What it allows; no more than you may do yourself. GET /api/v1/permissions lists them." example:"[\"contacts.read\",\"contacts.write\"]"`
	Reach       string   `json:"reach,omitempty" doc:"Whose records it reaches; all when absent. team is for the level account alone." enum:"all,team,assigned" example:"assigned"`
}

// PatchRole changes what is present.
type PatchRole struct {
	Name        *string   `json:"name,omitempty" maxLength:"120" doc:"What people read." example:"Sales"`
	Description *string   `json:"description,omitempty" maxLength:"500" doc:"What it is for." example:"Sells; sees their own customers."`
	Permissions *[]string `json:"permissions,omitempty" minItems:"1" maxItems:"100" doc:"All that it allows." example:"[\"contacts.read\",\"contacts.write\"]"`
	Reach       *string   `json:"reach,omitempty" doc:"Whose records it reaches." enum:"all,team,assigned" example:"assigned"`
}

// PermissionInfo is what a role or a key can be allowed.
type PermissionInfo struct {
	Permission  string   `json:"permission" doc:"Its name, in roles and in the scopes of keys." example:"contacts.read"`
	Description string   `json:"description" doc:"What it allows." example:"Read contacts, and what is kept with them."`
	Level       string   `json:"level" doc:"Whether it is on the agency itself or on a sub-account (account); an agency's role may hold both." enum:"agency,account" example:"account"`
	Wide        bool     `json:"wide" doc:"It concerns everybody's records: only a role with the reach all can hold it." example:"false"`
	Roles       []string `json:"roles" doc:"The built-in roles that hold it." example:"[\"account_admin\",\"account_user\"]"`
}

type RolePath struct {
	Role string `path:"role" maxLength:"64" doc:"The role's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120010"`
}

type (
	roleOutput struct {
		ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
		Body Role
	}
	rolesOutput       struct{ Body List[Role] }
	permissionsOutput struct{ Body List[PermissionInfo] }
	createRoleInput   struct{ Body CreateRole }
	patchRoleInput    struct {
		RolePath
		Precondition
		Body PatchRole
	}
	deleteRoleInput struct {
		RolePath
		Precondition
	}
)

func (s *server) listPermissions() operation {
	return op("list-permissions", "List the permissions", "Everything that a role or a key can be allowed, with the built-in roles that hold it.",
		func(context.Context, *struct{}) (*permissionsOutput, error) {
			return &permissionsOutput{Body: listOf(access.AllPermissions(), "", wirePermission)}, nil
		})
}

func (s *server) listAgencyRoles() operation {
	return op("list-agency-roles", "List the agency's roles", "The built-in ones by rank, then the agency's own by name, of both levels.",
		func(ctx context.Context, _ *struct{}) (*rolesOutput, error) { return s.rolesOf(ctx, uuid.Nil, "") })
}

func (s *server) listRoles() operation {
	return op("list-roles", "List the roles of a sub-account", "Those that people of a sub-account can hold.",
		func(ctx context.Context, in *InSub) (*rolesOutput, error) {
			return s.rolesOf(ctx, in.SubAccount, access.OfAccount)
		})
}

func (s *server) getRole() operation {
	return op("get-role", "Read a role", "A built-in role or one of the agency's own.",
		func(ctx context.Context, in *RolePath) (*roleOutput, error) {
			r, err := s.Access.RoleOf(ctx, callOf(ctx).principal, access.Role(in.Role))
			return roleAnswer(ctx, r, err)
		})
}

func (s *server) createRole() operation {
	return op("create-role", "Make a role",
		"A role of the agency's own. One that would allow what the caller may not answers 403 role.escalation.",
		func(ctx context.Context, in *createRoleInput) (*roleOutput, error) {
			b := in.Body
			permissions, reach := named[access.Permission](b.Permissions), access.Span(b.Reach)
			if reach == "" {
				reach = access.SpanAll
			}
			r, err := s.Access.CreateRole(ctx, callOf(ctx).principal, access.RoleInput{
				Level: access.Level(b.Level), Name: &b.Name, Description: &b.Description, Permissions: &permissions, Reach: &reach,
			})
			return roleAnswer(ctx, r, err)
		}, created, once(inControl), fails(http.StatusConflict), rehearsed)
}

func (s *server) patchRole() operation {
	return op("patch-role", "Change a role", "For everybody who holds it, with their next request. Changes what is present; null leaves as it is.",
		func(ctx context.Context, in *patchRoleInput) (*roleOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			b := in.Body
			change := access.RoleInput{Name: b.Name, Description: b.Description, Reach: (*access.Span)(b.Reach), Version: version}
			if b.Permissions != nil {
				permissions := named[access.Permission](*b.Permissions)
				change.Permissions = &permissions
			}
			r, err := s.Access.UpdateRole(ctx, callOf(ctx).principal, access.Role(in.Role), change)
			return roleAnswer(ctx, r, err)
		}, fails(http.StatusConflict, http.StatusPreconditionFailed), rehearsed)
}

func (s *server) deleteRole() operation {
	return op("delete-role", "Delete a role", "One that somebody holds, or is invited to, answers 409 role.in_use.",
		func(ctx context.Context, in *deleteRoleInput) (*struct{}, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			return nil, s.Access.DeleteRole(ctx, callOf(ctx).principal, access.Role(in.Role), version)
		}, fails(http.StatusConflict, http.StatusPreconditionFailed))
}

func (s *server) rolesOf(ctx context.Context, subAccount uuid.UUID, level access.Level) (*rolesOutput, error) {
	p := callOf(ctx).principal
	roles, err := s.Access.Roles(ctx, p, level)
	return &rolesOutput{Body: listOf(roles, "", func(r access.RoleInfo) Role { return wireRole(r, p.Grants(r, subAccount)) })}, err
}

func roleAnswer(ctx context.Context, r access.RoleInfo, err error) (*roleOutput, error) {
	if err != nil {
		return nil, err
	}
	return &roleOutput{ETag: etag(r.Version), Body: wireRole(r, callOf(ctx).principal.Grants(r, uuid.Nil))}, nil
}

func wireRole(r access.RoleInfo, grantable bool) Role {
	return Role{
		ID: string(r.Key), Name: r.Name, Description: r.Description, Level: string(r.Level), BuiltIn: r.Agency == uuid.Nil,
		Permissions: texts(r.Permissions), Reach: string(r.Reach), Members: r.Members, Grantable: grantable,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: r.Version,
	}
}

func wirePermission(p access.PermissionInfo) PermissionInfo {
	out := PermissionInfo{
		Permission: string(p.Permission), Description: p.About, Level: string(access.OfAccount), Wide: p.Wide, Roles: []string{},
	}
	if p.Permission.OfAgency() {
		out.Level = string(access.OfAgency)
	}
	for _, role := range access.BuiltInRoles() {
		if p.HeldBy(role) {
			out.Roles = append(out.Roles, string(role))
		}
	}
	return out
}
