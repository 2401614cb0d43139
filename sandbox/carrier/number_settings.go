package carrier

import "strings"

// setting is a parameter of a number and where it is kept.
type setting struct {
	key   string
	field *string
}

// configure takes the settings of a create or update into the number: what the
// request doesn't name stays.
func (n *number) configure(q *request) *problem {
	if q.form.Has("FriendlyName") {
		n.Name = q.form.Get("FriendlyName")
	}
	for _, s := range []setting{
		{"SmsUrl", &n.SMSURL},
		{"SmsFallbackUrl", &n.SMSFallbackURL},
		{"StatusCallback", &n.StatusCallback},
		{"VoiceUrl", &n.VoiceURL},
	} {
		if !q.form.Has(s.key) {
			continue
		}
		value := q.form.Get(s.key)
		if value != "" && !webAddress(value) {
			return badRequest(21402, s.key+" is not a valid URL: "+value)
		}
		*s.field = value
	}
	for _, s := range []setting{
		{"SmsMethod", &n.SMSMethod},
		{"SmsFallbackMethod", &n.SMSFallbackMethod},
		{"StatusCallbackMethod", &n.StatusMethod},
		{"VoiceMethod", &n.VoiceMethod},
	} {
		if !q.form.Has(s.key) {
			continue
		}
		value := strings.ToUpper(q.form.Get(s.key))
		if value != "GET" && value != "POST" {
			return badRequest(21403, s.key+" is not a valid method: GET or POST")
		}
		*s.field = value
	}
	return nil
}
