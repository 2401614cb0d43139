package phase

import (
	"github.com/google/uuid"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
)

// ReasonAdoptInvalid is the reason of an annotation that names nothing that can be adopted.
const ReasonAdoptInvalid = "AdoptInvalid"

// AdoptID is the id that the annotation for adoption names; Nil when there is none. what is the noun for the message.
func AdoptID(obj client.Object, what string) (uuid.UUID, error) {
	text := obj.GetAnnotations()[v1alpha1.AnnotationAdopt]
	if text == "" {
		return uuid.Nil, nil
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return uuid.Nil, Stalled(ReasonAdoptInvalid, "The annotation %s must be the id of a retained %s, such as "+
			"0199a3c2-7f5e-7000-8000-000000000000; it is %q.", v1alpha1.AnnotationAdopt, what, text)
	}
	return id, nil
}

// FormerID is the id that the resource had by its status, for an entry that was removed by hand; Nil if it had none.
func FormerID(status string) uuid.UUID {
	id, err := uuid.Parse(status)
	if err != nil {
		return uuid.Nil
	}
	return id
}
