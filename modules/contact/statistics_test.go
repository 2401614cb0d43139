package contact

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

var expected = regexp.MustCompile(` rows=(\d+)`)

// The planner walks through a list for what many have, and looks up what few
// have: it knows which is which, of a folded name and of a tag among many.
func TestThePlannerKnowsHowCommonAFilterIs(t *testing.T) {
	t.Parallel()
	dsns := parts.TenantDB(t)
	s, places, _ := served(t, dsns.App)
	ctx := tenancy.WithTenant(t.Context(), places[0].Tenant)
	crowd(t, dsns.Super, places[0].SubAccount) // five thousand
	conn, err := pgx.Connect(ctx, dsns.Super)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for _, sql := range []string{
		`update contact set tags = array(select 't' || n from generate_series(1, 100) n)`,
		`update contact set tags = '{rare}' where sort_name in (select sort_name from contact order by sort_name limit 10)`,
		`update contact set last_name = 'Äb' where sort_name < '8'`,
		`analyze contact`,
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		filter      string
		least, most int
	}{
		"every second one's last name": {`{"field":"last_name","op":"is","value":"ab"}`, 1000, 4000},
		"a tag of one in five hundred": {`{"field":"tags","op":"any_of","value":["rare"]}`, 5, 15},
	} {
		text := planner{s}.plan(t, ctx, ListInput{Filter: []byte(c.filter)})
		lines := strings.Split(strings.TrimSpace(text), "\n")
		rows := 0
		for _, line := range lines { // of the scan, before the limit
			if m := expected.FindStringSubmatch(line); m != nil && strings.Contains(line, "Scan") {
				rows, _ = strconv.Atoi(m[1])
				break
			}
		}
		if rows < c.least || rows > c.most {
			t.Errorf("%s: %d rows are expected, want %d to %d:\n%s", name, rows, c.least, c.most, text)
		}
	}
}
