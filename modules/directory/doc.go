// Package directory knows where everything lives: agencies and their hosts,
// sub-accounts, and the databases that hold them. The operator writes here what
// it provisioned from the custom resources; the API server and the workers read
// it and never ask Kubernetes on a request's path.
//
// Tables (control database): agency, agency_host, sub_account, tenant_database.
//
// Reads come through a cache that is at most two seconds old, so a suspension
// is effective within two seconds in every process. Service implements
// tenancy.Locator. Database passwords and carrier credentials are sealed, bound
// to their row.
//
// The console of an agency changes the custom resources, not these tables
// (verbs …Resource, port Resources): kubectl, GitOps and the console have one
// source of truth.
//
// Ports: Resources (platform/kube), Auditor (modules/audit). Events: none; the
// directory is the administration's, not a tenant's. Jobs: none.
//
// Limits: a sub-account never changes its database by itself; a host leads to
// one agency, whoever had it first.
package directory
