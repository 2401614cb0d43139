package agency

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/modules/directory"
)

func acme(change func(*v1alpha1.Agency)) *v1alpha1.Agency {
	a := &v1alpha1.Agency{
		ObjectMeta: metav1.ObjectMeta{Name: "acme", UID: "uid"},
		Spec: v1alpha1.AgencySpec{
			DisplayName: "Acme", Isolation: v1alpha1.IsolationAgency, Tier: "Premium", Hosts: []string{"acme.example"},
			Branding: v1alpha1.Branding{PrimaryColor: "#0f6fde"},
		},
	}
	if change != nil {
		change(a)
	}
	return a
}

func TestDesiredQuota(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		limit         *int32
		subs, secrets int64
	}{
		"none stated":                            {nil, 100, 220},
		"none allowed, yet room for credentials": {ptr.To[int32](0), 0, 20},
		"a thousand":                             {ptr.To[int32](1000), 1000, 2020},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hard := *desiredQuota(acme(func(a *v1alpha1.Agency) { a.Spec.Limits.SubAccounts = tc.limit })).Spec.Hard
			value := func(name corev1.ResourceName) int64 { q := hard[name]; return q.Value() }
			if value(quotaSubAccounts) != tc.subs || value("count/secrets") != tc.secrets || value(corev1.ResourcePods) != 0 {
				t.Errorf("%v", hard)
			}
		})
	}
}

func TestDesiredRoleBinding(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ groups, want []string }{
		"the group that follows from the name": {nil, []string{"omnicrm:agency:acme"}},
		"the groups of the spec alone":         {[]string{"a", "b"}, []string{"a", "b"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			binding := desiredRoleBinding(acme(func(a *v1alpha1.Agency) { a.Spec.Groups = tc.groups }))
			var got []string
			for _, s := range binding.Subjects {
				got = append(got, *s.Name)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" || *binding.Namespace != "agency-acme" || *binding.RoleRef.Name != ClusterRoleAgency {
				t.Errorf("%s %+v", diff, binding)
			}
		})
	}
}

func TestDesiredEntry(t *testing.T) {
	t.Parallel()
	database, adopt := uuid.New(), uuid.New()
	got := desiredEntry(acme(func(a *v1alpha1.Agency) { a.Spec.Namespace = "own" }), database, adopt)
	want := directory.AgencyInput{
		Name: "acme", Namespace: "own", UID: "uid", DisplayName: "Acme", Branding: directory.Branding{PrimaryColor: "#0f6fde"},
		Isolation: directory.PerAgency, Tier: "Premium", Database: database, Adopt: adopt,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err := got.Validate(); err != nil {
		t.Error(err)
	}
}

func TestCredentialsOfASecret(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		data map[string]string
		want directory.Telephony
		says string
	}{
		"both keys":                     {data: map[string]string{"accountSid": "AC1", "authToken": "t"}, want: directory.Telephony{AccountSID: "AC1", AuthToken: "t"}},
		"with the newline of an editor": {data: map[string]string{"accountSid": "AC1\n", "authToken": "t\n"}, want: directory.Telephony{AccountSID: "AC1", AuthToken: "t"}},
		"no account":                    {data: map[string]string{"authToken": "t"}, says: "Add the key accountSid to the Secret twilio in the namespace agency-acme."},
		"no token":                      {data: map[string]string{"accountSid": "AC1"}, says: "Add the key authToken to the Secret twilio in the namespace agency-acme."},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "agency-acme", Name: "twilio"}, Data: map[string][]byte{}}
			for k, v := range tc.data {
				secret.Data[k] = []byte(v)
			}
			got, err := credentialsOf(secret)
			if tc.says != "" {
				if !phase.IsStalled(err) || err.Error() != tc.says {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil || got != tc.want {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}
