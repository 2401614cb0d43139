package placement

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/utils/ptr"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
)

func server(name string, ready bool, used, most int32) v1alpha1.DatabaseServer {
	s := v1alpha1.DatabaseServer{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"name": name}}}
	s.Spec.Capacity.Databases, s.Status.Databases = &most, used
	if ready {
		s.Status.Conditions = []metav1.Condition{{Type: phase.Ready, Status: metav1.ConditionTrue}}
	}
	return s
}

func TestPick(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		servers  []v1alpha1.DatabaseServer
		selector string
		want     string
		reason   string
	}{
		"the one with the most room":     {servers: []v1alpha1.DatabaseServer{server("a", true, 5, 10), server("b", true, 0, 10)}, want: "b"},
		"the first by name among equals": {servers: []v1alpha1.DatabaseServer{server("b", true, 0, 10), server("a", true, 0, 10)}, want: "a"},
		"a ready one before a roomy one": {servers: []v1alpha1.DatabaseServer{server("a", true, 9, 10), server("b", false, 0, 10)}, want: "a"},
		"only what the selector fits":    {servers: []v1alpha1.DatabaseServer{server("a", true, 0, 10), server("b", true, 0, 90)}, selector: "name=a", want: "a"},
		"none there":                     {reason: ReasonNoServer},
		"none fits":                      {servers: []v1alpha1.DatabaseServer{server("a", true, 0, 10)}, selector: "name=x", reason: ReasonNoServer},
		"none ready":                     {servers: []v1alpha1.DatabaseServer{server("a", false, 0, 10)}, reason: ReasonNoServer},
		"all full":                       {servers: []v1alpha1.DatabaseServer{server("a", true, 10, 10)}, reason: ReasonServerFull},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			selector, err := labels.Parse(tc.selector)
			if err != nil {
				t.Fatal(err)
			}
			got, err := pick(tc.servers, selector)
			if got != tc.want || (tc.reason != "" && (!phase.IsWaiting(err) || phase.ReasonOf(err) != tc.reason)) {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

func TestPickShared(t *testing.T) {
	t.Parallel()
	database := func(name string, isolation v1alpha1.Isolation, most int32) v1alpha1.TenantDatabase {
		t := v1alpha1.TenantDatabase{ObjectMeta: metav1.ObjectMeta{Name: name}}
		t.Spec.Isolation, t.Spec.ServerRef.Name = isolation, "server-of-"+name
		t.Spec.Capacity = &v1alpha1.SharedCapacity{Agencies: &most}
		return t
	}
	agency := func(name, in string) v1alpha1.Agency {
		a := v1alpha1.Agency{ObjectMeta: metav1.ObjectMeta{Name: name}}
		a.Status.TenantDatabase = in
		return a
	}
	shared, own := v1alpha1.IsolationShared, v1alpha1.IsolationAgency
	others := []v1alpha1.Agency{agency("x", "b"), agency("y", "full")}
	tests := map[string]struct {
		agency    v1alpha1.Agency
		databases []v1alpha1.TenantDatabase
		want      string
	}{
		"the fullest that has room":             {agency("n", ""), []v1alpha1.TenantDatabase{database("a", shared, 9), database("b", shared, 9), database("full", shared, 1)}, "b"},
		"where it is already, though it's full": {agency("n", "full"), []v1alpha1.TenantDatabase{database("a", shared, 9), database("full", shared, 1)}, "full"},
		"never another agency's own":            {agency("n", ""), []v1alpha1.TenantDatabase{database("own", own, 9)}, ""},
		"none with room":                        {agency("n", ""), []v1alpha1.TenantDatabase{database("full", shared, 1)}, ""},
		"none on a server that it may use":      {agency("n", ""), []v1alpha1.TenantDatabase{database("far", shared, 9)}, ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ptr.Deref(pickShared(&tc.agency, tc.databases, others, func(s string) bool { return !strings.HasSuffix(s, "far") }), v1alpha1.TenantDatabase{})
			if got.Name != tc.want {
				t.Errorf("got %q; want %q", got.Name, tc.want)
			}
		})
	}
}
