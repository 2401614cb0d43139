package controllers_test

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
)

func credentials(name, user, password string) *corev1.Secret {
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: operatorNamespace, Name: name},
		Data:       map[string][]byte{"username": []byte(user), "password": []byte(password)},
	}
}

type serverBuilder struct{ o *v1alpha1.DatabaseServer }

// MakeServer builds a DatabaseServer at the suite's PostgreSQL.
func MakeServer(name string) serverBuilder {
	return serverBuilder{&v1alpha1.DatabaseServer{
		ObjectMeta: metav1.ObjectMeta{Name: unique(name), Labels: map[string]string{"server": unique(name)}},
		Spec: v1alpha1.DatabaseServerSpec{
			Host: the.postgres.Host, Port: int32(the.postgres.Port), SSLMode: "disable",
			CredentialsSecretRef: &v1alpha1.LocalSecretRef{Name: "postgres"},
			Capacity:             v1alpha1.ServerCapacity{Databases: ptr.To[int32](10000)},
		},
	}}
}

func (b serverBuilder) Capacity(n int32) serverBuilder {
	b.o.Spec.Capacity.Databases = &n
	return b
}

func (b serverBuilder) Port(port int) serverBuilder {
	b.o.Spec.Port = int32(port)
	return b
}

func (b serverBuilder) Credentials(secret string) serverBuilder {
	b.o.Spec.CredentialsSecretRef.Name = secret
	return b
}

func (b serverBuilder) Obj() *v1alpha1.DatabaseServer { return b.o }

type databaseBuilder struct{ o *v1alpha1.TenantDatabase }

// MakeDatabase builds a TenantDatabase for one agency.
func MakeDatabase(name, server string) databaseBuilder {
	return databaseBuilder{&v1alpha1.TenantDatabase{
		ObjectMeta: metav1.ObjectMeta{Name: unique(name)},
		Spec:       v1alpha1.TenantDatabaseSpec{ServerRef: v1alpha1.ServerRef{Name: server}, Isolation: v1alpha1.IsolationAgency},
	}}
}

func (b databaseBuilder) Name(physical string) databaseBuilder {
	b.o.Spec.DatabaseName = physical
	return b
}

func (b databaseBuilder) Deletion(p v1alpha1.DeletionPolicy) databaseBuilder {
	b.o.Spec.DeletionPolicy = p
	return b
}

func (b databaseBuilder) Adopt(id string) databaseBuilder {
	b.o.Annotations = map[string]string{v1alpha1.AnnotationAdopt: id}
	return b
}

func (b databaseBuilder) Obj() *v1alpha1.TenantDatabase { return b.o }

type agencyBuilder struct{ o *v1alpha1.Agency }

// MakeAgency builds an Agency on a server, with a host of its own.
func MakeAgency(name, server string) agencyBuilder {
	return agencyBuilder{&v1alpha1.Agency{
		ObjectMeta: metav1.ObjectMeta{Name: unique(name)},
		Spec: v1alpha1.AgencySpec{
			DisplayName: "Agency " + name, Owner: v1alpha1.Owner{Email: "owner@" + name + ".example", Name: "Ada Byron"},
			Hosts: []string{unique(name) + ".example"}, DatabaseServerRef: &v1alpha1.ServerRef{Name: server},
		},
	}}
}

func (b agencyBuilder) Isolation(i v1alpha1.Isolation) agencyBuilder {
	b.o.Spec.Isolation = i
	return b
}

func (b agencyBuilder) Hosts(hosts ...string) agencyBuilder {
	b.o.Spec.Hosts = hosts
	return b
}

func (b agencyBuilder) Telephony(secret string) agencyBuilder {
	b.o.Spec.Telephony = &v1alpha1.AgencyTelephony{CredentialsSecretRef: v1alpha1.LocalSecretRef{Name: secret}}
	return b
}

func (b agencyBuilder) Deletion(p v1alpha1.DeletionPolicy, grace time.Duration) agencyBuilder {
	b.o.Spec.DeletionPolicy, b.o.Spec.DeletionGracePeriod = p, &metav1.Duration{Duration: grace}
	return b
}

func (b agencyBuilder) Namespace(name string) agencyBuilder {
	b.o.Spec.Namespace = name
	return b
}

func (b agencyBuilder) Obj() *v1alpha1.Agency { return b.o }

type subAccountBuilder struct{ o *v1alpha1.SubAccount }

// MakeSubAccount builds a SubAccount in an agency's namespace.
func MakeSubAccount(name string) subAccountBuilder {
	return subAccountBuilder{&v1alpha1.SubAccount{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.SubAccountSpec{
			DisplayName: "Sub-account " + name, Timezone: "America/New_York", Country: "US", Currency: "USD",
			Owner: v1alpha1.Owner{Email: "owner@" + name + ".example"},
		},
	}}
}

func (b subAccountBuilder) Of(agency *v1alpha1.Agency) subAccountBuilder {
	b.o.Namespace = "agency-" + agency.Name
	return b
}

func (b subAccountBuilder) Isolation(i v1alpha1.Isolation) subAccountBuilder {
	b.o.Spec.Isolation = i
	return b
}

func (b subAccountBuilder) Timezone(zone string) subAccountBuilder {
	b.o.Spec.Timezone = zone
	return b
}

func (b subAccountBuilder) Number(e164 string) subAccountBuilder {
	b.o.Spec.Telephony = &v1alpha1.SubAccountTelephony{PhoneNumber: e164}
	return b
}

func (b subAccountBuilder) Deletion(p v1alpha1.DeletionPolicy, grace time.Duration) subAccountBuilder {
	b.o.Spec.DeletionPolicy, b.o.Spec.DeletionGracePeriod = p, &metav1.Duration{Duration: grace}
	return b
}

func (b subAccountBuilder) Adopt(id string) subAccountBuilder {
	b.o.Annotations = map[string]string{v1alpha1.AnnotationAdopt: id}
	return b
}

func (b subAccountBuilder) Obj() *v1alpha1.SubAccount { return b.o }
