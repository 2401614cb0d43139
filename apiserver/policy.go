package apiserver

import (
	"context"
	"net/http"

	"github.com/omnicrm/omnicrm/modules/access"
)

// SecurityPolicy is an agency's rule of signing in.
type SecurityPolicy struct {
	MFA     string `json:"mfa" doc:"For whom a second factor is a must: nobody, those with a role in the agency or who manage members, or everyone." enum:"optional,admins,everyone" example:"admins"`
	Version int64  `json:"version" doc:"One more with every change; the ETag holds it." example:"2"`
}

// PatchSecurityPolicy changes it.
type PatchSecurityPolicy struct {
	MFA string `json:"mfa" doc:"For whom a second factor is a must." enum:"optional,admins,everyone" example:"admins"`
}

type (
	policyOutput struct {
		ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"2\""`
		Body SecurityPolicy
	}
	patchPolicyInput struct {
		Precondition
		Body PatchSecurityPolicy
	}
)

func (s *server) getPolicy() operation {
	return op("get-security-policy", "Read the rules of signing in", "The agency's, for all its people.",
		func(ctx context.Context, _ *struct{}) (*policyOutput, error) {
			return policyAnswer(s.Access.PolicyOf(ctx, callOf(ctx).principal))
		})
}

func (s *server) patchPolicy() operation {
	return op("patch-security-policy", "Change the rules of signing in",
		"Effective with everybody's next request: whoever needs a second factor and has none can do nothing but set one up; anything else answers 403 mfa.required. Keys are not concerned.",
		func(ctx context.Context, in *patchPolicyInput) (*policyOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			return policyAnswer(s.Access.SetPolicy(ctx, callOf(ctx).principal, access.MFA(in.Body.MFA), version))
		}, fails(http.StatusPreconditionFailed), rehearsed)
}

func policyAnswer(p access.Policy, err error) (*policyOutput, error) {
	if err != nil {
		return nil, err
	}
	return &policyOutput{ETag: etag(p.Version), Body: SecurityPolicy{MFA: string(p.MFA), Version: p.Version}}, nil
}
