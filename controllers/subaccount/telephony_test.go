package subaccount

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/modules/sms"
)

func TestSettling(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		begun string
		want  time.Duration
	}{
		"nothing was begun":                       {"", 0},
		"begun just now":                          {now.Format(time.RFC3339Nano), settle},
		"begun a while ago":                       {now.Add(-settle / 2).Format(time.RFC3339Nano), settle / 2},
		"long enough ago for the list to be true": {now.Add(-settle).Format(time.RFC3339Nano), 0},
		"a mark that somebody spoilt":             {"yesterday", 0},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sub := &v1alpha1.SubAccount{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{v1alpha1.AnnotationCreatePending: tc.begun}}}
			if got := settling(sub, now); got != tc.want {
				t.Errorf("got %v; want %v", got, tc.want)
			}
		})
	}
}

func TestWhatIsToldOfTelephony(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		number, status string
		reason         string
		fault          bool
	}{
		"an account with its number":          {"+15005550006", "active", ReasonConnected, false},
		"an account without a number":         {"", "active", ReasonNoNumber, true},
		"an account that the carrier stopped": {"+15005550006", "suspended", ReasonAccountSuspended, true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sub := &v1alpha1.SubAccount{Status: v1alpha1.SubAccountStatus{PhoneNumber: tc.number}}
			got, err := told(sub, sms.Account{SID: "AC1", Status: tc.status})
			if err != nil || got.Reason != tc.reason || got.Fault != tc.fault || got.Message == "" {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}
