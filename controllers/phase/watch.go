package phase

import (
	"maps"

	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
)

// Changed lets a resource's own event through when a person changed something: the spec, an annotation, a label, or
// the wish to delete. The status, which the operator writes itself, wakes nobody.
func Changed() predicate.Predicate {
	return predicate.Or(predicate.GenerationChangedPredicate{}, predicate.Funcs{
		CreateFunc:  func(event.CreateEvent) bool { return true },
		DeleteFunc:  func(event.DeleteEvent) bool { return false },
		GenericFunc: func(event.GenericEvent) bool { return true },
		UpdateFunc: func(e event.UpdateEvent) bool {
			return !maps.Equal(e.ObjectOld.GetAnnotations(), e.ObjectNew.GetAnnotations()) ||
				!maps.Equal(e.ObjectOld.GetLabels(), e.ObjectNew.GetLabels())
		},
	})
}

// CameOrWent lets creation and deletion through.
func CameOrWent() predicate.Predicate {
	return predicate.Funcs{
		UpdateFunc:  func(event.UpdateEvent) bool { return false },
		GenericFunc: func(event.GenericEvent) bool { return false },
	}
}

// ReadyChanged lets another resource's event through when its readiness or its spec changed.
func ReadyChanged() predicate.Predicate {
	return predicate.Funcs{
		UpdateFunc: func(e event.UpdateEvent) bool {
			old, isOld := e.ObjectOld.(Object)
			now, isNew := e.ObjectNew.(Object)
			return !isOld || !isNew || old.GetGeneration() != now.GetGeneration() || IsReady(old) != IsReady(now) ||
				!old.GetDeletionTimestamp().Equal(now.GetDeletionTimestamp())
		},
	}
}

// StatusChanged lets another resource's event through when what of its status somebody depends on changed.
func StatusChanged[T Object](of func(T) string) predicate.Predicate {
	return predicate.Funcs{
		CreateFunc: func(event.CreateEvent) bool { return false },
		DeleteFunc: func(event.DeleteEvent) bool { return false },
		UpdateFunc: func(e event.UpdateEvent) bool {
			old, isOld := e.ObjectOld.(T)
			now, isNew := e.ObjectNew.(T)
			return isOld && isNew && of(old) != of(now)
		},
	}
}

// Touched lets through that somebody else's hand was on an object that the operator keeps. Its creation is the
// operator's own doing.
func Touched() predicate.Predicate {
	return predicate.And(predicate.ResourceVersionChangedPredicate{}, predicate.Funcs{
		CreateFunc: func(event.CreateEvent) bool { return false },
	})
}
