package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Conditions of a SubAccount beside Ready, Reconciling, Stalled, Directory, Telephony, Invitation and Cleanup.
const (
	// ConditionAgency: the namespace belongs to an Agency that is ready for sub-accounts.
	ConditionAgency = "Agency"
	// ConditionPlacement: the database that holds the data is chosen and ready.
	ConditionPlacement = "Placement"
	// ConditionSuspended is True while the sub-account is suspended. It says nothing about Ready.
	ConditionSuspended = "Suspended"
)

// SubAccount is a reseller's customer: the tenant of all data. Its agency follows from its namespace, so that nobody
// can claim another's.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Namespaced,path=subaccounts,singular=subaccount,shortName=sub,categories=omnicrm
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Number",type=string,JSONPath=`.status.phoneNumber`
// +kubebuilder:printcolumn:name="Suspended",type=boolean,JSONPath=`.spec.suspended`
// +kubebuilder:printcolumn:name="Isolation",type=string,JSONPath=`.status.isolation`
// +kubebuilder:printcolumn:name="Database",type=string,JSONPath=`.status.tenantDatabase`,priority=1
// +kubebuilder:printcolumn:name="ID",type=string,JSONPath=`.status.id`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 40 && self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="metadata.name must hold small letters, digits and - alone and have at most 40 characters: Secrets and databases are named after it"
type SubAccount struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what should be.
	// +required
	Spec SubAccountSpec `json:"spec"`

	// status is what is; written by the operator alone.
	// +optional
	Status SubAccountStatus `json:"status,omitempty"`
}

// SubAccountSpec describes a reseller's customer.
//
// +kubebuilder:validation:XValidation:rule="has(self.isolation) == has(oldSelf.isolation)",message="isolation is immutable: create another SubAccount and import the data"
type SubAccountSpec struct {
	// displayName is the customer's name as people read it. Example: "Bright Dental".
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=80
	DisplayName string `json:"displayName"`

	// timezone as the IANA database names it; days, opening hours and reports follow it. Example: "America/New_York".
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$')",message="timezone must be an IANA name, such as America/New_York"
	Timezone string `json:"timezone"`

	// country of the business as ISO 3166-1 alpha-2: telephone numbers without a prefix are read as its own.
	// Example: "US".
	// +required
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Z]{2}$')",message="country must be two capital letters of ISO 3166-1, such as US"
	Country string `json:"country"`

	// currency of prices and amounts as ISO 4217. Immutable, as amounts are stored in its minor unit. Example: "USD".
	// +required
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Z]{3}$')",message="currency must be three capital letters of ISO 4217, such as USD"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="currency is immutable, as amounts are stored in its minor unit: create another SubAccount"
	Currency string `json:"currency"`

	// owner is invited as the sub-account's administrator.
	// +required
	Owner Owner `json:"owner"`

	// isolation says which database holds the data. Immutable. Default: the Agency's.
	// +optional
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="isolation is immutable: create another SubAccount and import the data"
	Isolation Isolation `json:"isolation,omitempty"`

	// suspended true stops sign-in and every send at once; all data stays, and messages that come in are kept.
	// Default: false.
	// +optional
	// +kubebuilder:default=false
	Suspended bool `json:"suspended,omitempty"`

	// telephony gives the sub-account a carrier account of its own, under the agency's.
	// +optional
	Telephony *SubAccountTelephony `json:"telephony,omitempty"`

	// deletionPolicy says what becomes of the data when this resource is deleted. Retain keeps everything, for adoption
	// by the annotation omnicrm.io/adopt: <status.id>; Delete purges the rows, or drops the Dedicated database, once
	// deletionGracePeriod has passed. Default: Retain.
	// +optional
	// +kubebuilder:default=Retain
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`

	// deletionGracePeriod is how long a deletion with policy Delete waits before it destroys anything, counted from
	// the deletion; sign-in and sends stop at once. Default: 720h (30 days). Example: "168h".
	// +optional
	// +kubebuilder:default="720h"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^([0-9]+h)?([0-9]+m)?([0-9]+s)?$`
	// +kubebuilder:validation:MaxLength=20
	// +kubebuilder:validation:XValidation:rule="self != '' && duration(self) <= duration('8760h')",message="deletionGracePeriod must be a time such as 720h, from 0s to 8760h (a year)"
	DeletionGracePeriod *metav1.Duration `json:"deletionGracePeriod,omitempty"`
}

// SubAccountTelephony gives a sub-account a carrier account.
type SubAccountTelephony struct {
	// phoneNumber in E.164 that the agency's carrier account owns; it is moved into the sub-account's own. Numbers are
	// never bought here. Default: none, texts can't be sent yet. Example: "+15005550006".
	// +optional
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[+][1-9][0-9]{6,14}$')",message="telephony.phoneNumber must be in E.164, such as +15005550006"
	PhoneNumber string `json:"phoneNumber,omitempty"`
}

// SubAccountStatus is what the operator found.
type SubAccountStatus struct {
	CommonStatus `json:",inline"`

	// id of the sub-account in the directory and in the API's addresses; what omnicrm.io/adopt names.
	// +optional
	ID string `json:"id,omitempty"`

	// agency is the name of the Agency that the namespace belongs to.
	// +optional
	Agency string `json:"agency,omitempty"`

	// isolation in force.
	// +optional
	Isolation Isolation `json:"isolation,omitempty"`

	// tenantDatabase is the TenantDatabase that holds the data. Never changes by itself.
	// +optional
	TenantDatabase string `json:"tenantDatabase,omitempty"`

	// phoneNumber in E.164 from which texts are sent.
	// +optional
	PhoneNumber string `json:"phoneNumber,omitempty"`

	// carrierAccount is the carrier's name of the sub-account's account. Example: "AC0123456789abcdef0123456789abcdef".
	// +optional
	CarrierAccount string `json:"carrierAccount,omitempty"`

	// invitation of the owner.
	// +optional
	Invitation Invitation `json:"invitation,omitempty"`

	// purgeAt is when a deletion with policy Delete destroys the data. Until then, omnicrm.io/orphan: "true" keeps it.
	// +optional
	PurgeAt *metav1.Time `json:"purgeAt,omitempty"`
}

// SubAccountList is a list of SubAccounts.
//
// +kubebuilder:object:root=true
type SubAccountList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []SubAccount `json:"items"`
}

// Common gives the loop the shared part of the status.
func (s *SubAccount) Common() *CommonStatus { return &s.Status.CommonStatus }
