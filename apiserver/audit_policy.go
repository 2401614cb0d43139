package apiserver

import (
	"context"
	"net/http"

	"github.com/google/uuid"
)

// PatchAgencyAuditPolicy changes for how long the administration's entries are kept.
type PatchAgencyAuditPolicy struct {
	RetentionDays int `json:"retention_days" minimum:"0" maximum:"3650" doc:"For how many days entries are kept: 30 to 3,650, or 0 for good." example:"730"`
}

type patchAgencyAuditPolicyInput struct {
	Precondition
	Body PatchAgencyAuditPolicy
}

type erasePersonInput struct {
	Person uuid.UUID `path:"person" format:"uuid" doc:"Of somebody who is a member nowhere any more." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
}

func (s *server) getAgencyAuditPolicy() operation {
	return op("get-agency-audit-policy", "Read the policy of the administration's audit", "How long its entries are kept; 0 days, which it is unless somebody said otherwise, is for good.",
		func(ctx context.Context, _ *struct{}) (*auditPolicyOutput, error) {
			p, err := s.Audit.ControlPolicy(ctx, callOf(ctx).agency.ID)
			return auditPolicyAnswer(p), err
		})
}

func (s *server) patchAgencyAuditPolicy() operation {
	return op("patch-agency-audit-policy", "Change the policy of the administration's audit",
		"Entries that are older than that go in the night, behind a signed cut, and can't be had back. The change itself is recorded.",
		func(ctx context.Context, in *patchAgencyAuditPolicyInput) (*auditPolicyOutput, error) {
			seen, err := auditPolicyVersion(in.IfMatch)
			if err != nil {
				return nil, err
			}
			p, err := s.Audit.SetControlPolicy(ctx, callOf(ctx).agency.ID, in.Body.RetentionDays, seen)
			return auditPolicyAnswer(p), err
		}, fails(http.StatusPreconditionFailed), rehearsed)
}

func (s *server) erasePerson() operation {
	return op("erase-person", "Erase a person",
		"Deletes somebody who works nowhere here any more, with their invitations, and takes what is known of them out of the administration's audit: "+
			"what they did stays, by an id that leads nowhere, and the chain still verifies. It can't be undone. Who still is a member somewhere: 409 person.member.",
		func(ctx context.Context, in *erasePersonInput) (*struct{}, error) {
			return nil, s.Access.ErasePerson(ctx, callOf(ctx).principal, in.Person)
		}, fails(http.StatusConflict))
}
