package controllers_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"

	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// requests are the rights that the operator used: "group/resource verb".
type requests struct {
	mu   sync.Mutex
	used map[string]bool
}

// unused are rights that no request shows, each with its reason.
var unused = map[string]string{
	"rbac.authorization.k8s.io/clusterroles bind": "asked for by the API server itself when a RoleBinding is made",
	"/events patch":                                 "an event that comes again within minutes is counted up; the lead changes hands more rarely",
	"/namespaces create":                            madeByApply,
	"/resourcequotas create":                        madeByApply,
	"networking.k8s.io/networkpolicies create":      madeByApply,
	"rbac.authorization.k8s.io/rolebindings create": madeByApply,
}

const madeByApply = "asked for by the API server when a server-side apply, which is a patch, makes the object"

func (r *requests) note(req *http.Request) {
	right := rightOf(req)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.used == nil {
		r.used = map[string]bool{}
	}
	r.used[right] = true
}

// rightOf reads a request as RBAC does (https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb).
func rightOf(req *http.Request) string {
	parts := strings.Split(strings.Trim(req.URL.Path, "/"), "/")
	group := ""
	switch {
	case len(parts) > 2 && parts[0] == "api":
		parts = parts[2:]
	case len(parts) > 3 && parts[0] == "apis":
		group, parts = parts[1], parts[3:]
	default:
		return req.URL.Path
	}
	if parts[0] == "namespaces" && len(parts) > 2 {
		parts = parts[2:]
	}
	resource, named := parts[0], len(parts) > 1
	if len(parts) > 2 {
		resource += "/" + parts[2]
	}
	verb := map[string]string{http.MethodPost: "create", http.MethodPut: "update", http.MethodPatch: "patch", http.MethodDelete: "delete"}[req.Method]
	switch {
	case verb != "":
	case named:
		verb = "get"
	case req.URL.Query().Has("watch"):
		verb = "watch"
	default:
		verb = "list"
	}
	return group + "/" + resource + " " + verb
}

// compare fails the test when config/rbac grants what nobody used, unless a reason is written down. That the rights
// suffice is shown by the suite itself.
func (r *requests) compare(t *testing.T) {
	t.Helper()
	tree, err := parts.Tree()
	if err != nil {
		t.Fatal(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, file := range []string{"role.yaml", "leader_election.yaml"} {
		text, err := os.ReadFile(filepath.Join(tree, "config", "rbac", file)) //nolint:gosec // of our own tree
		if err != nil {
			t.Fatal(err)
		}
		for document := range strings.SplitSeq(string(text), "\n---") {
			var role rbacv1.ClusterRole
			if err := yaml.Unmarshal([]byte(document), &role); err != nil {
				t.Fatal(err)
			}
			for _, rule := range role.Rules {
				r.compareRule(t, file, rule)
			}
		}
	}
}

func (r *requests) compareRule(t *testing.T, file string, rule rbacv1.PolicyRule) {
	t.Helper()
	for _, group := range rule.APIGroups {
		for _, resource := range rule.Resources {
			for _, verb := range rule.Verbs {
				right := group + "/" + resource + " " + verb
				if verb == "list" && r.used[group+"/"+resource+" watch"] {
					continue // how a cache is filled where the API server can't stream it through the watch
				}
				if !r.used[right] && unused[right] == "" {
					t.Errorf("%s grants %q, which the operator never used: remove it, or write down why", file, right)
				}
			}
		}
	}
}
