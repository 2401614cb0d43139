package main

import (
	"fmt"
	"os"
	"strings"
)

// variable is one line of .dev/env.
type variable struct{ name, value string }

// result is what a person and a test need to know of a running stack.
type result struct {
	agencyURL, url, sandboxURL, handsets string
	subAccount                           string
	account                              account
}

func (r result) variables(s state, k *kept) []variable {
	return []variable{
		{"OMNICRM_URL", r.url},
		{"OMNICRM_AGENCY_URL", r.agencyURL},
		{"OMNICRM_EMAIL", r.account.email},
		{"OMNICRM_PASSWORD", r.account.password},
		{"OMNICRM_API_KEY", r.account.apiKey},
		{"OMNICRM_SUB_ACCOUNT", r.subAccount},
		{"KUBECONFIG", s.path("kube", "kubeconfig")},
		{"OMNICRM_CONTROL_DSN", k.controlDSN()},
		{"OMNICRM_SANDBOX_URL", r.sandboxURL},
		{"REDIS_URL", k.redisURL()},
	}
}

// writeEnv writes .dev/env for `source`; it is there while the stack is Ready.
func writeEnv(s state, variables []variable) error {
	var b strings.Builder
	for _, v := range variables {
		fmt.Fprintf(&b, "export %s='%s'\n", v.name, strings.ReplaceAll(v.value, "'", `'\''`))
	}
	tmp := s.path("env.new")
	if err := os.WriteFile(tmp, []byte(b.String()), 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, s.path("env"))
}

func (r result) tell(s state, c *console) {
	password := r.account.password
	if password == "" {
		password = "(the one that you chose in the app)"
	}
	redis := ""
	if !hasRedis() {
		redis = "\n  Redis is miniredis, inside this program: install redis-server for a real one."
	}
	c.line(`
Ready.

  Sign in     %s
    e-mail    %s
    password  %s
  Handsets    %s   (answer your texts here)
  API         %s/api/docs
  Kubernetes  source %s && bin/kubectl get omnicrm -A
  Logs        %s
  Variables   %s
%s
Ctrl-C here, or make dev-down elsewhere, stops everything; make dev goes on with
the same data; make dev-clean removes it.`,
		r.agencyURL, r.account.email, password, r.handsets, r.agencyURL,
		s.tell(s.path("env")), s.tell(s.path("logs")), s.tell(s.path("env")), redis)
}
