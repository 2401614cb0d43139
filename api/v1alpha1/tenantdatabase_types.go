package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Conditions of a TenantDatabase beside Ready, Reconciling and Stalled.
const (
	// ConditionServer: the DatabaseServer exists, is ready and has room.
	ConditionServer = "Server"
	// ConditionDatabase: the physical database exists and is ours.
	ConditionDatabase = "Database"
	// ConditionGrants: schema rights and default privileges are as the data plane needs them.
	ConditionGrants = "Grants"
	// ConditionSearch: the functions behind indexed searches are LEAKPROOF, or the fallback is in place.
	ConditionSearch = "Search"
	// ConditionSchema: the migrations have run.
	ConditionSchema = "Schema"
	// ConditionDirectory: the data plane knows it as it is here.
	ConditionDirectory = "Directory"
)

// TenantDatabase is one physical database with the tenant schema. Agencies and dedicated SubAccounts make theirs by
// themselves; people make the Shared ones, or let the operator make them.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=tdb,categories=omnicrm
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Server",type=string,JSONPath=`.spec.serverRef.name`
// +kubebuilder:printcolumn:name="Isolation",type=string,JSONPath=`.spec.isolation`
// +kubebuilder:printcolumn:name="Schema",type=integer,JSONPath=`.status.schemaVersion`
// +kubebuilder:printcolumn:name="Size",type=string,JSONPath=`.status.size`
// +kubebuilder:printcolumn:name="Database",type=string,JSONPath=`.status.databaseName`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type TenantDatabase struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what should be.
	// +required
	Spec TenantDatabaseSpec `json:"spec"`

	// status is what is; written by the operator alone.
	// +optional
	Status TenantDatabaseStatus `json:"status,omitempty"`
}

// TenantDatabaseSpec says where a tenant database is and for whom.
//
// +kubebuilder:validation:XValidation:rule="has(self.databaseName) == has(oldSelf.databaseName)",message="databaseName is immutable: create another TenantDatabase and move the sub-accounts"
// +kubebuilder:validation:XValidation:rule="!has(self.capacity) || self.isolation == 'Shared'",message="capacity is for isolation Shared alone: remove it, or set isolation: Shared"
type TenantDatabaseSpec struct {
	// serverRef names the DatabaseServer that holds the database. Immutable.
	// +required
	// +kubebuilder:validation:XValidation:rule="self.name == oldSelf.name",message="serverRef is immutable: create another TenantDatabase on the other server and move the sub-accounts"
	ServerRef ServerRef `json:"serverRef"`

	// databaseName is the name of the physical database. Immutable. Default: "omnicrm_" and metadata.name with "-" and
	// "." as "_". Example: "omnicrm_acme".
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="databaseName is immutable: create another TenantDatabase and move the sub-accounts"
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z][a-z0-9_]*$')",message="databaseName must start with a small letter and hold small letters, digits and _ alone, such as omnicrm_acme"
	// +kubebuilder:validation:XValidation:rule="!(self in ['postgres','template0','template1']) && !self.startsWith('pg_')",message="databaseName is reserved by PostgreSQL: choose another, such as omnicrm_acme"
	DatabaseName string `json:"databaseName,omitempty"`

	// isolation says whose data the database holds: Shared (many agencies), Agency (one agency) or Dedicated (one
	// sub-account). Immutable.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="isolation is immutable: create another TenantDatabase and move the sub-accounts"
	Isolation Isolation `json:"isolation"`

	// capacity bounds a Shared database.
	// +optional
	Capacity *SharedCapacity `json:"capacity,omitempty"`

	// deletionPolicy says what becomes of the physical database when this resource is deleted: Retain leaves it where
	// it is, for adoption by the annotation omnicrm.io/adopt: <status.id>; Delete drops it, once no sub-account is left
	// in it. Default: Retain.
	// +optional
	// +kubebuilder:default=Retain
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`
}

// SharedCapacity bounds a Shared database.
type SharedCapacity struct {
	// agencies is the number of agencies that the operator puts into this database. Default: 100.
	// +optional
	// +kubebuilder:default=100
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=10000
	Agencies *int32 `json:"agencies,omitempty"`
}

// TenantDatabaseStatus is what the operator found.
type TenantDatabaseStatus struct {
	CommonStatus `json:",inline"`

	// id of the database in the directory; what omnicrm.io/adopt names.
	// +optional
	ID string `json:"id,omitempty"`

	// databaseName is the physical name.
	// +optional
	DatabaseName string `json:"databaseName,omitempty"`

	// schemaVersion is the number of the last migration that ran.
	// +optional
	SchemaVersion int64 `json:"schemaVersion,omitempty"`

	// schemaTarget is the number of the migration that the operator last tried to bring the database to. Behind it stands
	// a database whose condition Schema says why.
	// +optional
	SchemaTarget int64 `json:"schemaTarget,omitempty"`

	// search tells how searches run in this database; see DatabaseServer.status.search.
	// +optional
	Search SearchMode `json:"search,omitempty"`

	// size of the database, rounded to MiB, as of the last look (about every ten minutes).
	// +optional
	Size string `json:"size,omitempty"`

	// subAccounts is the number of sub-accounts whose data it holds, retained ones included.
	// +optional
	SubAccounts int32 `json:"subAccounts,omitempty"`
}

// TenantDatabaseList is a list of TenantDatabases.
//
// +kubebuilder:object:root=true
type TenantDatabaseList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []TenantDatabase `json:"items"`
}

// Common gives the loop the shared part of the status.
func (t *TenantDatabase) Common() *CommonStatus { return &t.Status.CommonStatus }
