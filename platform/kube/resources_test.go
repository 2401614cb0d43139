package kube

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/sandbox/parts/kubetest"
)

func TestResourcesAsTheConsoleUsesThem(t *testing.T) {
	t.Parallel()
	c, err := NewClient(kubetest.Start(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, r := t.Context(), NewResources(c)
	if err := c.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "agency-console"}}); err != nil {
		t.Fatal(err)
	}
	wanted := func(name string) *v1alpha1.SubAccount {
		return &v1alpha1.SubAccount{ObjectMeta: metav1.ObjectMeta{Namespace: "agency-console", Name: name}, Spec: v1alpha1.SubAccountSpec{
			DisplayName: "Bright Dental", Timezone: "America/New_York", Country: "US", Currency: "USD",
			Owner: v1alpha1.Owner{Email: "grace@brightdental.example"},
		}}
	}
	made, err := r.CreateSubAccount(ctx, wanted("bright"))
	if err != nil || made.UID == "" || made.Spec.DeletionPolicy != v1alpha1.DeletionRetain {
		t.Fatalf("%+v, %v", made, err)
	}
	_, err = r.CreateSubAccount(ctx, wanted("bright"))
	slug(t, err, fault.Conflict, "sub_account.name_taken")

	bad := wanted("bad")
	bad.Spec.Country, bad.Spec.Owner.Email = "usa", "grace"
	_, err = r.CreateSubAccount(ctx, bad)
	slug(t, err, fault.Invalid, "sub_account.invalid")
	f, _ := fault.As(err)
	var paths []string
	for _, field := range f.Fields {
		paths = append(paths, field.Path)
	}
	slices.Sort(paths)
	if diff := cmp.Diff([]string{"country", "owner_email"}, paths); diff != "" {
		t.Errorf("%s\n%+v", diff, f.Fields)
	}
	if got := f.Fields[0].Message; f.Fields[0].Path == "country" && got != "country must be two capital letters of ISO 3166-1, such as US" {
		t.Error(got)
	}

	patched, err := r.PatchSubAccount(ctx, "agency-console", "bright", func(s *v1alpha1.SubAccount) error {
		s.Spec.Suspended = true
		return nil
	})
	if err != nil || !patched.Spec.Suspended {
		t.Fatalf("%+v, %v", patched, err)
	}
	list, err := r.ListSubAccounts(ctx, "agency-console")
	if err != nil || len(list) != 1 || !list[0].Spec.Suspended {
		t.Fatalf("%+v, %v", list, err)
	}
	refusal := fault.New(fault.Stale, "sub_account.stale", "Somebody was faster.")
	refuse := func(*v1alpha1.SubAccount) error { return refusal }
	_, err = r.PatchSubAccount(ctx, "agency-console", "bright", refuse)
	slug(t, err, fault.Stale, "sub_account.stale")
	slug(t, r.DeleteSubAccount(ctx, "agency-console", "bright", refuse), fault.Stale, "sub_account.stale")
	if err := r.DeleteSubAccount(ctx, "agency-console", "bright", anyVersion); err != nil {
		t.Fatal(err)
	}
	_, err = r.GetSubAccount(ctx, "agency-console", "bright")
	slug(t, err, fault.NotFound, "sub_account.unknown")
	_, err = r.PatchSubAccount(ctx, "agency-console", "bright", anyVersion)
	slug(t, err, fault.NotFound, "sub_account.unknown")
	slug(t, r.DeleteSubAccount(ctx, "agency-console", "bright", anyVersion), fault.NotFound, "sub_account.unknown")
}

func TestTranslate(t *testing.T) {
	t.Parallel()
	of := schema.GroupResource{Group: v1alpha1.Group, Resource: "subaccounts"}
	tests := map[string]struct {
		err  error
		code fault.Code
		slug string
	}{
		"a lost race":         {apierrors.NewConflict(of, "a", errors.New("changed")), fault.Conflict, "sub_account.changed"},
		"a full quota":        {apierrors.NewForbidden(of, "a", errors.New("exceeded quota: omnicrm")), fault.Denied, "sub_account.limit"},
		"no right":            {apierrors.NewForbidden(of, "a", errors.New("no")), fault.Denied, "kubernetes.denied"},
		"the API is away":     {errors.New("connection refused"), fault.Unavailable, "kubernetes.unavailable"},
		"the API is too slow": {context.DeadlineExceeded, fault.Unavailable, "kubernetes.unavailable"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			slug(t, translate(tc.err), tc.code, tc.slug)
		})
	}
	if err := translate(context.Canceled); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func slug(t *testing.T, err error, code fault.Code, want string) {
	t.Helper()
	if f, ok := fault.As(err); !ok || f.Code != code || f.Slug != want {
		t.Errorf("got %v; want %s %s", err, code, want)
	}
}

func anyVersion(*v1alpha1.SubAccount) error { return nil }
