package contact_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func TestBadProfilesAreNamed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	nobody := uuid.New()
	_, err := d.Create(d.ctx, contact.CreateInput{
		FirstName: "Maria",
		Emails:    []contact.AddressInput{{Value: "x"}, {Value: "a@example.com", Primary: true}, {Value: "b@example.com", Primary: true, State: "great"}},
		Phones:    []contact.AddressInput{{Value: "12", Label: strings.Repeat("x", 51)}},
		JobTitle:  strings.Repeat("x", 201), Country: "XX", Timezone: "Mars/Olympus", Birthday: "1984-13-01", DND: []string{"fax"},
		Score: contact.MaxScore + 1, FirstTouch: &contact.Touch{Source: strings.Repeat("x", 2001)}, Followers: []uuid.UUID{ada, nobody},
	})
	f, ok := fault.As(err)
	if !ok || f.Code != fault.Invalid {
		t.Fatal(err)
	}
	var paths []string
	for _, field := range f.Fields {
		paths = append(paths, field.Path)
	}
	want := []string{
		"emails[0].address", "emails[2].state", "emails[2].primary", "phones[0].number", "phones[0].label", "job_title", "address.country", "timezone",
		"birthday", "dnd[0]", "score", "attribution.first.utm_source", "followers[1]",
	}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Error(diff)
	}
	if _, err := d.Create(d.ctx, contact.CreateInput{FirstName: "Maria", Birthday: "2026-03-01"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("somebody who is not born yet: %v", err)
	}
}

func TestAWholeProfileIsKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	made := d.create(contact.CreateInput{
		FirstName: "Maria", JobTitle: "Manager", Street: "500 Howard St", City: "San Francisco", Region: "CA", PostalCode: "94105", Country: "us",
		Timezone: "America/Los_Angeles", Birthday: "1984-05-23", FirstTouch: &contact.Touch{Source: "news", At: start}, LastTouch: &contact.Touch{GoogleClick: "x"},
		Followers: []uuid.UUID{ada, ada}, DND: []string{"Voice", "sms"}, Score: 7, CompanyID: uuid.NullUUID{UUID: d.company(contact.CompanyInput{Name: ptr("Rossi")}).ID, Valid: true},
	})
	read, err := d.Get(d.ctx, made.ID)
	if diff := cmp.Diff(made, read); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
	if read.Country != "US" || len(read.Followers) != 1 || strings.Join(read.DND, ",") != "sms,voice" || read.LastTouch.GoogleClick != "x" {
		t.Errorf("%+v", read)
	}
	if same, err := d.Update(d.ctx, contact.UpdateInput{ID: made.ID, City: ptr("San  Francisco")}); err != nil || same.Version != 1 {
		t.Errorf("a change that changes nothing: %d, %v", same.Version, err)
	}
	_, last := d.heard(made.ID)
	if last.After == nil || last.After.Address.City != "San Francisco" || last.After.Attribution.First.Source != "news" || *last.After.Birthday != "1984-05-23" {
		t.Errorf("the event tells %+v", last.After)
	}
}
