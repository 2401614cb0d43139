package carrier

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// area is where the built-in numbers on offer are from. The last four digits
// are the end of the range that the numbering plan keeps for fiction.
type area struct {
	code, locality, region, postal, lata string
	latitude, longitude                  float64
}

var areas = []area{
	{"206", "Seattle", "WA", "98101", "674", 47.6062, -122.3321},
	{"212", "New York", "NY", "10001", "132", 40.7128, -74.0060},
	{"312", "Chicago", "IL", "60601", "358", 41.8781, -87.6298},
	{"415", "San Francisco", "CA", "94103", "722", 37.7749, -122.4194},
	{"512", "Austin", "TX", "78701", "558", 30.2672, -97.7431},
}

func (c *Carrier) stockInventory(extra []string) error {
	for _, a := range areas {
		for i := range 10 {
			c.stock(fmt.Sprintf("+1%s55501%02d", a.code, 90+i))
		}
	}
	for _, raw := range extra {
		e164, ok := normalNumber(raw)
		if !ok {
			return fmt.Errorf("carrier: %q is no phone number in E.164", raw)
		}
		c.stock(e164)
	}
	return nil
}

func (c *Carrier) stock(e164 string) {
	if c.hosted(e164) == nil {
		c.inventory[e164] = true
	}
}

func (c *Carrier) listAvailable(q *request) (int, any, *problem) {
	if p := checkAvailableFilters(q); p != nil {
		return 0, nil, p
	}
	size, p := wholeNumber(q.form, "PageSize", 30, 1, 1000)
	if p != nil {
		return 0, nil, p
	}
	contains, err := numberPattern(q.form.Get("Contains"))
	if err != nil {
		return 0, nil, badRequest(21401, "Invalid Contains pattern")
	}
	rows := []any{}
	for _, n := range slices.Sorted(maps.Keys(c.inventory)) {
		if country(n) != q.country || !contains.MatchString(n) || !inArea(n, q.form.Get("AreaCode")) || len(rows) == size {
			continue
		}
		if row := available(n); matches(q.form, "InRegion", row["region"].(string)) &&
			matches(q.form, "InLocality", row["locality"].(string)) {
			rows = append(rows, row)
		}
	}
	return http.StatusOK, map[string]any{"available_phone_numbers": rows, "uri": q.path}, nil
}

func checkAvailableFilters(q *request) *problem {
	if q.form.Get("AreaCode") != "" {
		if _, p := wholeNumber(q.form, "AreaCode", 0, 200, 999); p != nil {
			return p
		}
	}
	for _, key := range []string{"SmsEnabled", "MmsEnabled", "VoiceEnabled", "Beta"} {
		if v := q.form.Get(key); v != "" {
			if _, err := strconv.ParseBool(v); err != nil {
				return badRequest(20001, "Invalid "+key+": true or false")
			}
		}
	}
	return nil
}

func inArea(e164, code string) bool { return code == "" || strings.HasPrefix(e164, "+1"+code) }

func available(e164 string) map[string]any {
	row := map[string]any{
		"friendly_name": national(e164), "phone_number": e164, "iso_country": country(e164),
		"address_requirements": "none", "beta": false, "capabilities": capabilities{Voice: true, SMS: true, MMS: true},
		"locality": "", "region": "", "postal_code": "", "rate_center": "", "lata": "", "latitude": nil, "longitude": nil,
	}
	for _, a := range areas {
		if inArea(e164, a.code) {
			row["locality"], row["region"], row["postal_code"] = a.locality, a.region, a.postal
			row["rate_center"], row["lata"] = strings.ToUpper(a.locality), a.lata
			row["latitude"], row["longitude"] = a.latitude, a.longitude
		}
	}
	return row
}

func (c *Carrier) buyNumber(q *request) (int, any, *problem) {
	if q.account.Status != accountActive {
		return 0, nil, inactive()
	}
	e164, p := c.choose(q)
	if p != nil {
		return 0, nil, p
	}
	n := newNumber(q.account.SID, e164, "", q.now)
	if p := n.configure(q); p != nil {
		return 0, nil, p
	}
	c.addNumber(n)
	return http.StatusCreated, n.resource(), nil
}

func (c *Carrier) choose(q *request) (string, *problem) {
	if raw := q.form.Get("PhoneNumber"); raw != "" {
		e164, ok := normalNumber(raw)
		if !ok {
			return "", badRequest(21421, "PhoneNumber is invalid: "+raw)
		}
		if !c.inventory[e164] {
			return "", badRequest(21422, e164+" is not available")
		}
		return e164, nil
	}
	code := q.form.Get("AreaCode")
	if code == "" {
		return "", badRequest(21404, "PhoneNumber or AreaCode is required")
	}
	for _, n := range slices.Sorted(maps.Keys(c.inventory)) {
		if inArea(n, code) {
			return n, nil
		}
	}
	return "", badRequest(21452, "No phone numbers found in area code "+code)
}

// release gives a number back; it is on offer again.
func (c *Carrier) release(n *number) {
	c.numbers = slices.DeleteFunc(c.numbers, func(m *number) bool { return m == n })
	c.inventory[n.Number] = true
	c.journal.write(entry{Released: n.SID})
	c.announce(notice{Type: "numbers"})
	c.touched()
}

func (c *Carrier) releaseNumbers(account string) {
	for _, n := range slices.Clone(c.numbers) {
		if n.Account == account {
			c.release(n)
		}
	}
}
