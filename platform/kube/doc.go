// Package kube is the way to the Kubernetes API: the scheme with our kinds, clients, the settings of the operator's
// manager, and the custom resources as an agency's console lists and changes them. The console and kubectl work on the
// same resources; nothing here is asked on the path of a data request.
package kube
