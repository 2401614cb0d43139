package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// FieldFolder groups custom fields.
type FieldFolder struct {
	ID        uuid.UUID `json:"id" format:"uuid" doc:"The folder's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000d"`
	Object    string    `json:"object" enum:"contact,company" doc:"Whose fields stand in it." example:"contact"`
	Name      string    `json:"name" doc:"What people read." example:"Contract"`
	Position  int32     `json:"position" doc:"Its place in the order." example:"10"`
	CreatedAt time.Time `json:"created_at" doc:"When it was made." example:"2026-02-01T12:00:00Z"`
	UpdatedAt time.Time `json:"updated_at" doc:"When it last changed." example:"2026-02-02T08:15:00Z"`
	Version   int64     `json:"version" doc:"One more with every change; the ETag holds it." example:"3"`
}

// NewFieldFolder is a folder as somebody makes it.
type NewFieldFolder struct {
	Object   string `json:"object" enum:"contact,company" doc:"Whose fields stand in it." example:"contact"`
	Name     string `json:"name" maxLength:"100" doc:"What people read; no two folders of an object have the same." example:"Contract"`
	Position int32  `json:"position,omitempty" doc:"Its place in the order." example:"10"`
}

// FieldFolderInput is a folder as somebody changes it.
type FieldFolderInput struct {
	Name     *string `json:"name,omitempty" maxLength:"100" doc:"What people read." example:"Contract"`
	Position *int32  `json:"position,omitempty" doc:"Its place in the order." example:"10"`
}

type FolderPath struct {
	InSub
	Folder uuid.UUID `path:"folder" format:"uuid" doc:"The folder's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000d"`
}

type folderOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
	Body FieldFolder
}

type foldersOutput struct{ Body List[FieldFolder] }

type listFoldersInput struct {
	InSub
	Object string `query:"object" enum:"contact,company" default:"contact" doc:"Whose folders." example:"contact"`
}

type createFolderInput struct {
	InSub
	Body NewFieldFolder
}

type patchFolderInput struct {
	FolderPath
	Precondition
	Body FieldFolderInput
}

type deleteFolderInput struct {
	FolderPath
	Precondition
}

func wireFolder(f contact.Folder) FieldFolder {
	return FieldFolder{
		ID: f.ID, Object: f.Object, Name: f.Name, Position: f.Position, CreatedAt: f.CreatedAt, UpdatedAt: f.UpdatedAt, Version: f.Version,
	}
}

func folderOut(f contact.Folder, err error) (*folderOutput, error) {
	if err != nil {
		return nil, err
	}
	return &folderOutput{ETag: etag(f.Version), Body: wireFolder(f)}, nil
}

func (s *server) listFolders() operation {
	return op("list-field-folders", "List folders of fields", "All of them, in their order: at most 100.",
		func(ctx context.Context, in *listFoldersInput) (*foldersOutput, error) {
			list, err := s.Contacts.Folders(ctx, in.Object)
			return &foldersOutput{Body: listOf(list, "", wireFolder)}, err
		})
}

func (s *server) createFolder() operation {
	return op("create-field-folder", "Make a folder of fields", "409 folder.duplicate or folder.too_many.",
		func(ctx context.Context, in *createFolderInput) (*folderOutput, error) {
			return folderOut(s.Contacts.CreateFolder(ctx, contact.FolderInput{Object: in.Body.Object, Name: &in.Body.Name, Position: &in.Body.Position}))
		}, created, once(inTenant), fails(http.StatusConflict), rehearsed)
}

func (s *server) patchFolder() operation {
	return op("patch-field-folder", "Change a folder of fields", "Changes what is present.",
		func(ctx context.Context, in *patchFolderInput) (*folderOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			return folderOut(s.Contacts.UpdateFolder(ctx, in.Folder, version, contact.FolderInput{Name: in.Body.Name, Position: in.Body.Position}))
		}, fails(http.StatusConflict, http.StatusPreconditionFailed), rehearsed)
}

func (s *server) deleteFolder() operation {
	return op("delete-field-folder", "Delete a folder of fields", "Its fields stand without a folder.",
		func(ctx context.Context, in *deleteFolderInput) (*struct{}, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			return nil, s.Contacts.DeleteFolder(ctx, in.Folder, version)
		}, fails(http.StatusPreconditionFailed))
}
