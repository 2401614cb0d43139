// Package subaccount reconciles SubAccounts: which agency a namespace belongs to, which database holds the data, the
// directory's entry with suspension, the owner's invitation and the account at the carrier; and what becomes of all
// that on deletion.
package subaccount

import (
	"context"

	"github.com/google/uuid"
	"golang.org/x/time/rate"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/invitation"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Directory is what this controller tells the data plane; modules/directory does it.
type Directory interface {
	UpsertSubAccount(ctx context.Context, in directory.SubAccountInput) (directory.SubAccount, error)
	SubAccount(ctx context.Context, id uuid.UUID) (directory.SubAccount, error)
	SubAccountOf(ctx context.Context, namespace, name, uid string) (directory.SubAccount, error)
	DatabaseByID(ctx context.Context, id uuid.UUID) (directory.Database, error)
	SetStatus(ctx context.Context, subAccount uuid.UUID, status tenancy.Status) error
	Retain(ctx context.Context, subAccount uuid.UUID) error
	Remove(ctx context.Context, subAccount uuid.UUID) error
	AgencyTelephony(ctx context.Context, agency uuid.UUID) (directory.Telephony, error)
	Telephony(ctx context.Context, subAccount uuid.UUID) (directory.Telephony, error)
	SetTelephony(ctx context.Context, subAccount uuid.UUID, t directory.Telephony, phoneNumber string) error
	ClearTelephony(ctx context.Context, subAccount uuid.UUID) error
}

// Carrier makes accounts and moves numbers below an agency's own account; modules/sms does it. Its errors are faults.
type Carrier interface {
	// EnsureAccount finds the account of that friendly name or makes it; several of the name are a Conflict.
	EnsureAccount(ctx context.Context, p sms.Parent, friendlyName string) (sms.Account, error)
	// FindAccount finds the account of that friendly name, NotFound if there is none.
	FindAccount(ctx context.Context, p sms.Parent, friendlyName string) (sms.Account, error)
	// FetchAccount gives an account by its SID, closed ones too.
	FetchAccount(ctx context.Context, p sms.Parent, sid string) (sms.Account, error)
	// SetAccountStatus suspends, reactivates or closes an account: "suspended", "active", "closed".
	SetAccountStatus(ctx context.Context, p sms.Parent, sid, status string) (sms.Account, error)
	// RenameAccount gives an account another friendly name.
	RenameAccount(ctx context.Context, p sms.Parent, sid, friendlyName string) (sms.Account, error)
	// EnsureNumber brings a number that the parent owns into the account and points its texts at smsURL. It never buys.
	EnsureNumber(ctx context.Context, p sms.Parent, accountSID, e164, smsURL string) (sms.Number, error)
	// ReturnNumber gives a number of the account back to the parent.
	ReturnNumber(ctx context.Context, p sms.Parent, accountSID, e164 string) error
	// ReturnNumbers gives all numbers of the account back to the parent.
	ReturnNumbers(ctx context.Context, p sms.Parent, accountSID string) error
}

// Purger destroys the rows of a sub-account; platform/db's Provisioner does it.
type Purger interface {
	Purge(ctx context.Context, dsn string, subAccount uuid.UUID) (rows int64, err error)
}

// Reconciler reconciles SubAccounts.
type Reconciler struct {
	Client      client.Client
	Recorder    events.EventRecorder
	Clock       phase.Clock
	Directory   Directory
	Invitations *invitation.Keeper
	Carrier     Carrier
	Postgres    Purger
	// WebhookURL is where the carrier delivers a sub-account's texts.
	WebhookURL func(subAccount uuid.UUID) string
	// CarrierLimit bounds the looks for drift at the carrier, over all SubAccounts; default 5 a second.
	CarrierLimit *rate.Limiter
	Namespace    string // the operator's own
	// Parallel is how many SubAccounts are worked on at once; default 8.
	Parallel int
}

// +kubebuilder:rbac:groups=omnicrm.io,resources=subaccounts,verbs=list;watch;patch
// +kubebuilder:rbac:groups=omnicrm.io,resources=subaccounts/status,verbs=patch
// +kubebuilder:rbac:groups=omnicrm.io,resources=agencies;databaseservers,verbs=list;watch
// +kubebuilder:rbac:groups=omnicrm.io,resources=tenantdatabases,verbs=list;watch;create;patch;delete
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;list;watch;create;patch;delete

// Looks for drift at the carrier, over all SubAccounts, unless CarrierLimit says otherwise.
const (
	carrierPerSecond = 5
	carrierBurst     = 10
)

// SetupWithManager registers the controller and what wakes it.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	if r.CarrierLimit == nil {
		r.CarrierLimit = rate.NewLimiter(carrierPerSecond, carrierBurst)
	}
	parallel := r.Parallel
	if parallel == 0 {
		parallel = 8
	}
	loop := r.loop()
	return phase.Controller(mgr, loop, parallel).
		Watches(&v1alpha1.Agency{}, handler.EnqueueRequestsFromMapFunc(r.subAccountsOfAgency),
			builder.WithPredicates(predicate.Or(phase.ReadyChanged(), phase.StatusChanged(listed)))).
		Watches(&v1alpha1.TenantDatabase{}, handler.EnqueueRequestsFromMapFunc(r.subAccountOfDatabase), builder.WithPredicates(phase.ReadyChanged())).
		Watches(&corev1.Secret{}, handler.EnqueueRequestsFromMapFunc(subAccountOfSecret), builder.OnlyMetadata).
		Complete(loop)
}

// listed is what sub-accounts wait for at their agency, and what they read through it: that it is in the directory, and
// its carrier account.
func listed(a *v1alpha1.Agency) string { return a.Status.ID + " " + a.Status.TelephonySecretVersion }

func (r *Reconciler) loop() *phase.Loop[*v1alpha1.SubAccount] {
	type sub = *v1alpha1.SubAccount
	return &phase.Loop[sub]{
		Client: r.Client, Recorder: r.Recorder, Clock: r.Clock,
		New: func() sub { return &v1alpha1.SubAccount{} },
		Phases: []phase.Phase[sub]{
			{Condition: v1alpha1.ConditionAgency, Run: r.agency},
			{Condition: v1alpha1.ConditionPlacement, Run: r.placement, Undo: r.deleteDatabase},
			{Condition: v1alpha1.ConditionDirectory, Run: r.directory, Undo: r.withdraw},
			{Condition: v1alpha1.ConditionSuspended, Run: r.suspended},
			{Condition: v1alpha1.ConditionInvitation, Run: r.invitation, Undo: r.revoke},
			{Condition: v1alpha1.ConditionTelephony, Run: r.telephony, Undo: r.hangUp},
		},
		Farewell: r.farewell,
		Summary:  summary,
	}
}

// Reconcile brings one sub-account a pass further; the tests and the manager call it.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	return r.loop().Reconcile(ctx, req)
}

func summary(sub *v1alpha1.SubAccount) (reason, message string) {
	if sub.Spec.Suspended {
		return ReasonSuspended, "Everything is as the spec says: the sub-account is suspended."
	}
	return phase.ReasonReady, "People can sign in and work."
}

func (r *Reconciler) subAccountsOfAgency(ctx context.Context, agency client.Object) []reconcile.Request {
	a, ok := agency.(*v1alpha1.Agency)
	if !ok || a.Status.Namespace == "" {
		return nil
	}
	var subs v1alpha1.SubAccountList
	if err := r.Client.List(ctx, &subs, client.InNamespace(a.Status.Namespace)); err != nil {
		return nil
	}
	out := make([]reconcile.Request, 0, len(subs.Items))
	for i := range subs.Items {
		out = append(out, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(&subs.Items[i])})
	}
	return out
}

// subAccountOfDatabase wakes the sub-account of a Dedicated database; the others wait for their agency.
func (r *Reconciler) subAccountOfDatabase(ctx context.Context, t client.Object) []reconcile.Request {
	name, agency := t.GetLabels()[v1alpha1.LabelSubAccount], t.GetLabels()[v1alpha1.LabelAgency]
	if name == "" || agency == "" {
		return nil
	}
	var a v1alpha1.Agency
	if err := r.Client.Get(ctx, client.ObjectKey{Name: agency}, &a); err != nil || a.Status.Namespace == "" {
		return nil
	}
	return []reconcile.Request{{NamespacedName: types.NamespacedName{Namespace: a.Status.Namespace, Name: name}}}
}

// subAccountOfSecret wakes the sub-account whose invitation's Secret came or went.
func subAccountOfSecret(_ context.Context, secret client.Object) []reconcile.Request {
	name := secret.GetLabels()[v1alpha1.LabelSubAccount]
	if name == "" {
		return nil
	}
	return []reconcile.Request{{NamespacedName: types.NamespacedName{Namespace: secret.GetNamespace(), Name: name}}}
}
