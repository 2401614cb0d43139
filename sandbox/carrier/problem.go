package carrier

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// problem is an error in the provider's form. The codes are its own:
// https://www.twilio.com/docs/api/errors
type problem struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	More    string `json:"more_info"`
	Status  int    `json:"status"`
}

func newProblem(status, code int, message string) *problem {
	return &problem{
		Code: code, Message: message, Status: status,
		More: "https://www.twilio.com/docs/errors/" + strconv.Itoa(code),
	}
}

func badRequest(code int, message string) *problem {
	return newProblem(http.StatusBadRequest, code, message)
}

func notFound(path string) *problem {
	return newProblem(http.StatusNotFound, 20404, "The requested resource "+path+" was not found")
}

func unauthorized() *problem {
	return newProblem(http.StatusUnauthorized, 20003, "Authenticate")
}

func inactive() *problem {
	return newProblem(http.StatusUnauthorized, 20005, "Account is not active")
}

func (p *problem) write(w http.ResponseWriter) {
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="Twilio API"`)
	}
	writeJSON(w, p.Status, p)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	if body == nil {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(body) // the caller has gone away; there is nobody to tell
}

// errorMessage is the provider's wording of the codes that end a message.
func errorMessage(code int) string {
	switch code {
	case 30001:
		return "Queue overflow"
	case 30002:
		return "Account suspended"
	case 30003:
		return "Unreachable destination handset"
	case 30004:
		return "Message blocked"
	case 30005:
		return "Unknown destination handset"
	case 30006:
		return "Landline or unreachable carrier"
	case 30007:
		return "Message filtered"
	case 30008:
		return "Unknown error"
	case 30034:
		return "Message from an unregistered number"
	default:
		return "Error " + strconv.Itoa(code)
	}
}
