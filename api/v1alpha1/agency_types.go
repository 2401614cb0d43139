package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Conditions of an Agency beside Ready, Reconciling, Stalled and Directory.
const (
	// ConditionNamespace: the agency's namespace exists and is ours.
	ConditionNamespace = "Namespace"
	// ConditionAccess: the reseller's groups may manage the namespaced kinds in it, and nothing else.
	ConditionAccess = "Access"
	// ConditionLimits: the namespace's quota is as spec.limits says.
	ConditionLimits = "Limits"
	// ConditionNetwork: the namespace denies all network traffic by default.
	ConditionNetwork = "Network"
	// ConditionTenantDatabase: there is a database, ready, for the agency's sub-accounts.
	ConditionTenantDatabase = "TenantDatabase"
	// ConditionHosts: every host of spec.hosts leads to this agency and to no other.
	ConditionHosts = "Hosts"
	// ConditionTelephony: the carrier is set up, or not asked for.
	ConditionTelephony = "Telephony"
	// ConditionInvitation: the owner has been invited, or has accepted.
	ConditionInvitation = "Invitation"
	// ConditionCleanup: what a deletion still has to do, and when.
	ConditionCleanup = "Cleanup"
)

// Agency is a reseller: its namespace, its brand, its hosts, and the defaults for its customers.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,path=agencies,singular=agency,shortName=ag,categories=omnicrm
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Host",type=string,JSONPath=`.spec.hosts[0]`
// +kubebuilder:printcolumn:name="Namespace",type=string,JSONPath=`.status.namespace`
// +kubebuilder:printcolumn:name="Isolation",type=string,JSONPath=`.spec.isolation`
// +kubebuilder:printcolumn:name="Database",type=string,JSONPath=`.status.tenantDatabase`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 40 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",message="metadata.name must start with a small letter, hold small letters, digits and - alone, and have at most 40 characters: the namespace and the database are named after it"
type Agency struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what should be.
	// +required
	Spec AgencySpec `json:"spec"`

	// status is what is; written by the operator alone.
	// +optional
	Status AgencyStatus `json:"status,omitempty"`
}

// AgencySpec describes a reseller.
//
// +kubebuilder:validation:XValidation:rule="has(self.__namespace__) == has(oldSelf.__namespace__)",message="namespace is immutable: create another Agency"
// +kubebuilder:validation:XValidation:rule="!(has(self.databaseServerRef) && has(self.databaseServerSelector))",message="set databaseServerRef or databaseServerSelector, not both"
type AgencySpec struct {
	// displayName is the reseller's name as people read it. Example: "Acme Marketing".
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=80
	DisplayName string `json:"displayName"`

	// namespace that the operator creates for the agency and in which its SubAccounts live. Immutable.
	// Default: "agency-" and metadata.name. Example: "agency-acme".
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="namespace is immutable: create another Agency"
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="namespace must hold small letters, digits and - alone, such as agency-acme"
	// +kubebuilder:validation:XValidation:rule="self != 'default' && !self.startsWith('kube-')",message="namespace is reserved by Kubernetes: choose another, such as agency-acme"
	Namespace string `json:"namespace,omitempty"`

	// owner is invited as the agency's owner: full rights over the agency and all its sub-accounts.
	// +required
	Owner Owner `json:"owner"`

	// groups of people, as the cluster's identity provider names them, who may manage SubAccounts in the agency's
	// namespace with kubectl or GitOps. Default: one group, "omnicrm:agency:" and metadata.name.
	// Example: ["acme-platform"].
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.all(g, !g.startsWith('system:'))",message="groups must not begin with system: — those are Kubernetes' own; name a group of your identity provider"
	Groups []string `json:"groups,omitempty"`

	// hosts at which the agency's people sign in; the first is used in links. A host leads to one agency only: whoever
	// had it first keeps it. Example: ["app.acme.example"].
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.all(h, h.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)+$'))",message="hosts must be host names in small letters without scheme or port, such as app.acme.example"
	Hosts []string `json:"hosts"`

	// branding is how the app looks at the agency's hosts.
	// +optional
	Branding Branding `json:"branding,omitempty"`

	// isolation of sub-accounts that don't choose their own. Immutable, as sub-accounts are not moved silently.
	// Default: Agency.
	// +optional
	// +kubebuilder:default=Agency
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="isolation is immutable: set isolation on the SubAccounts that should differ"
	Isolation Isolation `json:"isolation,omitempty"`

	// databaseServerRef names the DatabaseServer for the agency's databases. Looked at when a database is created.
	// Default: the ready server with the most room.
	// +optional
	DatabaseServerRef *ServerRef `json:"databaseServerRef,omitempty"`

	// databaseServerSelector picks among the ready DatabaseServers by their labels. Looked at when a database is
	// created. Example: {matchLabels: {region: eu}}.
	// +optional
	DatabaseServerSelector *metav1.LabelSelector `json:"databaseServerSelector,omitempty"`

	// tier is the share of the workers that each of the agency's sub-accounts has: how many of its jobs run at once, and
	// how much a turn of it counts beside another's. The worker's OMNICRM_TIERS says what the names mean; one that it
	// doesn't know counts as Standard. Default: Standard. Example: "Premium".
	// +optional
	// +kubebuilder:default=Standard
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=40
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z][A-Za-z0-9-]*$')",message="tier must begin with a letter and hold letters, digits and - alone, such as Premium"
	Tier string `json:"tier,omitempty"`

	// limits bound what the agency may create.
	// +optional
	// +kubebuilder:default={}
	Limits AgencyLimits `json:"limits,omitempty"`

	// telephony connects the agency's account at the carrier. Without it, SubAccounts have no telephony.
	// +optional
	Telephony *AgencyTelephony `json:"telephony,omitempty"`

	// deletionPolicy says what becomes of the agency's database and directory entry when this resource is deleted.
	// SubAccounts must be gone before; each follows its own policy. Default: Retain.
	// +optional
	// +kubebuilder:default=Retain
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`

	// deletionGracePeriod is how long a deletion with policy Delete waits before it destroys anything, counted from
	// the deletion. Default: 720h (30 days). Example: "168h".
	// +optional
	// +kubebuilder:default="720h"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^([0-9]+h)?([0-9]+m)?([0-9]+s)?$`
	// +kubebuilder:validation:MaxLength=20
	// +kubebuilder:validation:XValidation:rule="self != '' && duration(self) <= duration('8760h')",message="deletionGracePeriod must be a time such as 720h, from 0s to 8760h (a year)"
	DeletionGracePeriod *metav1.Duration `json:"deletionGracePeriod,omitempty"`
}

// Branding is how the app looks at the agency's hosts.
type Branding struct {
	// logoURL of an SVG or PNG, shown at most 160 by 40 CSS pixels. Default: the display name in letters.
	// Example: "https://cdn.acme.example/logo.svg".
	// +optional
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="isURL(self) && self.startsWith('https://')",message="branding.logoURL must be an https:// address"
	LogoURL string `json:"logoURL,omitempty"`

	// primaryColor of buttons and links, in the light theme; the dark theme's is derived with enough contrast.
	// Example: "#0f6fde".
	// +optional
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^#[0-9a-fA-F]{6}$')",message="branding.primaryColor must be a colour such as #0f6fde"
	PrimaryColor string `json:"primaryColor,omitempty"`

	// accentColor of highlights. Default: primaryColor. Example: "#12b886".
	// +optional
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^#[0-9a-fA-F]{6}$')",message="branding.accentColor must be a colour such as #12b886"
	AccentColor string `json:"accentColor,omitempty"`

	// supportEmail that the app shows to people who need help. Example: "help@acme.example".
	// +optional
	// +kubebuilder:validation:MaxLength=254
	// +kubebuilder:validation:XValidation:rule="self.matches('^[^@\\\\s]+@[^@\\\\s.]+([.][^@\\\\s.]+)*$')",message="branding.supportEmail must be an e-mail address, such as help@acme.example"
	SupportEmail string `json:"supportEmail,omitempty"`
}

// AgencyLimits bound what an agency may create.
type AgencyLimits struct {
	// subAccounts is the number of SubAccounts in the agency's namespace. Default: 100.
	// +optional
	// +kubebuilder:default=100
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	SubAccounts *int32 `json:"subAccounts,omitempty"`
}

// AgencyTelephony connects the agency's account at the carrier.
type AgencyTelephony struct {
	// credentialsSecretRef names a Secret in the agency's namespace with the keys "accountSid" and "authToken" of the
	// agency's Twilio account. Watched: rotated tokens need no restart. Example: {name: twilio}.
	// +required
	CredentialsSecretRef LocalSecretRef `json:"credentialsSecretRef"`
}

// AgencyStatus is what the operator found.
type AgencyStatus struct {
	CommonStatus `json:",inline"`

	// id of the agency in the directory; what omnicrm.io/adopt names.
	// +optional
	ID string `json:"id,omitempty"`

	// namespace of the agency.
	// +optional
	Namespace string `json:"namespace,omitempty"`

	// tenantDatabase is the TenantDatabase for sub-accounts that don't ask for another; empty with isolation Dedicated.
	// +optional
	TenantDatabase string `json:"tenantDatabase,omitempty"`

	// telephonySecretVersion is the resourceVersion of the Secret whose carrier credentials are in use. After a rotation
	// it shows that the new ones have arrived.
	// +optional
	TelephonySecretVersion string `json:"telephonySecretVersion,omitempty"`

	// invitation of the owner.
	// +optional
	Invitation Invitation `json:"invitation,omitempty"`
}

// AgencyList is a list of Agencies.
//
// +kubebuilder:object:root=true
type AgencyList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Agency `json:"items"`
}

// Common gives the loop the shared part of the status.
func (a *Agency) Common() *CommonStatus { return &a.Status.CommonStatus }
