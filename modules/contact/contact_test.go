package contact_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func TestInputIsCleanedAsPeopleMeanIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		country  string
		in, want contact.CreateInput
	}{
		"a national number gets the sub-account's country": {
			"US", contact.CreateInput{Phone: "(415) 555-0123"}, contact.CreateInput{Phone: "+14155550123", Tags: []string{}},
		},
		"a trunk prefix goes": {
			"DE", contact.CreateInput{Phone: "030 901820"}, contact.CreateInput{Phone: "+4930901820", Tags: []string{}},
		},
		"an international number keeps its own country": {
			"US", contact.CreateInput{Phone: "+44 20 7946 0958"}, contact.CreateInput{Phone: "+442079460958", Tags: []string{}},
		},
		"what is no number stays as typed": {
			"US", contact.CreateInput{Phone: "call me"}, contact.CreateInput{Phone: "call me", Tags: []string{}},
		},
		"an e-mail address is in lower case": {
			"US", contact.CreateInput{Email: "  Maria@Example.COM "}, contact.CreateInput{Email: "maria@example.com", Tags: []string{}},
		},
		"names have single spaces and composed accents": {
			"US", contact.CreateInput{FirstName: "  Ana   Mari\u0301a "}, contact.CreateInput{FirstName: "Ana María", Tags: []string{}},
		},
		"tags are in lower case, each once": {
			"US", contact.CreateInput{Tags: []string{"VIP", " vip ", "Beta  user"}}, contact.CreateInput{Tags: []string{"vip", "beta user"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, c.in.Clean(c.country)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestValidateNamesEveryFieldAtOnce(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 101)
	for name, c := range map[string]struct {
		in   contact.CreateInput
		want []string
	}{
		"nothing at all":         {contact.CreateInput{}, []string{"first_name"}},
		"a name is enough":       {contact.CreateInput{LastName: "Rossi"}, nil},
		"a wrong number":         {contact.CreateInput{Phone: "+1415555"}, []string{"phone"}},
		"an impossible country":  {contact.CreateInput{Phone: "+999123456789"}, []string{"phone"}},
		"a short code, as typed": {contact.CreateInput{Phone: "12345"}, []string{"phone"}},
		"an e-mail without a domain's dot": {
			contact.CreateInput{Email: "maria@localhost"}, []string{"email"},
		},
		"an e-mail with a name around it": {contact.CreateInput{Email: "maria <maria@example.com>"}, []string{"email"}},
		"letters nobody can see":          {contact.CreateInput{FirstName: "a\x00b"}, []string{"first_name"}},
		"everything wrong": {
			contact.CreateInput{FirstName: long, LastName: long, Source: long, Email: "x", Phone: "x", Tags: []string{"ok", "", long}},
			[]string{"first_name", "last_name", "source", "email", "phone", "tags[1]", "tags[2]"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			if f, ok := fault.As(c.in.Validate()); ok {
				for _, field := range f.Fields {
					got = append(got, field.Path)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzParsePhone(f *testing.F) {
	for _, s := range []string{"(415) 555-0123", "+14155550123", "tel:+1-201-555-0123;ext=5", "0049 30 901820", "١٢٣", ""} {
		f.Add(s, "US")
	}
	f.Fuzz(func(t *testing.T, raw, country string) {
		p, ok := contact.ParsePhone(raw, country)
		if !ok {
			return
		}
		if !contact.ValidAddress(p) || p[0] != '+' {
			t.Fatalf("%q gives %q, which is not E.164", raw, p)
		}
		if again, ok := contact.ParsePhone(p, "ZZ"); !ok || again != p {
			t.Fatalf("%q gives %q, which reads as %q", raw, p, again)
		}
	})
}
