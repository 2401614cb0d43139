package apiserver

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// failures says what each status means, once for the whole document.
var failures = map[int]string{
	http.StatusBadRequest:            "The body is missing, or is not JSON.",
	http.StatusUnauthorized:          "Nobody is signed in, or not as claimed.",
	http.StatusForbidden:             "Known, but not allowed.",
	http.StatusNotFound:              "There is no such thing, or it isn't yours to see.",
	http.StatusConflict:              "The present state does not allow it; the code says why.",
	http.StatusPreconditionFailed:    "Somebody changed it meanwhile: read it again.",
	http.StatusRequestEntityTooLarge: "The body is larger than 1 MiB.",
	http.StatusUnsupportedMediaType:  "The body is of a type other than application/json.",
	http.StatusUnprocessableEntity:   "Some inputs need mending; errors says which.",
	http.StatusTooManyRequests:       "Too often: Retry-After says when to come back.",
	http.StatusInternalServerError:   "A mistake of ours; request_id names it.",
	http.StatusServiceUnavailable:    "A dependency is away: trying again shortly may do.",
}

// failureName is the status as a name in components.responses.
func failureName(status int) string { return strings.ReplaceAll(http.StatusText(status), " ", "") }

// failureResponses are the document's shared answers.
func failureResponses() map[string]*huma.Response {
	out := map[string]*huma.Response{}
	for status, about := range failures {
		out[failureName(status)] = &huma.Response{
			Description: about,
			Content: map[string]*huma.MediaType{
				"application/problem+json": {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}},
			},
		}
	}
	return out
}

// failWith refers an operation to the shared answers.
func failWith(doc *huma.Operation, statuses ...int) {
	if doc.Responses == nil {
		doc.Responses = map[string]*huma.Response{}
	}
	for _, status := range statuses {
		doc.Responses[strconv.Itoa(status)] = &huma.Response{Ref: "#/components/responses/" + failureName(status)}
	}
}

// usualFailures are what any route of this kind may answer.
func (r route) usualFailures() []int {
	out := []int{
		http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusTooManyRequests,
		http.StatusInternalServerError, http.StatusServiceUnavailable,
	}
	if r.needs.who != anyone {
		out = append(out, http.StatusUnauthorized, http.StatusForbidden)
	}
	if r.method == http.MethodPost || r.method == http.MethodPatch {
		out = append(out, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if r.once != never {
		out = append(out, http.StatusConflict)
	}
	return out
}
