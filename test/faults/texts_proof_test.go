package faults_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

// goodBooks are those of a shop that sent one text, was told STOP, confirmed it and
// held the next one back.
func goodBooks() books {
	at := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	shop := uuid.MustParse("00000000-0000-0000-0000-0000000000aa")
	id := func(n byte) uuid.UUID { return uuid.UUID{15: n} }
	yes, no, none := true, false, ""
	const ours, theirs = "+14155550100", "+12125551000"
	return books{
		Accepted: []accepted{{shop, id(1), theirs, "one"}, {shop, id(4), theirs, "two"}},
		Texts: []text{
			{shop, id(1), "out", "conversational", "key", ours, theirs, "one", "delivered", "", "SM1", &none, &yes, at},
			{shop, id(2), "in", "conversational", "contact", theirs, ours, stopWord, "received", "", "SM2", nil, nil, at.Add(time.Minute)},
			{shop, id(3), "out", optOutNotice, "system", ours, theirs, "unsubscribed", "delivered", "", "SM3", &none, &yes, at.Add(time.Minute)},
			{shop, id(4), "out", "conversational", "key", ours, theirs, "two", "held", "opt_out", "", &none, &no, at.Add(2 * time.Minute)},
		},
		Calls: []call{{shop, id(1), "accepted", at}, {shop, id(3), "accepted", at.Add(time.Minute + time.Second)}},
		Ledgers: []ledger{{
			SubAccountID: shop, Events: 9, First: 1, Last: 9, TextEvents: 4, TextsKept: 4,
		}},
		Carrier: []carrier.Message{
			{SID: "SM1", Direction: carrier.Outbound, From: ours, To: theirs, Body: "one", Status: carrier.StatusDelivered},
			{SID: "SM2", Direction: carrier.Inbound, From: theirs, To: ours, Body: stopWord, Status: carrier.StatusReceived},
			{SID: "SM3", Direction: carrier.Outbound, From: ours, To: theirs, Body: "unsubscribed", Status: carrier.StatusDelivered},
		},
	}
}

// The checker is itself checked: each broken promise is found, and named.
func TestTheCheckerFindsWhatIsBroken(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*books)
		want  []string // promises, each once
	}{
		"nothing is wrong":                     {func(*books) {}, nil},
		"an accepted text is lost":             {func(b *books) { b.Texts, b.Carrier, b.Ledgers = b.Texts[1:], b.Carrier[1:], nil }, []string{keepsAccepted}},
		"a text is kept twice for one request": {func(b *books) { twin(b) }, []string{keepsAccepted}},
		"a text is kept that nobody asked for": {func(b *books) { b.Accepted = b.Accepted[:1] }, []string{keepsAccepted}},
		"a handset gets a text twice":          {func(b *books) { b.Carrier = append(b.Carrier, again(b.Carrier[0])) }, []string{tellsTruth, sendsOnce}},
		"a handset gets what nobody sent":      {func(b *books) { b.Carrier[0].Body = "other" }, []string{tellsTruth, sendsOnce}},
		"a text is still under way":            {func(b *books) { b.Texts[0].Status = "sending" }, []string{settlesAll}},
		"a text's fate stays unknown":          {func(b *books) { b.Texts[0].Status = "unknown" }, []string{settlesAll}},
		"a text failed without a reason":       {func(b *books) { b.Texts[0].Status, b.Carrier[0].Status = "failed", "failed" }, []string{settlesAll}},
		"a failed text arrived all the same":   {func(b *books) { b.Texts[0].Status, b.Texts[0].ReasonRule = "failed", "x" }, []string{tellsTruth}},
		"a delivered text never left":          {func(b *books) { b.Carrier = b.Carrier[1:] }, []string{tellsTruth}},
		"a held text went out":                 {func(b *books) { held := again(b.Carrier[0]); held.Body = "two"; b.Carrier = append(b.Carrier, held) }, []string{tellsTruth}},
		"a text is another at the carrier":     {func(b *books) { b.Texts[0].ProviderID = "SM9" }, []string{tellsTruth}},
		"a send has no decision":               {func(b *books) { b.Texts[0].Allowed = nil }, []string{hasDecision}},
		"a text went out against the decision": {func(b *books) { *b.Texts[0].Allowed = false }, []string{hasDecision}},
		"a text goes out after the STOP":       {func(b *books) { b.Calls[0].StartedAt = b.Texts[1].CreatedAt.Add(time.Second) }, []string{heedsStop}},
		"a STOP is not confirmed":              {func(b *books) { b.Texts[2].Purpose = "conversational"; b.Calls = b.Calls[:1] }, []string{heedsStop}},
		"a handset's text is lost":             {func(b *books) { b.Texts[1].ProviderID = "SM7" }, []string{hearsAll}},
		"a handset's text is kept twice":       {func(b *books) { b.Texts = append(b.Texts, b.Texts[1]) }, []string{hearsAll}},
		"the events have a gap":                {func(b *books) { b.Ledgers[0].Last = 10 }, []string{tellsAll}},
		"an event waits":                       {func(b *books) { b.Ledgers[0].Waiting = 1 }, []string{tellsAll}},
		"an event was parked":                  {func(b *books) { b.Ledgers[0].ParkedEvents = 1 }, []string{tellsAll}},
		"a change is not in the audit":         {func(b *books) { b.Ledgers[0].Unaudited = 1 }, []string{tellsAll}},
		"a text was told of twice":             {func(b *books) { b.Ledgers[0].TextEvents = 5 }, []string{tellsAll}},
		"a job waits":                          {func(b *books) { b.Ledgers[0].Jobs = 1 }, []string{leavesNothing}},
		"a job was given up":                   {func(b *books) { b.Ledgers[0].ParkedJobs = 1 }, []string{leavesNothing}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := goodBooks()
			c.spoil(&b)
			var got []string
			for _, v := range audit(b) {
				if len(got) == 0 || got[len(got)-1] != v.Promise {
					got = append(got, v.Promise)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Fatalf("%s\n%+v", diff, audit(b))
			}
		})
	}
}

func again(m carrier.Message) carrier.Message {
	m.SID += "'"
	return m
}

// twin keeps the first text a second time, as a client that is answered twice
// would see it: the carrier got one of them.
func twin(b *books) {
	held := b.Texts[3]
	held.ID, held.Body = uuid.UUID{15: 9}, "two"
	b.Texts = append(b.Texts, held)
	b.Accepted = append(b.Accepted, accepted{held.SubAccountID, held.ID, held.ToAddress, held.Body})
}
