package contact

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// What a file may be.
const (
	MaxFile          = 25 << 20 // bytes
	MaxFileName      = 200
	DefaultFileQuota = 5 << 30 // bytes that a sub-account keeps
	chunkSize        = 256 << 10
)

// File is something that a member attached to a contact, a company or neither.
// It never changes.
type File struct {
	ID uuid.UUID
	Target
	Name        string
	ContentType string // as its first bytes say
	Size        int64  // bytes
	SHA256      []byte `db:"sha256"`
	Author      tenancy.Actor
	CreatedAt   time.Time
}

// UploadInput is a file to keep. Open reads its content from the beginning,
// each time anew: it is read once to be measured and once to be kept.
type UploadInput struct {
	Target Target
	Name   string // without its folders
	Open   func() (io.Reader, error)
}

// measure reads the whole content and tells what it is.
func (in UploadInput) measure(limit int64) (File, error) {
	// A browser of old sends the whole path, with the separators of its system.
	name := tidy(filepath.Base(strings.ReplaceAll(in.Name, `\`, "/")))
	var f fault.Checks
	f.Check(in.Name != "" && name != "." && name != "/" && name != "..", "name", "Give the file a name.")
	f.Check(utf8.RuneCountInString(name) <= MaxFileName && clean(name), "name", fmt.Sprintf("Use at most %d visible characters.", MaxFileName))
	f.Check(in.Target.ContactID.UUID == uuid.Nil || in.Target.CompanyID.UUID == uuid.Nil,
		"company_id", "A file belongs to a contact or a company, not both.")
	if err := f.Err("file.invalid"); err != nil {
		return File{}, err
	}
	r, err := in.Open()
	if err != nil {
		return File{}, err
	}
	var head bytes.Buffer
	sum := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(&head, sum), r, 512); err != nil && !errors.Is(err, io.EOF) {
		return File{}, err
	}
	rest, err := io.Copy(sum, io.LimitReader(r, limit))
	if err != nil {
		return File{}, err
	}
	out := File{
		Target: in.Target, Name: name, ContentType: sniff(head.Bytes(), name), Size: int64(head.Len()) + rest, SHA256: sum.Sum(nil),
	}
	if out.Size == 0 {
		return File{}, errEmptyFile
	}
	if out.Size > limit {
		return File{}, errLargeFile.With("limit", limit)
	}
	return out, nil
}

// known types that the first bytes alone can't tell from others.
var refined = map[string]map[string]string{
	"text/plain; charset=utf-8": {
		".csv": "text/csv; charset=utf-8", ".json": "application/json", ".md": "text/markdown; charset=utf-8",
		".ics": "text/calendar; charset=utf-8", ".vcf": "text/vcard; charset=utf-8",
	},
	"application/zip": {
		".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
		".odt":  "application/vnd.oasis.opendocument.text",
		".ods":  "application/vnd.oasis.opendocument.spreadsheet",
	},
}

func sniff(head []byte, name string) string {
	kind := http.DetectContentType(head)
	if better := refined[kind][strings.ToLower(filepath.Ext(name))]; better != "" {
		return better
	}
	return kind
}

// The events of files. Their subject is the contact or the company, else the
// file; before and after hold the file as "file".
const (
	EventFileCreated = "file.created"
	EventFileDeleted = "file.deleted"
)

// FileSnapshot is a file in an event. Fields are added, never renamed.
type FileSnapshot struct {
	ID          uuid.UUID     `json:"id"`
	ContactID   uuid.NullUUID `json:"contact_id"`
	CompanyID   uuid.NullUUID `json:"company_id"`
	Name        string        `json:"name"`
	ContentType string        `json:"content_type"`
	Size        int64         `json:"size"`
	SHA256      string        `json:"sha256"`
	CreatedAt   time.Time     `json:"created_at"`
}

func snapshotFile(f File) FileSnapshot {
	return FileSnapshot{
		ID: f.ID, ContactID: f.ContactID, CompanyID: f.CompanyID, Name: f.Name, ContentType: f.ContentType, Size: f.Size,
		SHA256: fmt.Sprintf("%x", f.SHA256), CreatedAt: f.CreatedAt,
	}
}
