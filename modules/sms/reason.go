package sms

// The statuses of modules/conversation.
const (
	statusQueued      = "queued"
	statusSending     = "sending"
	statusUnknown     = "unknown"
	statusSent        = "sent"
	statusDelivered   = "delivered"
	statusUndelivered = "undelivered"
	statusFailed      = "failed"
)

// The purposes of the answers to keywords, in the words of modules/compliance.
const (
	optOutNotice = "opt_out_notice"
	optInNotice  = "opt_in_notice"
	helpPurpose  = "help"
)

// statuses turns the carrier's words into ours
// (https://www.twilio.com/docs/messaging/api/message-resource#message-status-values).
var statuses = map[string]string{
	"accepted": statusSending, "scheduled": statusSending, "queued": statusSending, "sending": statusSending,
	"sent": statusSent, "partially_delivered": statusSent,
	"delivered": statusDelivered, "read": statusDelivered,
	"undelivered": statusUndelivered,
	"failed":      statusFailed, "canceled": statusFailed,
}

const optedOutAtCarrier = "21610"

// The carrier has three codes for a sender that the account does not hold, or that
// can't send texts.
const notOurNumber = "The sub-account's number is not its account's at the carrier any more, or can't send texts. An administrator of the agency can mend that."

// reasons says to a person what a code means and what to do
// (https://www.twilio.com/docs/api/errors).
var reasons = map[string]string{
	"20003": "The carrier refused this sub-account's credentials. An administrator of the agency can mend them.",
	"20404": "The carrier does not know this sub-account. An administrator of the agency can mend that.",
	"21211": "The carrier says that this is no valid phone number.",
	"21408": "This account may not send to the recipient's country yet.",
	"21606": notOurNumber,
	"21610": "The recipient has opted out of messages from this number.",
	"21612": "The carrier has no route from this number to the recipient.",
	"21614": "The recipient's number can't receive texts; it may be a landline.",
	"21617": "The text is too long.",
	"21659": notOurNumber,
	"21660": notOurNumber,
	"30001": "Too many texts are waiting at the carrier. Try again later.",
	"30002": "The carrier has suspended this account.",
	"30003": "The recipient's phone is off or out of reach.",
	"30004": "The recipient's phone or network blocks this message.",
	"30005": "The recipient's number does not exist or is out of service.",
	"30006": "The recipient's number can't receive texts; it may be a landline.",
	"30007": "The recipient's network filtered this message as unwanted.",
	"30008": "The recipient's network refused this message without a reason.",
	"30022": "The limit of texts a second for this campaign is reached. Try again later.",
	"30023": "The daily limit of texts for this brand is reached. Try again tomorrow.",
	"30032": "The sub-account's toll-free number is not verified yet.",
	"30034": "The sub-account's number is not registered for business texting (10DLC) yet.",
}

// reason says what a code means; what is not in the table is told in general.
func reason(code, status string) string {
	if r, ok := reasons[code]; ok {
		return r
	}
	suffix := "."
	if code != "" {
		suffix = " (code " + code + ")."
	}
	if status == statusUndelivered {
		return "The recipient's network did not deliver this message" + suffix
	}
	return "The carrier refused this message" + suffix
}
