package tenantdatabase

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func TestPhysicalName(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ name, explicit, want string }{
		"an agency's":           {"agency-acme", "", "omnicrm_agency_acme"},
		"what the spec says":    {"agency-acme", "mine", "mine"},
		"a dot adds a checksum": {"a-b.c", "", "omnicrm_a_b_c_"},
		"a long name is cut":    {strings.Repeat("x", 100), "", "omnicrm_" + strings.Repeat("x", 46) + "_"},
		"another dot, another":  {"a.b-c", "", "omnicrm_a_b_c_"},
	}
	seen := map[string]string{}
	for name, tc := range tests {
		got := PhysicalName(&v1alpha1.TenantDatabase{
			ObjectMeta: metav1.ObjectMeta{Name: tc.name}, Spec: v1alpha1.TenantDatabaseSpec{DatabaseName: tc.explicit},
		})
		if !strings.HasPrefix(got, tc.want) || len(got) > 63 {
			t.Errorf("%s: %s", name, got)
		}
		if other, taken := seen[got]; taken {
			t.Errorf("%s and %s are both %s", name, other, got)
		}
		seen[got] = name
	}
}

func TestClaim(t *testing.T) {
	t.Parallel()
	id := uuid.New()
	entry := func(change func(*directory.Database)) directory.Database {
		d := directory.Database{ID: id, Name: "acme", Server: "eu", DBName: "omnicrm_acme", Status: tenancy.Active}
		if change != nil {
			change(&d)
		}
		return d
	}
	retained := func(d *directory.Database) { d.Status = tenancy.Retained }
	tests := map[string]struct {
		entry  directory.Database
		adopt  string
		want   bool
		reason string
	}{
		"nothing is listed":                     {entry: directory.Database{}},
		"our own":                               {entry: entry(nil)},
		"retained and not named":                {entry: entry(retained), reason: ReasonRetained},
		"retained and named":                    {entry: entry(retained), adopt: id.String(), want: true},
		"retained and named wrongly":            {entry: entry(retained), adopt: uuid.NewString(), reason: ReasonRetained},
		"named, but it is on another server":    {entry: entry(func(d *directory.Database) { retained(d); d.Server = "us" }), adopt: id.String(), reason: ReasonRetained},
		"the name is listed for another server": {entry: entry(func(d *directory.Database) { d.Server = "us" }), reason: ReasonNameTaken},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &v1alpha1.TenantDatabase{ObjectMeta: metav1.ObjectMeta{Name: "acme", Annotations: map[string]string{v1alpha1.AnnotationAdopt: tc.adopt}}}
			r.Spec.ServerRef.Name = "eu"
			got, err := claim(r, tc.entry)
			if got != tc.want || (err != nil) != (tc.reason != "") || (err != nil && phase.ReasonOf(err) != tc.reason) {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
}
