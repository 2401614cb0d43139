package conversation

// Status is the state of a message.
type Status string

// The states of a message.
const (
	Held        Status = "held"    // the gate said no
	Queued      Status = "queued"  // waits for its turn
	Sending     Status = "sending" // with the carrier, or on its way there
	Unknown     Status = "unknown" // the carrier did not answer; it may have gone out
	Sent        Status = "sent"    // the carrier passed it on
	Delivered   Status = "delivered"
	Undelivered Status = "undelivered" // the other network refused it
	Failed      Status = "failed"      // the carrier refused it
	Received    Status = "received"    // an incoming message
)

// Progress is how far a message has come: which attempt, and how far that one
// is. Word from a carrier comes late, twice and out of order; Next makes a
// steady story of it.
type Progress struct {
	Attempt      int
	Status       Status
	Acknowledged bool // the carrier has said that it holds the message
}

// rank orders the states of one attempt. Sending counts twice: what the carrier
// has acknowledged is further than an attempt about which it said nothing.
func (p Progress) rank() int {
	switch p.Status {
	case Held, Queued:
		return 0
	case Sending:
		if p.Acknowledged {
			return 3
		}
		return 1
	case Unknown:
		return 2
	case Sent:
		return 4
	case Delivered, Undelivered, Failed, Received:
		return 5
	}
	return -1
}

// Next gives the progress after a piece of news, and whether it moved. News of
// an earlier attempt, of a lesser state, or after an end moves nothing; an
// attempt that begins anew (a later number) always does.
func (p Progress) Next(news Progress) (Progress, bool) {
	if news.rank() < 0 || p.Status == Received {
		return p, false
	}
	if news.Attempt != p.Attempt {
		return forward(p, news, news.Attempt > p.Attempt)
	}
	if p.Status == Queued && news.Status == Held {
		return news, true // the gate changed its mind before anything went out
	}
	return forward(p, news, news.rank() > p.rank())
}

func forward(p, news Progress, ahead bool) (Progress, bool) {
	if !ahead {
		return p, false
	}
	return news, true
}
