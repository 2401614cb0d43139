package apiserver_test

import (
	"bytes"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/modules/contact"
)

func TestAFileIsSavedAndNeverShownAsAPage(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	page := `<html><script>alert(document.cookie)</script>`
	made := b.must(201, ask{method: "POST", path: b.sub("/files?name=Übersicht.html"), token: token, body: page})
	got := b.must(200, ask{path: b.sub("/files/" + made.str("id") + "/content"), token: token})
	if got.text != page {
		t.Errorf("got %q", got.text)
	}
	for name, want := range map[string]string{
		"Content-Disposition":     "attachment; filename*=utf-8''%C3%9Cbersicht.html",
		"X-Content-Type-Options":  "nosniff",
		"Content-Security-Policy": "sandbox; default-src 'none'",
		"Content-Type":            "text/html; charset=utf-8",
		"Content-Length":          "45",
	} {
		if strings.Join(got.header.Values(name), ",") != want {
			t.Errorf("%s is %q", name, got.header.Values(name))
		}
	}
	b.must(204, ask{method: "DELETE", path: b.sub("/files/" + made.str("id")), token: token})
	b.must(404, ask{path: b.sub("/files/" + made.str("id") + "/content"), token: token})
}

func TestAFileComesInAFormToo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	content := strings.Repeat("0123456789", 200_000) // beyond the limit of other bodies
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", "numbers.txt")
	b.ok(err)
	_, err = part.Write([]byte(content))
	b.ok(err)
	single := form.String()
	b.ok(w.Close())
	q := ask{
		method: "POST", path: b.sub("/files"), token: token, body: form.String(),
		header: map[string]string{"Content-Type": w.FormDataContentType(), "Idempotency-Key": "k"},
	}
	made := b.must(201, q)
	if again := b.must(201, q); again.str("id") != made.str("id") {
		t.Error("a repeat made another file")
	}
	if made.str("name") != "numbers.txt" {
		t.Errorf("got %s", made.text)
	}
	if got := b.must(200, ask{path: b.sub("/files/" + made.str("id") + "/content"), token: token}); got.text != content {
		t.Errorf("%d bytes came back", len(got.text))
	}
	q.body, q.header = strings.ReplaceAll(form.String(), `filename="numbers.txt"`, ""), map[string]string{"Content-Type": w.FormDataContentType()}
	if a := b.must(422, q); a.code() != "request.invalid" {
		t.Errorf("a form without a file: %s", a.text)
	}
	for name, more := range map[string]string{"another file": `filename="2.txt"; name="other"`, "a field that is none here": `name="contact_id"`} {
		q.body = single + "\r\n--" + w.Boundary() + "\r\nContent-Disposition: form-data; " + more + "\r\n\r\nx\r\n--" + w.Boundary() + "--\r\n"
		if a := b.must(422, q); a.fields()["file"] == "" {
			t.Errorf("a form with %s: %s", name, a.text)
		}
	}
	tooMuch := ask{method: "POST", path: b.sub("/files?name=a"), token: token, body: strings.Repeat("a", contact.MaxFile+100_000)}
	if a := b.must(413, tooMuch); a.code() != "request.too_large" {
		t.Errorf("got %s", a.text)
	}
}
