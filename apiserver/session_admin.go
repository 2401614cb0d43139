package apiserver

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// OpenSession is where somebody is signed in.
type OpenSession struct {
	ID         uuid.UUID `json:"id" format:"uuid" doc:"The session's id; it is not what signs in." example:"01920e5c-7f3a-7c1e-9d59-0242ac120013"`
	Current    bool      `json:"current" doc:"Whether it is the one that asks." example:"true"`
	IP         string    `json:"ip" doc:"From where it was opened." example:"203.0.113.7"`
	UserAgent  string    `json:"user_agent" doc:"By which browser, as it calls itself." example:"Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"`
	CreatedAt  time.Time `json:"created_at" doc:"When it was opened." example:"2026-02-01T12:00:00Z"`
	LastSeenAt time.Time `json:"last_seen_at" doc:"When it was last used, to the minute." example:"2026-02-02T08:15:00Z"`
	ExpiresAt  time.Time `json:"expires_at" doc:"When it ends at the latest." example:"2026-02-15T12:00:00Z"`
}

// SessionID names a session.
type SessionID struct {
	Session uuid.UUID `path:"session" format:"uuid" doc:"The session's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120013"`
}

// PersonID names somebody of the agency, wherever they work.
type PersonID struct {
	Person uuid.UUID `path:"person" format:"uuid" doc:"The person's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
}

type (
	sessionsOutput    struct{ Body List[OpenSession] }
	personSessionPath struct {
		PersonID
		SessionID
	}
	memberSessionPath struct {
		MemberPath
		SessionID
	}
)

const (
	listingSessions = "Where they are signed in, the last used first. Somebody who may do more than the caller answers 403 role.escalation."
	endingSession   = "It is signed out with its next request."
)

func (s *server) listOwnSessions() operation {
	return op("list-own-sessions", "List one's sessions", "Where one is signed in, the last used first.",
		func(ctx context.Context, _ *struct{}) (*sessionsOutput, error) {
			return sessionsAnswer(ctx)(s.Access.OwnSessions(ctx, callOf(ctx).principal))
		})
}

func (s *server) endOwnSession() operation {
	return op("end-own-session", "End one of one's sessions", endingSession,
		func(ctx context.Context, in *SessionID) (*struct{}, error) {
			return nil, s.Access.EndOwnSession(ctx, callOf(ctx).principal, in.Session)
		})
}

func (s *server) listPersonSessions() operation {
	return op("list-person-sessions", "List somebody's sessions", listingSessions,
		func(ctx context.Context, in *PersonID) (*sessionsOutput, error) {
			return s.sessionsOf(ctx, ofAgency(ctx), in.Person)
		})
}

func (s *server) endPersonSession() operation {
	return op("end-person-session", "End a session of somebody's", endingSession,
		func(ctx context.Context, in *personSessionPath) (*struct{}, error) {
			return nil, s.Access.EndSessionOf(ctx, callOf(ctx).principal, ofAgency(ctx), in.Person, in.Session)
		})
}

func (s *server) listMemberSessions() operation {
	return op("list-member-sessions", "List a member's sessions", listingSessions,
		func(ctx context.Context, in *MemberPath) (*sessionsOutput, error) {
			return s.sessionsOf(ctx, callOf(ctx).tenant, in.Member)
		})
}

func (s *server) endMemberSession() operation {
	return op("end-member-session", "End a session of a member's", endingSession,
		func(ctx context.Context, in *memberSessionPath) (*struct{}, error) {
			return nil, s.Access.EndSessionOf(ctx, callOf(ctx).principal, callOf(ctx).tenant, in.Member, in.Session)
		})
}

func (s *server) resetSecondFactor() operation {
	return op("reset-second-factor", "Take somebody's second factor away",
		"For one who has lost it: signing in takes the password alone again, or setting up another where the agency demands one.",
		func(ctx context.Context, in *PersonID) (*struct{}, error) {
			return nil, s.Access.ResetSecondFactor(ctx, callOf(ctx).principal, in.Person)
		})
}

func (s *server) sessionsOf(ctx context.Context, place tenancy.Tenant, who uuid.UUID) (*sessionsOutput, error) {
	return sessionsAnswer(ctx)(s.Access.SessionsOf(ctx, callOf(ctx).principal, place, who))
}

func sessionsAnswer(ctx context.Context) func([]access.OpenSession, error) (*sessionsOutput, error) {
	mine := callOf(ctx).principal.Session
	return func(list []access.OpenSession, err error) (*sessionsOutput, error) {
		return &sessionsOutput{Body: listOf(list, "", func(o access.OpenSession) OpenSession {
			return OpenSession{
				ID: o.ID, Current: o.ID == mine, IP: o.IP, UserAgent: o.UserAgent,
				CreatedAt: o.CreatedAt, LastSeenAt: o.LastSeenAt, ExpiresAt: o.ExpiresAt,
			}
		})}, err
	}
}
