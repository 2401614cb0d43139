package carrier

import (
	"encoding/xml"
	"mime"
	"strings"
)

// twiml is the document a webhook answers with.
type twiml struct {
	XMLName xml.Name    `xml:"Response"`
	Verbs   []twimlVerb `xml:",any"`
}

type twimlVerb struct {
	XMLName        xml.Name
	To             string   `xml:"to,attr"`
	From           string   `xml:"from,attr"`
	Action         string   `xml:"action,attr"`
	StatusCallback string   `xml:"statusCallback,attr"`
	Text           string   `xml:",chardata"`
	Bodies         []string `xml:"Body"`
	Media          []string `xml:"Media"`
}

// isMessage knows Sms too, the verb's old name.
func (v twimlVerb) isMessage() bool { return v.XMLName.Local == "Message" || v.XMLName.Local == "Sms" }

func (v twimlVerb) body() string {
	if len(v.Bodies) > 0 {
		return strings.Join(v.Bodies, "")
	}
	return strings.TrimSpace(v.Text)
}

// readReplies takes the verbs from a webhook's answer. Plain text is one
// message; an empty answer is none. bad is the provider's code when the answer
// is of no use.
func readReplies(a answer, err error) (verbs []twimlVerb, bad string) {
	if err != nil || !a.ok() {
		return nil, "11200"
	}
	if len(a.body) == 0 {
		return nil, ""
	}
	if kind, _, _ := mime.ParseMediaType(a.kind); kind == "text/plain" {
		return []twimlVerb{{XMLName: xml.Name{Local: "Message"}, Text: string(a.body)}}, ""
	}
	var doc twiml
	if xml.Unmarshal(a.body, &doc) != nil {
		return nil, "12100"
	}
	return doc.Verbs, ""
}
