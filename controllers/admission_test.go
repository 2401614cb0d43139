package controllers_test

import (
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/platform/kube"
	"github.com/omnicrm/omnicrm/sandbox/parts/kubetest"
)

const longName = "a-name-that-is-longer-than-forty-characters-allow"

// TestAdmission sends manifests that break a rule to the API server: what is refused names the field and the mend.
func TestAdmission(t *testing.T) {
	t.Parallel()
	c := dryRun(t)
	tests := map[string]struct {
		object client.Object
		says   string // empty: accepted
	}{
		"an agency as the documentation shows it":  {agency(nil), ""},
		"an agency's name that makes no namespace": {agency(func(a *v1alpha1.Agency) { a.Name = longName }), "metadata.name must start with a small letter"},
		"an agency's name with a dot":              {agency(func(a *v1alpha1.Agency) { a.Name = "a.b" }), "metadata.name must start with a small letter"},
		"no owner's address":                       {agency(func(a *v1alpha1.Agency) { a.Spec.Owner.Email = "ada" }), "owner.email must be an e-mail address"},
		"a host with a scheme":                     {agency(func(a *v1alpha1.Agency) { a.Spec.Hosts = []string{"https://acme.example"} }), "hosts must be host names in small letters"},
		"a host with a port":                       {agency(func(a *v1alpha1.Agency) { a.Spec.Hosts = []string{"acme.example:8080"} }), "hosts must be host names in small letters"},
		"no host":                                  {agency(func(a *v1alpha1.Agency) { a.Spec.Hosts = nil }), "spec.hosts"},
		"the same host twice":                      {agency(func(a *v1alpha1.Agency) { a.Spec.Hosts = []string{"a.example", "a.example"} }), "Duplicate value"},
		"Kubernetes' own namespace":                {agency(func(a *v1alpha1.Agency) { a.Spec.Namespace = "kube-system" }), "namespace is reserved by Kubernetes"},
		"Kubernetes' own group":                    {agency(func(a *v1alpha1.Agency) { a.Spec.Groups = []string{"system:masters"} }), "groups must not begin with system:"},
		"a colour in words":                        {agency(func(a *v1alpha1.Agency) { a.Spec.Branding.PrimaryColor = "blue" }), "branding.primaryColor must be a colour such as #0f6fde"},
		"a logo without TLS":                       {agency(func(a *v1alpha1.Agency) { a.Spec.Branding.LogoURL = "http://a.example/l.svg" }), "branding.logoURL must be an https:// address"},
		"a server by name and by label": {agency(func(a *v1alpha1.Agency) {
			a.Spec.DatabaseServerRef = &v1alpha1.ServerRef{Name: "eu-1"}
			a.Spec.DatabaseServerSelector = &metav1.LabelSelector{}
		}), "set databaseServerRef or databaseServerSelector, not both"},
		"a grace period of two years": {agency(func(a *v1alpha1.Agency) {
			a.Spec.DeletionGracePeriod = &metav1.Duration{Duration: 2 * 365 * 24 * time.Hour}
		}), "deletionGracePeriod must be a time such as 720h"},
		"an isolation that doesn't exist": {agency(func(a *v1alpha1.Agency) { a.Spec.Isolation = "None" }), `supported values: "Shared", "Agency", "Dedicated"`},

		"a sub-account as the documentation shows it": {subAccount(nil), ""},
		"a sub-account's name with a dot":             {subAccount(func(s *v1alpha1.SubAccount) { s.Name = "a.b" }), "metadata.name must hold small letters"},
		"a number without a prefix": {subAccount(func(s *v1alpha1.SubAccount) {
			s.Spec.Telephony = &v1alpha1.SubAccountTelephony{PhoneNumber: "(415) 555-0100"}
		}), "telephony.phoneNumber must be in E.164"},
		"a country in words":   {subAccount(func(s *v1alpha1.SubAccount) { s.Spec.Country = "us" }), "country must be two capital letters"},
		"a currency in words":  {subAccount(func(s *v1alpha1.SubAccount) { s.Spec.Currency = "usd" }), "currency must be three capital letters"},
		"a time zone in words": {subAccount(func(s *v1alpha1.SubAccount) { s.Spec.Timezone = "New York" }), "timezone must be an IANA name"},

		"a server as the documentation shows it": {databaseServer(nil), ""},
		"a server without credentials":           {databaseServer(func(s *v1alpha1.DatabaseServer) { s.Spec.CredentialsSecretRef = nil }), "credentialsSecretRef goes with host"},
		"a server that is two": {databaseServer(func(s *v1alpha1.DatabaseServer) {
			s.Spec.CloudNativePG = &v1alpha1.ClusterRef{Namespace: "db", Name: "eu"}
		}), "exactly one of host"},
		"a server that is a URL": {databaseServer(func(s *v1alpha1.DatabaseServer) { s.Spec.Host = "postgres://db" }), "host must be a host name or an address alone"},
		"a CloudNativePG cluster alone": {databaseServer(func(s *v1alpha1.DatabaseServer) {
			s.Spec.Host, s.Spec.CredentialsSecretRef = "", nil
			s.Spec.CloudNativePG = &v1alpha1.ClusterRef{Namespace: "db", Name: "eu"}
		}), ""},
		"a capacity in GiB": {databaseServer(func(s *v1alpha1.DatabaseServer) {
			q := resource.MustParse("500Gi")
			s.Spec.Capacity.Size = &q
		}), ""},

		"a database as the documentation shows it": {tenantDatabase(nil), ""},
		"a database's name with capitals":          {tenantDatabase(func(t *v1alpha1.TenantDatabase) { t.Spec.DatabaseName = "Acme" }), "databaseName must start with a small letter"},
		"PostgreSQL's own database":                {tenantDatabase(func(t *v1alpha1.TenantDatabase) { t.Spec.DatabaseName = "template1" }), "databaseName is reserved by PostgreSQL"},
		"a capacity that isn't shared":             {tenantDatabase(func(t *v1alpha1.TenantDatabase) { t.Spec.Capacity = &v1alpha1.SharedCapacity{} }), "capacity is for isolation Shared alone"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, c.Create(t.Context(), tc.object), tc.says)
		})
	}
}

// TestImmutability changes what must stay.
func TestImmutability(t *testing.T) {
	t.Parallel()
	c := dryRun(t)
	wet, err := client.New(kubetest.Start(t), client.Options{Scheme: kube.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	// They are paused, so that no controller of this process works on them.
	a, s, d := agency(func(a *v1alpha1.Agency) { a.Spec.Namespace = "stays" }), subAccount(nil), tenantDatabase(nil)
	for _, o := range []client.Object{a, s, d} {
		o.SetName(unique("stays"))
		o.SetAnnotations(map[string]string{v1alpha1.AnnotationPaused: "true"})
		if err := wet.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	tests := map[string]struct {
		change func() (before, after client.Object)
		says   string
	}{
		"an agency's namespace":                {edit(a, func(a *v1alpha1.Agency) { a.Spec.Namespace = "moves" }), "namespace is immutable"},
		"an agency's namespace, taken away":    {edit(a, func(a *v1alpha1.Agency) { a.Spec.Namespace = "" }), "namespace is immutable"},
		"an agency's isolation":                {edit(a, func(a *v1alpha1.Agency) { a.Spec.Isolation = v1alpha1.IsolationShared }), "isolation is immutable"},
		"an agency's name for people":          {edit(a, func(a *v1alpha1.Agency) { a.Spec.DisplayName = "New" }), ""},
		"a sub-account's isolation, set later": {edit(s, func(s *v1alpha1.SubAccount) { s.Spec.Isolation = v1alpha1.IsolationDedicated }), "isolation is immutable"},
		"a sub-account's currency":             {edit(s, func(s *v1alpha1.SubAccount) { s.Spec.Currency = "EUR" }), "currency is immutable"},
		"a sub-account's suspension":           {edit(s, func(s *v1alpha1.SubAccount) { s.Spec.Suspended = true }), ""},
		"a database's server":                  {edit(d, func(d *v1alpha1.TenantDatabase) { d.Spec.ServerRef.Name = "other" }), "serverRef is immutable"},
		"a database's name":                    {edit(d, func(d *v1alpha1.TenantDatabase) { d.Spec.DatabaseName = "other" }), "databaseName is immutable"},
		"a database's policy":                  {edit(d, func(d *v1alpha1.TenantDatabase) { d.Spec.DeletionPolicy = v1alpha1.DeletionDelete }), ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, after := tc.change()
			refused(t, c.Patch(t.Context(), after, client.MergeFrom(before)), tc.says)
		})
	}
}

func dryRun(t *testing.T) client.Client {
	t.Helper()
	c, err := client.New(kubetest.Start(t), client.Options{Scheme: kube.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	return client.NewDryRunClient(c)
}

func refused(t *testing.T, err error, says string) {
	t.Helper()
	switch {
	case says == "" && err != nil:
		t.Errorf("refused: %v", err)
	case says != "" && err == nil:
		t.Errorf("accepted; want it refused with %q", says)
	case says != "" && !strings.Contains(err.Error(), says):
		t.Errorf("got  %v\nwant %q", err, says)
	}
}

func edit[T client.Object](o T, change func(T)) func() (before, after client.Object) {
	return func() (before, after client.Object) {
		after = o.DeepCopyObject().(client.Object) //nolint:forcetypeassert // DeepCopyObject keeps the type
		change(after.(T))                          //nolint:forcetypeassert // as above
		return o, after
	}
}

func agency(change func(*v1alpha1.Agency)) *v1alpha1.Agency {
	return built(&v1alpha1.Agency{ObjectMeta: metav1.ObjectMeta{Name: "documented"}, Spec: v1alpha1.AgencySpec{
		DisplayName: "Acme Marketing", Owner: v1alpha1.Owner{Email: "ada@acme.example"}, Hosts: []string{"app.acme.example"},
		Branding: v1alpha1.Branding{LogoURL: "https://cdn.acme.example/logo.svg", PrimaryColor: "#0f6fde"},
	}}, change)
}

func subAccount(change func(*v1alpha1.SubAccount)) *v1alpha1.SubAccount {
	return built(&v1alpha1.SubAccount{ObjectMeta: metav1.ObjectMeta{Name: "documented", Namespace: "default"}, Spec: v1alpha1.SubAccountSpec{
		DisplayName: "Bright Dental", Timezone: "America/New_York", Country: "US", Currency: "USD",
		Owner:     v1alpha1.Owner{Email: "grace@brightdental.example"},
		Telephony: &v1alpha1.SubAccountTelephony{PhoneNumber: "+15005550006"},
	}}, change)
}

func databaseServer(change func(*v1alpha1.DatabaseServer)) *v1alpha1.DatabaseServer {
	return built(&v1alpha1.DatabaseServer{ObjectMeta: metav1.ObjectMeta{Name: "documented"}, Spec: v1alpha1.DatabaseServerSpec{
		Host: "db.internal.example", CredentialsSecretRef: &v1alpha1.LocalSecretRef{Name: "eu-1-admin"},
	}}, change)
}

func tenantDatabase(change func(*v1alpha1.TenantDatabase)) *v1alpha1.TenantDatabase {
	return built(&v1alpha1.TenantDatabase{ObjectMeta: metav1.ObjectMeta{Name: "documented"}, Spec: v1alpha1.TenantDatabaseSpec{
		ServerRef: v1alpha1.ServerRef{Name: "eu-1"}, Isolation: v1alpha1.IsolationAgency,
	}}, change)
}

func built[T any](o T, change func(T)) T {
	if change != nil {
		change(o)
	}
	return o
}
