package contact

import "github.com/google/uuid"

// EventImportDone and its like tell how far an import is; the subject is the
// import.
const (
	EventImportStarted   = "import.started"
	EventImportPaused    = "import.paused"
	EventImportCancelled = "import.cancelled"
	EventImportDone      = "import.done"
	EventImportUndoing   = "import.undoing"
	EventImportUndone    = "import.undone"
)

// ImportSnapshot is an import in an event. Fields are added, never renamed.
type ImportSnapshot struct {
	ID      uuid.UUID `json:"id"`
	Name    string    `json:"name"`
	State   string    `json:"state"`
	Total   int       `json:"total"`
	Done    int       `json:"done"`
	Created int       `json:"created"`
	Changed int       `json:"changed"`
	Failed  int       `json:"failed"`
	Undone  int       `json:"undone"`
	Version int64     `json:"version"`
}

func snapshotImport(i Import) ImportSnapshot {
	return ImportSnapshot{
		ID: i.ID, Name: i.Name, State: i.State, Total: i.Total, Done: i.Done, Created: i.Created, Changed: i.Changed,
		Failed: i.Failed, Undone: i.Undone, Version: i.Version,
	}
}

// ImportJob works on an import, a slice of its rows at a time.
type ImportJob struct {
	ImportID uuid.UUID `json:"import_id"`
}

// Kind names the job for ever.
func (ImportJob) Kind() string { return "contact.import" }
