package contact

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
)

func (nobody) Timezone(context.Context) (string, error) { return "America/New_York", nil }

func TestAFilterFindsItsContacts(t *testing.T) {
	t.Parallel()
	s, ctx := filled(t, people)
	for name, c := range map[string]struct {
		filter string
		want   []string
	}{
		"nothing asked":                  {`null`, []string{"+14155550199", "100% Under_score", "info@rossi.example", "José Álvarez", "Maria Rossi", "Zoë"}},
		"a name, whatever its case":      {`{"field":"first_name","op":"is","value":"JOSE"}`, []string{"José Álvarez"}},
		"not a name, the nameless too":   {`{"field":"first_name","op":"none_of","value":["maria","jose","zoe"]}`, []string{"+14155550199", "100% Under_score", "info@rossi.example"}},
		"a part with LIKE's own letters": {`{"field":"last_name","op":"contains","value":"r_s"}`, []string{"100% Under_score"}},
		"a number as people write it":    {`{"field":"phone","op":"starts_with","value":"+1 (415)"}`, []string{"+14155550199", "José Álvarez"}},
		"no number":                      {`{"field":"phone","op":"empty"}`, []string{"100% Under_score", "info@rossi.example", "Maria Rossi"}},
		"one tag of two":                 {`{"field":"tags","op":"any_of","value":["VIP","beta"]}`, []string{"+14155550199", "José Álvarez", "Maria Rossi"}},
		"both tags":                      {`{"field":"tags","op":"all_of","value":["vip","beta"]}`, []string{"José Álvarez"}},
		"no tag at all":                  {`{"field":"tags","op":"empty"}`, []string{"100% Under_score", "info@rossi.example", "Zoë"}},
		"nobody's":                       {`{"field":"owner_id","op":"empty"}`, []string{"+14155550199", "100% Under_score", "info@rossi.example", "José Álvarez", "Maria Rossi", "Zoë"}},
		"mine, who am nobody":            {`{"field":"owner_id","op":"is","value":"me"}`, []string{}},
		"made today":                     {`{"field":"created_at","op":"on","value":"today"}`, []string{"+14155550199", "100% Under_score", "info@rossi.example", "José Álvarez", "Maria Rossi", "Zoë"}},
		"made before today":              {`{"field":"created_at","op":"before","value":"today"}`, []string{}},
		"without notes":                  {`{"related":"notes"}`, []string{}},
		"groups in groups":               {`{"and":[{"not":{"field":"tags","op":"any_of","value":["beta"]}},{"or":[{"field":"email","op":"not_empty"},{"field":"name","op":"is","value":"zoe"}]}]}`, []string{"100% Under_score", "info@rossi.example", "Maria Rossi", "Zoë"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := s.List(ctx, ListInput{Filter: []byte(c.filter)})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, names(got)); diff != "" {
				t.Error(diff)
			}
			n, err := s.Count(ctx, CountInput{Filter: []byte(c.filter)})
			if err != nil || n != (Count{N: int64(len(c.want)), Exact: true}) {
				t.Errorf("counted %+v, %v", n, err)
			}
		})
	}
}

func TestAFilterThatDoesNotFitIsRefusedByPlace(t *testing.T) {
	t.Parallel()
	s, ctx := filled(t, nil)
	for in, path := range map[string]string{
		`{"and":[{"field":"custom.gone","op":"is","value":"a"}]}`: "filter.and[0].field",
		`[]`:                       "filter",
		`{"event":"message.read"}`: "filter.event",
	} {
		_, err := s.List(ctx, ListInput{Filter: []byte(in)})
		f, ok := fault.As(err)
		if !ok || f.Slug != "filter.invalid" || len(f.Fields) != 1 || f.Fields[0].Path != path {
			t.Errorf("%s: %v", in, err)
		}
		if _, err := s.Count(ctx, CountInput{Filter: []byte(in)}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: counted: %v", in, err)
		}
	}
}

// What took too long to count is estimated.
func TestACountThatTakesTooLongIsEstimated(t *testing.T) {
	t.Parallel()
	s, ctx := filled(t, people)
	var slow []string
	for i := range 20 {
		slow = append(slow, fmt.Sprintf(`{"field":"source","op":"contains","value":"é%d"}`, i))
	}
	in := CountInput{Filter: []byte(`{"not":{"or":[` + strings.Join(slow, ",") + `]}}`)}
	if err := s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			insert into contact (sub_account_id, id, sort_name, source, created_at, updated_at)
			select current_setting('omnicrm.sub_account')::uuid, gen_random_uuid(), '', repeat('ÀÉ', 40), now(), now() from generate_series(1, 200)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	n, err := s.count(ctx, in, time.Millisecond)
	if err != nil || n.Exact || n.N <= 0 {
		t.Errorf("got %+v, %v", n, err)
	}
	if n, err = s.count(ctx, in, 10*time.Minute); err != nil || n != (Count{N: 206, Exact: true}) {
		t.Errorf("got %+v, %v", n, err)
	}
}
