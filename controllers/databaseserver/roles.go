package databaseserver

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/platform/db"
)

// Reasons of the condition Roles.
const (
	ReasonRolesReady   = "RolesReady"
	ReasonRolesPending = "RolesPending"
	ReasonRoleUnsafe   = "RoleUnsafe"
)

// roles makes the four roles, with passwords that are generated once and kept in a Secret. Deleting a key of the
// Secret, or all of it, rotates.
func (r *Reconciler) roles(ctx context.Context, s *v1alpha1.DatabaseServer) (phase.Outcome, error) {
	server, err := Connect(ctx, r.Client, s, r.Namespace)
	if err != nil {
		return phase.Outcome{}, err
	}
	passwords, version, err := r.ensurePasswords(ctx, s)
	if err != nil {
		return phase.Outcome{}, err
	}
	err = r.Postgres.EnsureRoles(ctx, server, passwords)
	if errors.Is(err, db.ErrRoleUnsafe) {
		return phase.Outcome{}, phase.Stalled(ReasonRoleUnsafe, "On %s, %s or %s is a member of %s or %s and would see every "+
			"tenant: revoke that membership.", s.Status.Address, db.RoleApp, db.RoleReadonly, db.RoleMigrator, db.RoleMover)
	}
	if err != nil {
		return phase.Outcome{}, Trouble(err, s.Name, s.Status.Address, server.User)
	}
	key := RolesKey(s.Name, r.Namespace)
	s.Status.RolesSecretName, s.Status.RolesSecretVersion = key.Name, version
	return phase.Done(ReasonRolesReady, fmt.Sprintf("The four roles exist; their passwords are in the Secret %s in the namespace %s.", key.Name, key.Namespace))
}

// ensurePasswords gives the passwords of the Secret, completed where one is missing, and the Secret's version.
func (r *Reconciler) ensurePasswords(ctx context.Context, s *v1alpha1.DatabaseServer) (passwords db.RolePasswords, version string, err error) {
	var secret corev1.Secret
	err = r.Client.Get(ctx, RolesKey(s.Name, r.Namespace), &secret)
	if apierrors.IsNotFound(err) {
		made := desiredRolesSecret(s.Name, r.Namespace, nil)
		err = r.Client.Create(ctx, made, client.FieldOwner(v1alpha1.FieldOwner))
		return passwordsOf(made), made.ResourceVersion, err
	}
	if err != nil {
		return db.RolePasswords{}, "", err
	}
	whole := desiredRolesSecret(s.Name, r.Namespace, secret.Data)
	if len(secret.Data) >= len(whole.Data) && passwordsOf(whole) == passwordsOf(&secret) {
		return passwordsOf(&secret), secret.ResourceVersion, nil
	}
	patch := client.MergeFromWithOptions(secret.DeepCopy(), client.MergeFromWithOptimisticLock{})
	secret.Data = whole.Data
	err = r.Client.Patch(ctx, &secret, patch, client.FieldOwner(v1alpha1.FieldOwner))
	return passwordsOf(whole), secret.ResourceVersion, err
}

// desiredRolesSecret keeps the passwords that are there and makes the ones that are missing.
func desiredRolesSecret(server, namespace string, have map[string][]byte) *corev1.Secret {
	key := RolesKey(server, namespace)
	made := db.NewRolePasswords()
	data := map[string][]byte{
		db.RoleMigrator: []byte(made.Migrator), db.RoleApp: []byte(made.App),
		db.RoleReadonly: []byte(made.Readonly), db.RoleMover: []byte(made.Mover),
	}
	for name, password := range have {
		if len(password) > 0 {
			data[name] = password
		}
	}
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: key.Namespace, Name: key.Name,
			Labels: map[string]string{v1alpha1.LabelManagedBy: v1alpha1.FieldOwner},
		},
		Data: data,
	}
}

// forgetRoles removes the Secret. The roles stay on the server: retained databases belong to them.
func (r *Reconciler) forgetRoles(ctx context.Context, s *v1alpha1.DatabaseServer) error {
	key := RolesKey(s.Name, r.Namespace)
	return client.IgnoreNotFound(r.Client.Delete(ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}}))
}
