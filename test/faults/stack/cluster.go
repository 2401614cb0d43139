package stack

import (
	"context"
	"fmt"
	"net"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/platform/kube"
)

const (
	namespace = kube.DefaultNamespace
	agency    = "north"
	// AgencyHost is where the agency's people sign in.
	AgencyHost = "north.localhost"
	// provisionTime bounds what the operator is asked for.
	provisionTime = 4 * time.Minute
)

func newKubeClient(config *rest.Config) (client.Client, error) {
	return client.New(config, client.Options{Scheme: kube.Scheme()})
}

func (s *Stack) ensureNamespace(ctx context.Context) error {
	err := s.Kube.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}})
	return client.IgnoreAlreadyExists(err)
}

// MakeAgency makes the database server and the agency, and returns when the
// agency is Ready, with the key of its owner.
func (s *Stack) MakeAgency(t testing.TB) *Agency {
	t.Helper()
	ctx := t.Context()
	host, port := splitAddress(t, s.ToData.Address)
	s.create(t, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "local-postgres"},
		StringData: map[string]string{"username": s.Postgres.User, "password": s.Postgres.Password},
	})
	s.create(t, &v1alpha1.DatabaseServer{
		ObjectMeta: metav1.ObjectMeta{Name: "local"},
		Spec: v1alpha1.DatabaseServerSpec{
			Host: host, Port: port, SSLMode: "disable", CredentialsSecretRef: &v1alpha1.LocalSecretRef{Name: "local-postgres"},
		},
	})
	a := &v1alpha1.Agency{
		ObjectMeta: metav1.ObjectMeta{Name: agency},
		Spec: v1alpha1.AgencySpec{
			DisplayName: "North", Owner: v1alpha1.Owner{Email: "ada@north.example", Name: "Ada"}, Hosts: []string{AgencyHost},
			Isolation: v1alpha1.IsolationAgency, Telephony: &v1alpha1.AgencyTelephony{CredentialsSecretRef: v1alpha1.LocalSecretRef{Name: "carrier"}},
		},
	}
	s.create(t, a)
	main := s.Carrier.Account()
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: "agency-" + agency, Name: "carrier"},
		StringData: map[string]string{"accountSid": main.SID, "authToken": main.Token},
	}
	s.eventually(t, "the agency's namespace", func() error { return client.IgnoreAlreadyExists(s.Kube.Create(ctx, secret.DeepCopy())) })
	s.AwaitReady(t, a)
	token, err := s.invitation(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	return s.openAgency(t, token)
}

// AddSubAccount asks for a sub-account with a number; dedicated gives it a
// database of its own. It is not Ready on return.
func (s *Stack) AddSubAccount(ctx context.Context, name, number string, dedicated bool) (*v1alpha1.SubAccount, error) {
	sub := &v1alpha1.SubAccount{
		ObjectMeta: metav1.ObjectMeta{Namespace: "agency-" + agency, Name: name},
		Spec: v1alpha1.SubAccountSpec{
			DisplayName: "Shop " + name, Timezone: "America/New_York", Country: "US", Currency: "USD",
			Owner:     v1alpha1.Owner{Email: name + "@shop.example", Name: "Grace"},
			Telephony: &v1alpha1.SubAccountTelephony{PhoneNumber: number},
		},
	}
	if dedicated {
		sub.Spec.Isolation = v1alpha1.IsolationDedicated
	}
	return sub, s.Kube.Create(ctx, sub)
}

// AwaitReady waits until an object is Ready.
func (s *Stack) AwaitReady(t testing.TB, o interface {
	client.Object
	Common() *v1alpha1.CommonStatus
},
) {
	t.Helper()
	s.eventually(t, o.GetName()+" to be Ready", func() error {
		if err := s.Kube.Get(t.Context(), client.ObjectKeyFromObject(o), o); err != nil {
			return err
		}
		ready := meta.FindStatusCondition(o.Common().Conditions, "Ready")
		if ready == nil || ready.Status != metav1.ConditionTrue || o.Common().ObservedGeneration != o.GetGeneration() {
			return fmt.Errorf("its conditions: %+v", o.Common().Conditions)
		}
		return nil
	})
}

func (s *Stack) create(t testing.TB, o client.Object) {
	t.Helper()
	if err := s.Kube.Create(t.Context(), o); err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
}

func (s *Stack) eventually(t testing.TB, what string, try func() error) {
	t.Helper()
	deadline := time.Now().Add(provisionTime)
	for {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(deadline) || t.Context().Err() != nil {
			t.Fatalf("waiting for %s: %v", what, err)
		}
		rest50(t)
	}
}

func rest50(t testing.TB) { Rest(t.Context(), 50*time.Millisecond) }

// invitation reads the token from the link in the owner's Secret.
func (s *Stack) invitation(ctx context.Context, a *v1alpha1.Agency) (string, error) {
	var secret corev1.Secret
	key := client.ObjectKey{Namespace: a.Status.Namespace, Name: a.Status.Invitation.SecretName}
	if err := s.Kube.Get(ctx, key, &secret); err != nil {
		return "", fmt.Errorf("the owner's invitation: %w", err)
	}
	return path.Base(strings.TrimSpace(string(secret.Data["link"]))), nil
}

func splitAddress(t testing.TB, address string) (host string, port int32) {
	t.Helper()
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return host, int32(n)
}
