package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Group is the API group of every OmniCRM resource.
const Group = "omnicrm.io"

// GroupVersion is the group and version of this package's types.
var GroupVersion = schema.GroupVersion{Group: Group, Version: "v1alpha1"}

// AddToScheme registers the types of this package with a scheme.
func AddToScheme(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion,
		&DatabaseServer{}, &DatabaseServerList{},
		&TenantDatabase{}, &TenantDatabaseList{},
		&Agency{}, &AgencyList{},
		&SubAccount{}, &SubAccountList{},
	)
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}
