package apiserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/fault"
)

const (
	formSpare  = 64 << 10         // of a form around its file, in bytes
	stall      = 20 * time.Second // without a byte, a sender or a reader is gone
	uploadTime = 10 * time.Minute // for the whole of a body
)

var errUpload = fault.New(fault.Invalid, "request.invalid", invalidMessage).
	At("file", "Send the file as the body, or in a form with one file and nothing else (multipart/form-data); the rest stands in the query.")

// upload takes a file of up to limit bytes as the body, or in a form. It is
// written to disk as it comes, so that neither memory nor a connection to the
// database waits for a slow sender.
func upload(limit int64) func(*operation) {
	return func(o *operation) {
		o.upload = limit
		binary := &huma.Schema{Type: huma.TypeString, Format: "binary", Description: "The content.", Examples: []any{"…"}}
		o.body = &huma.RequestBody{
			Description: fmt.Sprintf("The file itself, with its name in the query, or a form with it. At most %d MiB.", limit>>20),
			Required:    true,
			Content: map[string]*huma.MediaType{
				"application/octet-stream": {Schema: binary},
				"multipart/form-data":      {Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": binary}}},
			},
		}
		failWith(&o.doc, http.StatusRequestEntityTooLarge)
	}
}

// download marks an answer that is as long as a file: it ends when its reader
// stops reading, not after the time of a request.
func download(o *operation) {
	o.stream = true
	o.doc.Responses = map[string]*huma.Response{"200": {
		Description: "The content, to be saved.",
		Content: map[string]*huma.MediaType{"application/octet-stream": {
			Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"},
		}},
	}}
}

// spool is a body that was written to disk.
type spool struct {
	*os.File
}

// spooled writes the body to disk, within its limit.
func spooled(limit int64) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			file, err := os.CreateTemp("", "omnicrm-upload-*")
			if err != nil {
				writeProblem(w, r, err)
				return
			}
			defer func() {
				_ = file.Close()           // it is of no further use
				_ = os.Remove(file.Name()) // what stays is swept with the machine's own
			}()
			if err := readInto(file, w, r, limit+formSpare); err != nil {
				writeProblem(w, r, err)
				return
			}
			r.Body = spool{file}
			next.ServeHTTP(w, r)
		})
	}
}

func readInto(file *os.File, w http.ResponseWriter, r *http.Request, limit int64) error {
	patience := patient{http.NewResponseController(w), clock.System().Now().Add(uploadTime)}
	_, err := io.Copy(file, io.TeeReader(http.MaxBytesReader(w, r.Body, limit), patience))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		p := newProblem(http.StatusRequestEntityTooLarge, "request.too_large",
			fmt.Sprintf("The file is too large: at most %d MiB.", (limit-formSpare)>>20))
		p.meta = map[string]any{"limit": limit - formSpare}
		return p
	}
	if err != nil {
		return errBody.Wrap(err)
	}
	_, err = file.Seek(0, io.SeekStart)
	return err
}

// patient puts the end of reading off while bytes come in.
type patient struct {
	control *http.ResponseController
	last    time.Time
}

func (p patient) Write(b []byte) (int, error) {
	until := clock.System().Now().Add(stall)
	if until.After(p.last) {
		until = p.last
	}
	_ = p.control.SetReadDeadline(until)                    // a writer without deadlines, such as a test's, has none to set
	_ = p.control.SetWriteDeadline(until.Add(writeTimeout)) // the answer has its own time after the body
	return len(b), nil
}

// uploaded is what an operation that takes a file gets of it.
type uploaded struct {
	body io.Reader
	kind string
}

// Resolve is called by huma before the handler.
func (u *uploaded) Resolve(ctx huma.Context) []error {
	u.body, u.kind = ctx.BodyReader(), ctx.Header("Content-Type")
	return nil
}

// opener gives the name of the file, as the form or the query says, and a
// function that reads its content from the beginning.
func (u *uploaded) opener(name string) (string, func() (io.Reader, error), error) {
	seeker, ok := u.body.(io.ReadSeeker)
	if !ok {
		return "", nil, errors.New("apiserver: the route is no upload")
	}
	kind, params, err := mime.ParseMediaType(u.kind)
	if err != nil || kind != "multipart/form-data" {
		return name, func() (io.Reader, error) {
			_, err := seeker.Seek(0, io.SeekStart)
			return seeker, err
		}, nil
	}
	only := func() (*multipart.Reader, *multipart.Part, error) {
		if _, err := seeker.Seek(0, io.SeekStart); err != nil {
			return nil, nil, err
		}
		form := multipart.NewReader(seeker, params["boundary"])
		part, err := form.NextPart()
		if err != nil || part.FileName() == "" {
			return nil, nil, errUpload.Wrap(err)
		}
		return form, part, nil
	}
	form, part, err := only()
	if err != nil {
		return "", nil, err
	}
	if name == "" {
		name = part.FileName()
	}
	// A second file, or a field that was meant as a parameter, isn't left out silently.
	if _, err := form.NextPart(); !errors.Is(err, io.EOF) {
		return "", nil, errUpload.Wrap(err)
	}
	return name, func() (io.Reader, error) {
		_, part, err := only()
		return part, err
	}, nil
}

// ContentHeaders let a browser save what somebody else uploaded, and nothing
// more: it is never shown as a page of ours.
type ContentHeaders struct {
	Type        string `header:"Content-Type" doc:"As the file's first bytes say." example:"image/png"`
	Disposition string `header:"Content-Disposition" doc:"To be saved, under the file's name." example:"attachment; filename=offer.pdf"`
	Length      string `header:"Content-Length" doc:"In bytes." example:"52431"`
	Options     string `header:"X-Content-Type-Options" doc:"No guessing." example:"nosniff"`
	Policy      string `header:"Content-Security-Policy" doc:"No scripts, no forms, no origin of ours." example:"sandbox; default-src 'none'"`
}

func headersOf(kind, name string) ContentHeaders {
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": name})
	if disposition == "" {
		disposition = "attachment; filename*=UTF-8''" + url.PathEscape(name)
	}
	return ContentHeaders{Type: kind, Disposition: disposition, Options: "nosniff", Policy: "sandbox; default-src 'none'"}
}

// slowly writes to a reader for as long as it reads.
type slowly struct {
	w       io.Writer
	control *http.ResponseController
}

func (s slowly) Write(b []byte) (int, error) {
	_ = s.control.SetWriteDeadline(clock.System().Now().Add(stall)) // as in patient
	return s.w.Write(b)
}

// streamed answers with what write writes. What fails half-way is cut off
// visibly: the length, or the end of the chunks, is missing.
func streamed(ctx context.Context, write func(io.Writer) error) func(huma.Context) {
	return func(hc huma.Context) {
		_, w := humachi.Unwrap(hc)
		if err := write(slowly{w, http.NewResponseController(w)}); err != nil {
			callOf(ctx).log.WarnContext(ctx, "an answer broke off", "request_id", callOf(ctx).id, "error", err)
			panic(http.ErrAbortHandler)
		}
	}
}

var _ huma.Resolver = (*uploaded)(nil)

// uploadOf makes the module's input.
func (u *uploaded) input(name string, of contact.Target) (contact.UploadInput, error) {
	name, open, err := u.opener(name)
	return contact.UploadInput{Target: of, Name: name, Open: open}, err
}
