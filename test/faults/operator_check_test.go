package faults_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/test/operator"
)

// checkOnce compares everything outside with what must be there exactly once.
func (c *cycle) checkOnce() {
	c.Helper()
	c.same("databases", c.databases(), c.physical())
	c.same("objects in the cluster", c.objects(), []string{
		"Namespace/" + c.namespace(), "NetworkPolicy/omnicrm-default-deny", "ResourceQuota/omnicrm", "RoleBinding/omnicrm-agency",
		"Secret/one-owner-invitation", "Secret/owner-invitation", "Secret/twilio", "Secret/two-owner-invitation",
		"TenantDatabase/" + c.name + ".two", "TenantDatabase/agency-" + c.name,
	})
	c.same("rows of the directory", c.rows(), []string{
		"agency active", "agency.created", "database " + c.name + ".two active", "database agency-" + c.name + " active",
		"database.created", "database.created", "host", "open invitation", "open invitation", "open invitation",
		"sub_account one active", "sub_account two active", "sub_account.created", "sub_account.created",
	})
	c.checkInvitations()
	c.checkCarrier()
}

// checkNothing compares everything outside with nothing.
func (c *cycle) checkNothing() {
	c.Helper()
	c.same("databases", c.databases(), nil)
	c.same("objects in the cluster", c.objects(), nil)
	c.same("rows of the directory", slices.DeleteFunc(c.rows(), func(s string) bool { return strings.Contains(s, ".created") }), nil)
	if open := c.accounts("active"); len(open) != 0 {
		c.Errorf("the carrier has open accounts: %v", open)
	}
	if holder := c.holder(); holder.Account != c.stage.Carrier.Account().SID || holder.SmsURL != "" {
		c.Errorf("the number was not given back: %+v", holder)
	}
}

func (c *cycle) same(what string, got, want []string) {
	c.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		c.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// databases are the physical databases of this cycle, and every draft.
func (c *cycle) databases() []string {
	c.Helper()
	conn, err := pgx.Connect(c.Context(), c.stage.Postgres.DSN)
	c.ok(err)
	defer func() { _ = conn.Close(context.WithoutCancel(c.Context())) }()
	rows, err := conn.Query(c.Context(), `select datname from pg_database where datname like 'omnicrm_agency_' || $1
		or datname like 'omnicrm_' || $1 || '_two_%' or datname like 'omnicrm_draft_%'`, c.name)
	c.ok(err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	c.ok(err)
	return names
}

// physical are the databases that the resources name.
func (c *cycle) physical() []string {
	c.Helper()
	var out []string
	for _, name := range []string{"agency-" + c.name, c.name + ".two"} {
		var t v1alpha1.TenantDatabase
		c.ok(c.stage.Client.Get(c.Context(), client.ObjectKey{Name: name}, &t))
		out = append(out, t.Status.DatabaseName)
	}
	return out
}

// objects are what the operator makes in the cluster, and the Secret that a person made.
func (c *cycle) objects() []string {
	c.Helper()
	var out []string
	for kind, list := range map[string]client.ObjectList{
		"RoleBinding": &rbacv1.RoleBindingList{}, "ResourceQuota": &corev1.ResourceQuotaList{},
		"NetworkPolicy": &networkingv1.NetworkPolicyList{}, "Secret": &corev1.SecretList{},
	} {
		out = append(out, c.list(kind, list, client.InNamespace(c.namespace()))...)
	}
	out = append(out, c.list("Namespace", &corev1.NamespaceList{}, client.MatchingLabels{v1alpha1.LabelAgency: c.name})...)
	return append(out, c.list("TenantDatabase", &v1alpha1.TenantDatabaseList{}, client.MatchingLabels{v1alpha1.LabelAgency: c.name})...)
}

func (c *cycle) list(kind string, list client.ObjectList, options ...client.ListOption) []string {
	c.Helper()
	c.ok(c.stage.Client.List(c.Context(), list, options...))
	text, err := json.Marshal(list)
	c.ok(err)
	var found struct {
		Items []struct {
			Metadata struct{ Name string }
		}
	}
	c.ok(json.Unmarshal(text, &found))
	out := make([]string, 0, len(found.Items))
	for _, item := range found.Items {
		out = append(out, kind+"/"+item.Metadata.Name)
	}
	return out
}

// rows are what the control database has of this cycle.
func (c *cycle) rows() (out []string) {
	c.Helper()
	c.ok(c.stage.Control.InTx(c.Context(), func(tx pgx.Tx) error {
		rows, err := tx.Query(c.Context(), `
			with a as (select id from agency where name = $1), d as (select id, name, status from tenant_database where name in ('agency-' || $1, $1 || '.two'))
			select 'agency ' || status from agency where name = $1
			union all select 'host' from agency_host where host = $1 || '.example'
			union all select 'database ' || name || ' ' || status from d
			union all select 'sub_account ' || name || ' ' || status from sub_account where namespace = 'agency-' || $1
			union all select 'open invitation' from invitation where agency_id in (select id from a) and revoked_at is null and accepted_at is null
			union all select action from audit_entry where action like '%.created' and (agency_id in (select id from a) or subject_id in (select id from d))`, c.name)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	}))
	return out
}

// checkInvitations opens every link that a Secret shows.
func (c *cycle) checkInvitations() {
	c.Helper()
	_, access := c.stage.Modules()
	for _, name := range []string{"owner-invitation", "one-owner-invitation", "two-owner-invitation"} {
		var secret corev1.Secret
		c.ok(c.stage.Client.Get(c.Context(), client.ObjectKey{Namespace: c.namespace(), Name: name}, &secret))
		_, err := access.Invitation(c.Context(), uuid.MustParse(c.agency.Status.ID), operator.Token(string(secret.Data["link"])))
		if err != nil {
			c.Errorf("the link in the Secret %s opens nothing: %v", name, err)
		}
	}
}

// checkCarrier looks for exactly one account with the number, known to the directory.
func (c *cycle) checkCarrier() {
	c.Helper()
	directory, _ := c.stage.Modules()
	sub := c.subs[0]
	id := uuid.MustParse(sub.Status.ID)
	made := c.accounts("")
	if len(made) != 1 {
		c.Errorf("the carrier made %d accounts: %v", len(made), made)
		return
	}
	known, err := directory.Telephony(c.Context(), id)
	if err != nil || known.AccountSID != made[0] || sub.Annotations[v1alpha1.AnnotationExternalName] != made[0] {
		c.Errorf("the carrier made %s; the directory has %v (%v), the annotation %q", made[0], known, err, sub.Annotations[v1alpha1.AnnotationExternalName])
	}
	holder := c.holder()
	if holder.Account != made[0] || !strings.HasPrefix(holder.SmsURL, operator.WebhookURL(id)) {
		c.Errorf("%s is with %+v, not with %s", c.number, holder, made[0])
	}
}

// accounts are the accounts that were made for the sub-account, of a status or ("") of any.
func (c *cycle) accounts(status string) (sids []string) {
	c.Helper()
	var list struct {
		Accounts []struct {
			SID, Status  string
			FriendlyName string `json:"friendly_name"`
		}
	}
	c.carrier("/2010-04-01/Accounts.json?PageSize=1000", &list)
	for _, a := range list.Accounts {
		if a.FriendlyName == "omnicrm:"+c.subs[0].Status.ID && (status == "" || a.Status == status) {
			sids = append(sids, a.SID)
		}
	}
	return sids
}

type holding struct {
	Account string `json:"account_sid"`
	SmsURL  string `json:"sms_url"`
	Number  string `json:"phone_number"`
}

// holder tells who has the number of this cycle.
func (c *cycle) holder() holding {
	c.Helper()
	for _, sid := range append(c.accounts("active"), c.stage.Carrier.Account().SID) {
		var list struct {
			Numbers []holding `json:"incoming_phone_numbers"`
		}
		c.carrier(fmt.Sprintf("/2010-04-01/Accounts/%s/IncomingPhoneNumbers.json?PhoneNumber=%%2B%s", sid, c.number[1:]), &list)
		for _, n := range list.Numbers {
			if n.Number == c.number {
				return n
			}
		}
	}
	return holding{}
}

func (c *cycle) carrier(path string, out any) {
	c.Helper()
	req, err := http.NewRequestWithContext(c.Context(), http.MethodGet, c.stage.Carrier.URL+path, nil)
	c.ok(err)
	root := c.stage.Carrier.Account()
	req.SetBasicAuth(root.SID, root.Token)
	res, err := http.DefaultClient.Do(req)
	c.ok(err)
	defer func() { _ = res.Body.Close() }()
	c.ok(json.NewDecoder(res.Body).Decode(out))
}
