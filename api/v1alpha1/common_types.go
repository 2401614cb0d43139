package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Annotations that people set on any resource of the group.
const (
	// AnnotationPaused set to "true" stops the operator from touching the resource and what it stands for, deletion
	// included, until it is removed.
	AnnotationPaused = "omnicrm.io/paused"
	// AnnotationAdopt names something that exists already and that the resource shall take over instead of creating
	// it anew. Its value is the id that the retained thing had: status.id of the former resource. On a TenantDatabase it
	// may also be the name of a database on the server that carries no mark, such as one restored from a backup.
	AnnotationAdopt = "omnicrm.io/adopt"
	// AnnotationRecreate on a TenantDatabase whose database is gone from its server, with data, accepts the loss and has
	// it made anew, empty. Its value is status.id. The operator removes it once it has done so.
	AnnotationRecreate = "omnicrm.io/recreate"
	// AnnotationOrphan set to "true" on a resource that is being deleted lets it go at once and leaves everything it
	// stands for where it is. Nothing is cleaned up afterwards: that is what the word means.
	AnnotationOrphan = "omnicrm.io/orphan"
)

// Annotations that the operator writes so that an external account is created exactly once, however often the
// operator is killed in between.
const (
	// AnnotationCreatePending holds the time (RFC 3339) at which the operator set out to create the carrier account.
	AnnotationCreatePending = "omnicrm.io/carrier-create-pending"
	// AnnotationCreateSucceeded holds the time (RFC 3339) at which the carrier confirmed the account.
	AnnotationCreateSucceeded = "omnicrm.io/carrier-create-succeeded"
	// AnnotationExternalName holds the carrier's own name of the account, such as "AC0123…".
	AnnotationExternalName = "omnicrm.io/carrier-account"
)

// Labels that the operator puts on what it makes.
const (
	// LabelCanary set to "true" on TenantDatabases makes a new version of the schema go to them first.
	LabelCanary = "omnicrm.io/canary"

	// LabelAgency names the Agency that an object belongs to. Whoever puts it on a namespace that exists hands that
	// namespace to the Agency.
	LabelAgency = "omnicrm.io/agency"
	// LabelSubAccount names the SubAccount that an object belongs to.
	LabelSubAccount = "omnicrm.io/sub-account"
	// LabelManagedBy is the well-known label by which others see who keeps an object.
	LabelManagedBy = "app.kubernetes.io/managed-by"
)

// Finalizer holds a resource until what it stands for has been handled as its deletion policy says.
const Finalizer = "omnicrm.io/cleanup"

// FieldOwner is the one field manager under which the operator applies objects.
const FieldOwner = "omnicrm-operator"

// Isolation says which database holds a sub-account's data. Schema and code are the same in all three.
//
// +kubebuilder:validation:Enum=Shared;Agency;Dedicated
type Isolation string

// The three isolations.
const (
	// IsolationShared keeps the data of several small agencies in one database, apart by row-level security.
	IsolationShared Isolation = "Shared"
	// IsolationAgency gives every agency a database of its own: its own backup, restore and move.
	IsolationAgency Isolation = "Agency"
	// IsolationDedicated gives a sub-account a database of its own.
	IsolationDedicated Isolation = "Dedicated"
)

// DeletionPolicy says what happens to the data when a resource is deleted.
//
// +kubebuilder:validation:Enum=Retain;Delete
type DeletionPolicy string

// The deletion policies.
const (
	// DeletionRetain keeps all data; a later resource takes it over by the annotation omnicrm.io/adopt.
	DeletionRetain DeletionPolicy = "Retain"
	// DeletionDelete destroys the data once the grace period has passed.
	DeletionDelete DeletionPolicy = "Delete"
)

// LocalSecretRef names a Secret. Where it lies is said by the field that uses it.
type LocalSecretRef struct {
	// name of the Secret. Example: "eu-1-admin".
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
}

// ServerRef names a DatabaseServer.
type ServerRef struct {
	// name of the DatabaseServer (cluster-scoped). Example: "eu-1".
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
}

// Owner is the person who answers for an agency or a sub-account and who is invited first.
type Owner struct {
	// email address to which the first invitation goes; the person signs in with it. Changing it invites the new
	// person; whoever accepted before keeps their access until it is taken away in the app.
	// Example: "ada@acme.example".
	// +required
	// +kubebuilder:validation:MinLength=3
	// +kubebuilder:validation:MaxLength=254
	// +kubebuilder:validation:XValidation:rule="self.matches('^[^@\\\\s]+@[^@\\\\s.]+([.][^@\\\\s.]+)*$')",message="owner.email must be an e-mail address, such as ada@acme.example"
	Email string `json:"email"`

	// name of the person as the app shows it. Default: the part of the address before the @. Example: "Ada Byron".
	// +optional
	// +kubebuilder:validation:MaxLength=120
	Name string `json:"name,omitempty"`
}

// Invitation tells how far the owner's first sign-in has come. The link itself is in a Secret, never in a status.
type Invitation struct {
	// email that was invited.
	// +optional
	Email string `json:"email,omitempty"`

	// secretName is the Secret, in the agency's namespace, whose key "link" opens the invitation. It is empty once
	// the invitation has been accepted: the Secret is deleted then.
	// +optional
	SecretName string `json:"secretName,omitempty"`

	// expiresAt is when the link stops working; the operator issues a new one unless it was accepted by then.
	// +optional
	ExpiresAt *metav1.Time `json:"expiresAt,omitempty"`

	// accepted is true once the owner has chosen a password.
	// +optional
	Accepted bool `json:"accepted,omitempty"`
}

// CommonStatus is the part of a status that every resource of the group shares.
type CommonStatus struct {
	// observedGeneration is the generation of the spec that the operator has worked through to a verdict: everything
	// is as the spec says, or it can't be until the spec changes (Stalled).
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions tell the state in the words of kstatus: Ready, Reconciling and Stalled, and one condition per phase.
	// Each reason is from a fixed list, each message says what to do.
	// +optional
	// +listType=map
	// +listMapKey=type
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}
