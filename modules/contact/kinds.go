package contact

import (
	"slices"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/events"
)

// hearer is the permission of those who hear of contacts and what is kept with
// them.
const hearer = "contacts.read"

// Kinds declares what this module publishes.
func Kinds() []events.Kind {
	return slices.Concat(contactKinds(), companyKinds(), recordKinds(), runKinds(), setupKinds())
}

// family declares the kinds of one noun.
type family struct {
	noun     string
	subjects []string
	free     []string
}

func (f family) kind(name, title, when string, example any) events.Kind {
	return events.Kind{
		Name: name, Subjects: f.subjects, Noun: f.noun, Title: title, When: when, Permission: hearer, Webhooks: true, Example: example, Free: f.free,
	}
}

// differing declares that both sides hold what differs alone.
func differing(k events.Kind) events.Kind {
	k.Differing = true
	return k
}

func contactKinds() []events.Kind {
	f := family{"Contacts", []string{Subject}, []string{"custom"}}
	was, is := exampleContact(""), exampleContact("Head of sales")
	others := map[string]any{"not_the_same": []uuid.UUID{exampleOther}}
	merged := MergeChanged{
		Changed: Changed{Before: was, After: is}, MergeID: exampleID, SurvivorID: is.ID, FromIDs: []uuid.UUID{exampleOther},
	}
	exported := f
	exported.subjects, exported.free = []string{SubjectExport}, []string{"filter"}
	return []events.Kind{
		f.kind(EventCreated, "Created", "A contact came to be: by hand, by the API, by an import or by a text from somebody new.", Changed{After: is}),
		differing(f.kind(EventUpdated, "Changed", "Something about a contact changed: a field, a tag, an address, its owner or its followers.", Changed{Before: was, After: is})),
		f.kind(EventDeleted, "Deleted", "A contact was deleted. It can be brought back for 30 days.", Changed{Before: is}),
		f.kind(EventRestored, "Brought back", "A deleted contact is back.", Changed{After: is}),
		f.kind(EventMerged, "Merged", "Contacts became one: told of the one that stays, with both sides, and of each other one, without after.", merged),
		f.kind(EventUnmerged, "Merge undone", "A merge was undone: told of the one that stayed, and of each other one, without before.", merged),
		f.kind(EventToldApart, "Told apart", "Somebody said that contacts are not the same person.", events.Change{After: others}),
		f.kind(EventTakenBack, "Told apart no more", "Somebody took that back.", events.Change{Before: others}),
		f.kind(EventErased, "Erased", "A contact's personal data is gone for good; whoever holds a copy drops it too.", struct{}{}),
		exported.kind(EventExported, "Exported", "Somebody took contacts out as a table.", events.Change{After: map[string]any{"export": exampleExport}}),
	}
}

func companyKinds() []events.Kind {
	f := family{"Companies", []string{SubjectCompany}, []string{"custom"}}
	was, is := exampleCompany(""), exampleCompany("https://rossi.example")
	return []events.Kind{
		f.kind(EventCompanyCreated, "Created", "A company came to be, by hand, by the API or by an import.", events.Change{After: is}),
		differing(f.kind(EventCompanyUpdated, "Changed", "Something about a company changed.", events.Change{Before: was, After: is})),
		f.kind(EventCompanyDeleted, "Deleted", "A company was deleted; its contacts stay.", events.Change{Before: is}),
	}
}

// recordKinds are of what is kept with a contact or a company.
func recordKinds() []events.Kind {
	of := func(noun string, value any) map[string]any { return map[string]any{noun: value} }
	note := family{noun: "Notes", subjects: []string{Subject, SubjectCompany}}
	task := family{noun: "Tasks", subjects: []string{Subject, SubjectCompany, "task"}}
	file := family{noun: "Files", subjects: []string{Subject, SubjectCompany, "file"}}
	person := family{noun: "People", subjects: note.subjects}
	n, open, done, shelf := of("note", exampleNote), of("task", exampleTask(false)), of("task", exampleTask(true)), of("file", exampleFile)
	return []events.Kind{
		note.kind(EventNoteCreated, "Created", "Somebody wrote a note about a contact or a company.", events.Change{After: n}),
		note.kind(EventNoteUpdated, "Changed", "A note was changed, pinned or unpinned.", events.Change{Before: n, After: n}),
		note.kind(EventNoteDeleted, "Deleted", "A note was deleted.", events.Change{Before: n}),
		task.kind(EventTaskCreated, "Created", "A task came to be, by hand or because the one before it comes again.", events.Change{After: open}),
		task.kind(EventTaskUpdated, "Changed", "Something about a task changed.", events.Change{Before: open, After: open}),
		task.kind(EventTaskCompleted, "Done", "A task was done.", events.Change{Before: open, After: done}),
		task.kind(EventTaskReopened, "Opened again", "A task that was done is to be done again.", events.Change{Before: done, After: open}),
		task.kind(EventTaskDeleted, "Deleted", "A task was deleted.", events.Change{Before: open}),
		task.kind(EventTaskReminder, "Reminder is due", "The time of a task's reminder came, and the task is not done.", events.Change{After: open}),
		file.kind(EventFileCreated, "Added", "A file was added.", events.Change{After: shelf}),
		file.kind(EventFileDeleted, "Deleted", "A file was deleted.", events.Change{Before: shelf}),
		person.kind(EventMentioned, "Mentioned in a note", "A note names a member for the first time; one event for each.",
			events.Change{After: map[string]any{"person": exampleOther, "note": exampleNote}}),
	}
}

// runKinds are of what works in the background.
func runKinds() []events.Kind {
	imports := family{noun: "Imports", subjects: []string{"import"}}
	bulk := family{"Bulk actions", []string{SubjectBulk}, []string{"value"}}
	file := map[string]any{"import": exampleImport}
	run := map[string]any{"bulk": exampleBulk}
	return []events.Kind{
		imports.kind(EventImportStarted, "Started", "Somebody started an import, or let a paused one go on.", events.Change{Before: file, After: file}),
		imports.kind(EventImportPaused, "Paused", "An import was paused.", events.Change{Before: file, After: file}),
		imports.kind(EventImportCancelled, "Cancelled", "An import was cancelled; what it took in stays.", events.Change{Before: file, After: file}),
		imports.kind(EventImportDone, "Done", "An import took in its last row.", events.Change{Before: file, After: file}),
		imports.kind(EventImportUndoing, "Being undone", "Somebody wants an import undone.", events.Change{Before: file, After: file}),
		imports.kind(EventImportUndone, "Undone", "What an import took in was taken back.", events.Change{Before: file, After: file}),
		bulk.kind(EventBulkStarted, "Started", "Somebody started a bulk action, or let a paused one go on.", events.Change{Before: run, After: run}),
		bulk.kind(EventBulkPaused, "Paused", "A bulk action was paused.", events.Change{Before: run, After: run}),
		bulk.kind(EventBulkCancelled, "Cancelled", "A bulk action was cancelled; what it did stays.", events.Change{Before: run, After: run}),
		bulk.kind(EventBulkFailed, "Failed", "A bulk action could not go on.", events.Change{Before: run, After: run}),
		bulk.kind(EventBulkDone, "Done", "A bulk action came to its last contact.", events.Change{Before: run, After: run}),
		bulk.kind(EventBulkUndoing, "Being undone", "Somebody wants a bulk action undone.", events.Change{Before: run, After: run}),
		bulk.kind(EventBulkUndone, "Undone", "What a bulk action did was taken back.", events.Change{Before: run, After: run}),
	}
}

// setupKinds are of how a sub-account is set up.
func setupKinds() []events.Kind {
	view := family{"Views", []string{SubjectView}, []string{"filter"}}
	field := family{noun: "Custom fields", subjects: []string{SubjectField}}
	folder := family{noun: "Folders of custom fields", subjects: []string{SubjectFolder}}
	v := map[string]any{"view": exampleView}
	return []events.Kind{
		view.kind(EventViewCreated, "Created", "Somebody saved a view of contacts, for themselves or for all.", events.Change{After: v}),
		view.kind(EventViewUpdated, "Changed", "A view was changed, shared or moved.", events.Change{Before: v, After: v}),
		view.kind(EventViewDeleted, "Deleted", "A view was deleted.", events.Change{Before: v}),
		field.kind(EventFieldChanged, "Changed", "A custom field was made, changed, archived or restored.", events.Change{Before: exampleField, After: exampleField}),
		folder.kind(EventFolderChanged, "Changed", "A folder of custom fields was made, changed or deleted.", events.Change{Before: exampleFolder, After: exampleFolder}),
	}
}
