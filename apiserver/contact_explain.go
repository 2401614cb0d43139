package apiserver

import (
	"context"
	"maps"
	"slices"

	"github.com/omnicrm/omnicrm/platform/filter"
)

// FilterVerdict is a part of a filter, and whether it holds for a contact.
type FilterVerdict struct {
	Path  string `json:"path" doc:"Where the part stands in the filter; empty for the whole." example:"and[0]"`
	Kind  string `json:"kind" enum:"and,or,not,condition" doc:"What the part is." example:"condition"`
	Words string `json:"words" doc:"A condition in plain English; empty for a group." example:"first name is “Maria”"`
	Holds bool   `json:"holds" doc:"Whether it holds for the contact." example:"true"`
	Found int    `json:"found" doc:"How many related records or events it counted." example:"0"`
}

// FilterExplanation tells why a contact is in a filter, or why it isn't.
type FilterExplanation struct {
	Holds bool            `json:"holds" doc:"Whether the filter lets the contact in." example:"true"`
	Parts []FilterVerdict `json:"parts" doc:"Every part of the filter, each group before what stands in it."`
}

// ExplainInput is the filter to explain.
type ExplainInput struct {
	Filter filterTree `json:"filter" doc:"In the filter language." example:"{\"field\":\"first_name\",\"op\":\"starts_with\",\"value\":\"Mar\"}"`
}

type explainContactInput struct {
	ContactPath
	Body ExplainInput
}

type explainContactOutput struct{ Body FilterExplanation }

func (s *server) explainContact() operation {
	return op("explain-contact", "Tell why a contact is in a filter", "Whether a filter lets the contact in, and which of its parts hold. It changes nothing.",
		func(ctx context.Context, in *explainContactInput) (*explainContactOutput, error) {
			v, err := s.Contacts.Explain(ctx, in.Contact, in.Body.Filter)
			if err != nil {
				return nil, err
			}
			return &explainContactOutput{Body: FilterExplanation{Holds: v.Holds, Parts: verdicts(v, []FilterVerdict{})}}, nil
		}, reads, rehearsed)
}

func verdicts(v filter.Verdict, out []FilterVerdict) []FilterVerdict {
	out = append(out, FilterVerdict{Path: v.Path, Kind: v.Kind, Words: v.Words, Holds: v.Holds, Found: v.Found})
	for _, part := range v.Parts {
		out = verdicts(part, out)
	}
	return out
}

// sortedValues are a map's values in the order of its keys.
func sortedValues[V any](m map[string]V) []V {
	out := make([]V, 0, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[key])
	}
	return out
}
