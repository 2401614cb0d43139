package apiserver

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// File is what is known of a file.
type File struct {
	ID          uuid.UUID  `json:"id" format:"uuid" doc:"The file's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000e"`
	ContactID   *uuid.UUID `json:"contact_id" format:"uuid" doc:"The contact it belongs to; null for none." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	CompanyID   *uuid.UUID `json:"company_id" format:"uuid" doc:"The company it belongs to; null for none." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000b"`
	Name        string     `json:"name" doc:"What it is called." example:"offer.pdf"`
	ContentType string     `json:"content_type" doc:"As its first bytes say." example:"application/pdf"`
	Size        int64      `json:"size" doc:"In bytes." example:"52431"`
	SHA256      string     `json:"sha256" doc:"Of the content, in hexadecimal." example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	Author      Actor      `json:"author" doc:"Who sent it."`
	CreatedAt   time.Time  `json:"created_at" doc:"When it came." example:"2026-02-01T12:00:00Z"`
}

// FilePath names a file.
type FilePath struct {
	InSub
	File uuid.UUID `path:"file" format:"uuid" doc:"The file's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000e"`
}

type fileOutput struct{ Body File }

type filesOutput struct{ Body List[File] }

type contentOutput struct {
	ContentHeaders
	Body func(huma.Context)
}

type listFilesInput struct {
	InSub
	Paging
	Contact uuid.UUID `query:"contact_id" format:"uuid" doc:"Only this contact's." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	Company uuid.UUID `query:"company_id" format:"uuid" doc:"Only this company's." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000b"`
}

type uploadFileInput struct {
	InSub
	uploaded
	Name    string    `query:"name" maxLength:"200" doc:"What to call it; a form's file has its own name." example:"offer.pdf"`
	Contact uuid.UUID `query:"contact_id" format:"uuid" doc:"The contact it belongs to, or" example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	Company uuid.UUID `query:"company_id" format:"uuid" doc:"the company it belongs to; it may belong to neither." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000b"`
}

func (s *server) listFiles() operation {
	return op("list-files", "List files", "The newest first: all, or those of a contact or a company.",
		func(ctx context.Context, in *listFilesInput) (*filesOutput, error) {
			of := contact.Target{ContactID: presentID(in.Contact), CompanyID: presentID(in.Company)}
			page, err := s.Contacts.Files(ctx, of, in.Cursor, in.Limit)
			return &filesOutput{Body: listOf(page.Items, page.Next, wireFile)}, err
		})
}

func (s *server) uploadFile() operation {
	return op("upload-file", "Upload a file", "At most 25 MiB, and in all what the sub-account may keep: else 409 file.quota_exceeded.",
		func(ctx context.Context, in *uploadFileInput) (*fileOutput, error) {
			input, err := in.input(in.Name, contact.Target{ContactID: presentID(in.Contact), CompanyID: presentID(in.Company)})
			if err != nil {
				return nil, err
			}
			f, err := s.Contacts.Upload(ctx, input)
			return &fileOutput{Body: wireFile(f)}, err
		}, created, once(inTenant), upload(contact.MaxFile), fails(http.StatusConflict))
}

func (s *server) getFile() operation {
	return op("get-file", "Read what is known of a file", "Its name, type, size and checksum.",
		func(ctx context.Context, in *FilePath) (*fileOutput, error) {
			f, err := s.Contacts.GetFile(ctx, in.File)
			return &fileOutput{Body: wireFile(f)}, err
		})
}

func (s *server) getFileContent() operation {
	return op("get-file-content", "Download a file", "To be saved: a browser neither shows it nor runs anything in it.",
		func(ctx context.Context, in *FilePath) (*contentOutput, error) {
			f, err := s.Contacts.GetFile(ctx, in.File)
			if err != nil {
				return nil, err
			}
			headers := headersOf(f.ContentType, f.Name)
			headers.Length = strconv.FormatInt(f.Size, 10)
			return &contentOutput{headers, streamed(ctx, func(w io.Writer) error { return s.Contacts.WriteFile(ctx, f, w) })}, nil
		}, download)
}

func (s *server) deleteFile() operation {
	return op("delete-file", "Delete a file", "With its content; its space is free again.",
		func(ctx context.Context, in *FilePath) (*struct{}, error) {
			return nil, s.Contacts.DeleteFile(ctx, in.File)
		})
}

func wireFile(f contact.File) File {
	return File{
		ID: f.ID, ContactID: idPointer(f.ContactID), CompanyID: idPointer(f.CompanyID), Name: f.Name, ContentType: f.ContentType,
		Size: f.Size, SHA256: fmt.Sprintf("%x", f.SHA256), Author: wireActor(f.Author), CreatedAt: f.CreatedAt,
	}
}
