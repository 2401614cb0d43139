package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// Team is some of the people of a sub-account.
type Team struct {
	ID        uuid.UUID   `json:"id" format:"uuid" doc:"The team's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120011"`
	Name      string      `json:"name" doc:"What people read." example:"North"`
	Members   []uuid.UUID `json:"members" format:"uuid" doc:"The people's ids." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120003\"]"`
	CreatedAt time.Time   `json:"created_at" doc:"When it was made." example:"2026-02-01T12:00:00Z"`
	UpdatedAt time.Time   `json:"updated_at" doc:"When it last changed." example:"2026-02-02T08:15:00Z"`
	Version   int64       `json:"version" doc:"One more with every change; the ETag holds it." example:"3"`
}

// CreateTeam is a new team.
type CreateTeam struct {
	Name    string      `json:"name" maxLength:"120" doc:"What people read; no two teams of a sub-account have the same." example:"North"`
	Members []uuid.UUID `json:"members,omitempty" maxItems:"500" format:"uuid" doc:"People who work in the sub-account." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120003\"]"`
}

// PatchTeam changes what is present.
type PatchTeam struct {
	Name    *string      `json:"name,omitempty" maxLength:"120" doc:"What people read." example:"North"`
	Members *[]uuid.UUID `json:"members,omitempty" maxItems:"500" format:"uuid" doc:"All of its people." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120003\"]"`
}

type TeamPath struct {
	InSub
	Team uuid.UUID `path:"team" format:"uuid" doc:"The team's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120011"`
}

type (
	teamOutput struct {
		ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
		Body Team
	}
	teamsOutput     struct{ Body List[Team] }
	createTeamInput struct {
		InSub
		Body CreateTeam
	}
	patchTeamInput struct {
		TeamPath
		Precondition
		Body PatchTeam
	}
	deleteTeamInput struct {
		TeamPath
		Precondition
	}
)

func (s *server) listTeams() operation {
	return op("list-teams", "List teams", "All teams of the sub-account, by name.",
		func(ctx context.Context, _ *InSub) (*teamsOutput, error) {
			teams, err := s.Access.Teams(ctx, callOf(ctx).tenant)
			return &teamsOutput{Body: listOf(teams, "", wireTeam)}, err
		})
}

func (s *server) getTeam() operation {
	return op("get-team", "Read a team", "The team with its people.",
		func(ctx context.Context, in *TeamPath) (*teamOutput, error) {
			return teamAnswer(s.Access.TeamOf(ctx, callOf(ctx).tenant, in.Team))
		})
}

func (s *server) createTeam() operation {
	return op("create-team", "Make a team", "Who holds a role with the reach team reaches what belongs to anybody with whom they share one.",
		func(ctx context.Context, in *createTeamInput) (*teamOutput, error) {
			return teamAnswer(s.Access.CreateTeam(ctx, callOf(ctx).tenant, access.TeamInput{Name: &in.Body.Name, Members: &in.Body.Members}))
		}, created, once(inControl), fails(http.StatusConflict), rehearsed)
}

func (s *server) patchTeam() operation {
	return op("patch-team", "Change a team", "Changes what is present; null leaves as it is.",
		func(ctx context.Context, in *patchTeamInput) (*teamOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			return teamAnswer(s.Access.UpdateTeam(ctx, callOf(ctx).tenant, in.Team, access.TeamInput{
				Name: in.Body.Name, Members: in.Body.Members, Version: version,
			}))
		}, fails(http.StatusConflict, http.StatusPreconditionFailed), rehearsed)
}

func (s *server) deleteTeam() operation {
	return op("delete-team", "Delete a team", "Its people stay.",
		func(ctx context.Context, in *deleteTeamInput) (*struct{}, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			return nil, s.Access.DeleteTeam(ctx, callOf(ctx).tenant, in.Team, version)
		}, fails(http.StatusPreconditionFailed))
}

func teamAnswer(t access.Team, err error) (*teamOutput, error) {
	if err != nil {
		return nil, err
	}
	return &teamOutput{ETag: etag(t.Version), Body: wireTeam(t)}, nil
}

func wireTeam(t access.Team) Team {
	return Team{
		ID: t.ID, Name: t.Name, Members: append([]uuid.UUID{}, t.Members...), CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt, Version: t.Version,
	}
}
