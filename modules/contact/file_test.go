package contact_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func opened(content []byte) func() (io.Reader, error) {
	return func() (io.Reader, error) { return bytes.NewReader(content), nil }
}

// kept is how many bytes the sub-account is said to keep, and does keep.
func (d *desk) kept() (said, real int64) {
	d.t.Helper()
	err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(d.ctx, `
			select coalesce((select bytes from file_usage), 0), coalesce((select sum(length(content)) from file_chunk), 0)`).Scan(&said, &real)
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return said, real
}

func TestAFileComesBackAsItWas(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	maria := d.create(contact.CreateInput{FirstName: "Maria"})
	for name, tc := range map[string]struct {
		name    string
		content []byte
		want    string // its type
	}{
		"one byte":                 {"a.txt", []byte("a"), "text/plain; charset=utf-8"},
		"a piece exactly":          {"a.bin", bytes.Repeat([]byte{0, 1, 2, 255}, 64<<10), "application/octet-stream"},
		"many pieces":              {"b.bin", bytes.Repeat([]byte{9, 0, 200}, 700_001), "application/octet-stream"},
		"a picture that says text": {"a.txt", []byte("\x89PNG\r\n\x1a\n0000"), "image/png"},
		"a page that says picture": {"a.png", []byte("<html><script>alert(1)</script>"), "text/html; charset=utf-8"},
		"a table":                  {"Kunden März.csv", []byte("a;b\n1;2\n"), "text/csv; charset=utf-8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := d.Upload(d.ctx, contact.UploadInput{Target: contact.OfContact(maria.ID), Name: `C:\docs\` + tc.name, Open: opened(tc.content)})
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(tc.content)
			if f.Name != tc.name || f.ContentType != tc.want || f.Size != int64(len(tc.content)) || !bytes.Equal(f.SHA256, sum[:]) {
				t.Errorf("kept as %+v", f)
			}
			read, err := d.GetFile(d.ctx, f.ID)
			if diff := cmp.Diff(f, read); diff != "" || err != nil {
				t.Error(diff, err)
			}
			var out bytes.Buffer
			if err := d.WriteFile(d.ctx, f, &out); err != nil || !bytes.Equal(out.Bytes(), tc.content) {
				t.Errorf("%d bytes came back of %d, %v", out.Len(), len(tc.content), err)
			}
			if _, err := d.GetFile(d.foreign, f.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("another sub-account reads it: %v", err)
			}
			if err := d.WriteFile(d.foreign, f, io.Discard); !fault.Is(err, fault.NotFound) {
				t.Errorf("another sub-account reads its content: %v", err)
			}
		})
	}
}

func TestWhatIsNoFileIsRefusedAndKeepsNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	broken := errors.New("the disk is gone")
	for name, tc := range map[string]struct {
		in   contact.UploadInput
		slug string
	}{
		"nothing in it": {contact.UploadInput{Name: "a", Open: opened(nil)}, "file.empty"},
		"too large":     {contact.UploadInput{Name: "a", Open: opened(make([]byte, contact.MaxFile+1))}, "file.too_large"},
		"no name":       {contact.UploadInput{Open: opened([]byte("a"))}, "file.invalid"},
		"no real name":  {contact.UploadInput{Name: "../..", Open: opened([]byte("a"))}, "file.invalid"},
		"nobody's":      {contact.UploadInput{Name: "a", Target: contact.OfContact(uuid.New()), Open: opened([]byte("a"))}, "contact.not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := d.Upload(d.ctx, tc.in)
			if f, ok := fault.As(err); !ok || f.Slug != tc.slug {
				t.Errorf("got %v", err)
			}
		})
	}
	times := 0
	_, err := d.Upload(d.ctx, contact.UploadInput{Name: "a", Open: func() (io.Reader, error) {
		if times++; times == 2 { // measured, then shorter when it is to be kept
			return io.MultiReader(strings.NewReader("a"), iotestError{broken}), nil
		}
		return strings.NewReader("abc"), nil
	}})
	if !errors.Is(err, broken) {
		t.Errorf("half a file was kept: %v", err)
	}
	if said, real := d.kept(); said != 0 || real != 0 {
		t.Errorf("%d bytes are counted, %d kept", said, real)
	}
}

type iotestError struct{ err error }

func (e iotestError) Read([]byte) (int, error) { return 0, e.err }

func TestFilesTakeSpaceUntilTheyGo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.FileQuota = 10
	maria := d.create(contact.CreateInput{FirstName: "Maria"})
	up := func(of contact.Target, n int) (contact.File, error) {
		return d.Upload(d.ctx, contact.UploadInput{Target: of, Name: "a", Open: opened(make([]byte, n))})
	}
	first, err := up(contact.Target{}, 6)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := up(contact.Target{}, 5); !fault.Is(err, fault.Conflict) {
		t.Errorf("more than the quota: %v", err)
	}
	if _, err := up(contact.OfContact(maria.ID), 4); err != nil {
		t.Errorf("the quota exactly: %v", err)
	}
	if err := d.DeleteFile(d.ctx, first.ID); err != nil {
		t.Fatal(err)
	}
	if said, real := d.kept(); said != 4 || real != 4 {
		t.Errorf("%d bytes are counted, %d kept", said, real)
	}
	page, err := d.Files(d.ctx, contact.Target{}, "", 0)
	if err != nil || len(page.Items) != 1 {
		t.Errorf("%d files, %v", len(page.Items), err)
	}
	if err := d.Delete(d.ctx, contact.DeleteInput{ID: maria.ID}); err != nil {
		t.Fatal(err)
	}
	if page, err := d.Files(d.ctx, contact.Target{}, "", 0); err != nil || len(page.Items) != 0 {
		t.Errorf("a deleted contact's file is shown: %v, %v", page, err)
	}
	d.clock.Advance(contact.RetentionDays * 24 * time.Hour)
	if err := d.Erase(d.ctx, maria.ID); err != nil {
		t.Fatal(err)
	}
	if said, real := d.kept(); said != 0 || real != 0 {
		t.Errorf("after the erasure %d bytes are counted, %d kept", said, real)
	}
	kinds, _ := d.heard(maria.ID)
	if diff := cmp.Diff([]string{"contact.created", "file.created", "contact.deleted", "contact.erased"}, kinds); diff != "" {
		t.Error(diff)
	}
}
