package v1alpha1

import (
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Conditions of a DatabaseServer beside Ready, Reconciling and Stalled.
const (
	// ConditionCredentials: the credentials Secret exists and holds what is needed.
	ConditionCredentials = "Credentials"
	// ConditionConnection: the server answers, lets us in and has a supported version.
	ConditionConnection = "Connection"
	// ConditionRoles: the four roles exist, with the passwords of the roles Secret.
	ConditionRoles = "Roles"
	// ConditionCapacity: the server has room for more databases. False does not make the server unready: what it
	// holds goes on working.
	ConditionCapacity = "Capacity"
)

// DatabaseServer is a PostgreSQL server, version 15 or later, on which the operator makes tenant databases.
//
// Its labels are what an Agency's databaseServerSelector selects.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=dbs,categories=omnicrm
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Address",type=string,JSONPath=`.status.address`
// +kubebuilder:printcolumn:name="Version",type=string,JSONPath=`.status.version`
// +kubebuilder:printcolumn:name="Databases",type=integer,JSONPath=`.status.databases`
// +kubebuilder:printcolumn:name="Size",type=string,JSONPath=`.status.size`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 50",message="metadata.name must have at most 50 characters: the names of Secrets are made from it"
type DatabaseServer struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what should be.
	// +required
	Spec DatabaseServerSpec `json:"spec"`

	// status is what is; written by the operator alone.
	// +optional
	Status DatabaseServerStatus `json:"status,omitempty"`
}

// DatabaseServerSpec says how to reach a PostgreSQL server and how much it may hold.
//
// +kubebuilder:validation:XValidation:rule="has(self.host) != has(self.cloudNativePG)",message="spec needs exactly one of host (with credentialsSecretRef) and cloudNativePG"
// +kubebuilder:validation:XValidation:rule="has(self.host) == has(self.credentialsSecretRef)",message="credentialsSecretRef goes with host: set both, or use cloudNativePG and neither of them"
type DatabaseServerSpec struct {
	// host name or address of the server, without port. Example: "db.internal.example".
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9._:/-]+$') && !self.contains('://')",message="host must be a host name or an address alone, such as db.internal.example; the port goes into spec.port"
	Host string `json:"host,omitempty"`

	// port on which the server listens. Default: 5432.
	// +optional
	// +kubebuilder:default=5432
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	Port int32 `json:"port,omitempty"`

	// sslMode as libpq defines it. "verify-full" needs the server's certificate to be signed by an authority that the
	// operator's, API server's and workers' images trust. "disable" is for one machine only. Default: require.
	// +optional
	// +kubebuilder:default=require
	// +kubebuilder:validation:Enum=disable;require;verify-ca;verify-full
	SSLMode string `json:"sslMode,omitempty"`

	// maintenanceDatabase is the database that the operator connects to for making others. Default: postgres.
	// +optional
	// +kubebuilder:default=postgres
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	MaintenanceDatabase string `json:"maintenanceDatabase,omitempty"`

	// credentialsSecretRef names the Secret, in the operator's namespace, with the keys "username" and "password" of a
	// role that may create roles and databases. A superuser lets indexes serve searches under row-level security;
	// without one the operator says so in status.search and the slower fallback is used. The Secret is watched: a
	// rotated password needs no restart. Example: {name: eu-1-admin}.
	// +optional
	CredentialsSecretRef *LocalSecretRef `json:"credentialsSecretRef,omitempty"`

	// cloudNativePG names a CloudNativePG Cluster instead of a host. Its read-write service and its Secret
	// "<name>-superuser" are used, so the Cluster needs enableSuperuserAccess: true.
	// +optional
	CloudNativePG *ClusterRef `json:"cloudNativePG,omitempty"`

	// pooler is a PgBouncer in transaction mode in front of the server. The API server and the workers then reach the
	// databases through it; the operator itself always goes to the server. It has to let the role omnicrm_app into every
	// database of the server.
	// +optional
	Pooler *Pooler `json:"pooler,omitempty"`

	// capacity bounds what the operator puts on this server. A full server takes no new databases and says so; what it
	// holds goes on.
	// +optional
	// +kubebuilder:default={}
	Capacity ServerCapacity `json:"capacity,omitempty"`
}

// ClusterRef names a CloudNativePG Cluster.
type ClusterRef struct {
	// namespace of the Cluster. Example: "databases".
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace"`

	// name of the Cluster. Example: "eu-1".
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`
}

// Pooler says where a PgBouncer listens.
type Pooler struct {
	// host name or address of the pooler, without port. Example: "pgbouncer.databases.svc".
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9._:/-]+$') && !self.contains('://')",message="pooler.host must be a host name or an address alone, such as pgbouncer.databases.svc; the port goes into pooler.port"
	Host string `json:"host"`

	// port on which the pooler listens. Default: 6432.
	// +optional
	// +kubebuilder:default=6432
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	Port int32 `json:"port,omitempty"`

	// sslMode as libpq defines it, towards the pooler. Default: require.
	// +optional
	// +kubebuilder:default=require
	// +kubebuilder:validation:Enum=disable;require;verify-ca;verify-full
	SSLMode string `json:"sslMode,omitempty"`
}

// ServerCapacity bounds what a server holds.
type ServerCapacity struct {
	// databases is the number of tenant databases the server may hold. An empty one costs about 11 MB of disk and 780
	// files. Default: 200.
	// +optional
	// +kubebuilder:default=200
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=10000
	Databases *int32 `json:"databases,omitempty"`

	// size is the sum of all databases' sizes above which the server takes no new one. Default: no bound.
	// Example: "500Gi".
	// +optional
	Size *resource.Quantity `json:"size,omitempty"`
}

// DatabaseServerStatus is what the operator found.
type DatabaseServerStatus struct {
	CommonStatus `json:",inline"`

	// address is host:port as the operator reaches it.
	// +optional
	Address string `json:"address,omitempty"`

	// version of PostgreSQL as the server tells it. Example: "18.1".
	// +optional
	Version string `json:"version,omitempty"`

	// superuser tells whether the credentials are a superuser's.
	// +optional
	Superuser bool `json:"superuser,omitempty"`

	// search tells how searches run under row-level security: "Leakproof" (indexes serve them; needs a superuser) or
	// "DefinerFunctions" (the fallback for managed servers).
	// +optional
	Search SearchMode `json:"search,omitempty"`

	// databases is the number of tenant databases on the server.
	// +optional
	Databases int32 `json:"databases,omitempty"`

	// size is the sum of all databases' sizes, rounded to MiB.
	// +optional
	Size string `json:"size,omitempty"`

	// rolesSecretName is the Secret, in the operator's namespace, with the passwords of the four roles, one key each.
	// +optional
	RolesSecretName string `json:"rolesSecretName,omitempty"`

	// rolesSecretVersion is the resourceVersion of that Secret whose passwords the server takes. After a rotation it
	// shows that the new ones have arrived there; the data plane gets them then.
	// +optional
	RolesSecretVersion string `json:"rolesSecretVersion,omitempty"`
}

// SearchMode tells how searches run under row-level security.
//
// +kubebuilder:validation:Enum=Leakproof;DefinerFunctions
type SearchMode string

// The search modes.
const (
	// SearchLeakproof: the functions behind our indexed operators are marked LEAKPROOF.
	SearchLeakproof SearchMode = "Leakproof"
	// SearchDefinerFunctions: searches go through SECURITY DEFINER functions that take the tenant from the session.
	SearchDefinerFunctions SearchMode = "DefinerFunctions"
)

// DatabaseServerList is a list of DatabaseServers.
//
// +kubebuilder:object:root=true
type DatabaseServerList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []DatabaseServer `json:"items"`
}

// Common gives the loop the shared part of the status.
func (d *DatabaseServer) Common() *CommonStatus { return &d.Status.CommonStatus }
