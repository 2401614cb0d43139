package databaseserver

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/platform/db"
)

// Reasons of the conditions.
const (
	ReasonSecretFound   = "SecretFound"
	ReasonSecretMissing = "SecretMissing"
	ReasonSecretKeys    = "SecretIncomplete"
)

// Connect reads how to reach the server as its administrator, from the resource and its Secret. Its errors carry
// intent and say what to do.
func Connect(ctx context.Context, c client.Client, s *v1alpha1.DatabaseServer, namespace string) (db.Server, error) {
	key := credentialsKey(s, namespace)
	var secret corev1.Secret
	err := c.Get(ctx, key, &secret)
	if apierrors.IsNotFound(err) {
		return db.Server{}, phase.Stalled(ReasonSecretMissing,
			"Create the Secret %s in the namespace %s with the keys username and password.", key.Name, key.Namespace)
	}
	if err != nil {
		return db.Server{}, err
	}
	for _, name := range []string{"username", "password"} {
		if len(secret.Data[name]) == 0 {
			return db.Server{}, phase.Stalled(ReasonSecretKeys,
				"Add the key %s to the Secret %s in the namespace %s.", name, key.Name, key.Namespace)
		}
	}
	return desiredServer(s, string(secret.Data["username"]), string(secret.Data["password"])), nil
}

func desiredServer(s *v1alpha1.DatabaseServer, user, password string) db.Server {
	out := db.Server{
		Host: s.Spec.Host, Port: int(s.Spec.Port), SSLMode: s.Spec.SSLMode,
		User: user, Password: password, MaintenanceDB: s.Spec.MaintenanceDatabase,
	}
	if ref := s.Spec.CloudNativePG; ref != nil {
		out.Host = fmt.Sprintf("%s-rw.%s.svc", ref.Name, ref.Namespace)
	}
	return out
}

func credentialsKey(s *v1alpha1.DatabaseServer, namespace string) client.ObjectKey {
	switch {
	case s.Spec.CloudNativePG != nil:
		return client.ObjectKey{Namespace: s.Spec.CloudNativePG.Namespace, Name: s.Spec.CloudNativePG.Name + "-superuser"}
	case s.Spec.CredentialsSecretRef != nil:
		return client.ObjectKey{Namespace: namespace, Name: s.Spec.CredentialsSecretRef.Name}
	}
	return client.ObjectKey{}
}

// RolesKey is where the passwords of the four roles of a server lie.
func RolesKey(server, namespace string) client.ObjectKey {
	return client.ObjectKey{Namespace: namespace, Name: server + "-roles"}
}

// Passwords reads the passwords of the four roles. Waiting while the server has not been given them: whoever came with
// them would be refused.
func Passwords(ctx context.Context, c client.Client, s *v1alpha1.DatabaseServer, namespace string) (db.RolePasswords, error) {
	var secret corev1.Secret
	err := c.Get(ctx, RolesKey(s.Name, namespace), &secret)
	if apierrors.IsNotFound(err) || (err == nil && secret.ResourceVersion != s.Status.RolesSecretVersion) {
		return db.RolePasswords{}, phase.Waiting(retry, ReasonRolesPending, "The roles of the DatabaseServer %s don't have the passwords of "+
			"the Secret %s yet.", s.Name, RolesKey(s.Name, namespace).Name)
	}
	return passwordsOf(&secret), err
}

func passwordsOf(secret *corev1.Secret) db.RolePasswords {
	return db.RolePasswords{
		Migrator: string(secret.Data[db.RoleMigrator]), App: string(secret.Data[db.RoleApp]),
		Readonly: string(secret.Data[db.RoleReadonly]), Mover: string(secret.Data[db.RoleMover]),
	}
}
