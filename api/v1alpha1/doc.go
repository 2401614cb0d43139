// Package v1alpha1 holds the custom resources by which people tell OmniCRM what should exist: the servers and
// databases that hold the data, the agencies (resellers) and their sub-accounts (the resellers' customers).
//
// The types are a leaf: they import Kubernetes types alone, so that a client needs nothing else of ours. Every field
// says its unit, its default and an example; `kubectl explain` shows the same words.
//
// +kubebuilder:object:generate=true
// +groupName=omnicrm.io
package v1alpha1
