package secrets

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Place is where a sealed value stands. Every part is needed to open it, so
// none of them may change while the value lives.
type Place struct {
	Tenant string // the sub-account's or agency's id; "platform" for our own
	Table  string
	Column string
	Row    string // the row's primary key
}

// Box seals and opens with one keyset. It is safe for concurrent use.
type Box struct {
	aead    tink.AEAD
	primary uint32
}

var (
	// ErrKeyset reports a keyset that can't be read; it never quotes it.
	ErrKeyset = errors.New("secrets: the keyset is not the base64 of a tink JSON keyset with AEAD keys")
	// ErrSealed reports a value that doesn't open: sealed under another keyset,
	// for another place, or changed since.
	ErrSealed = errors.New("secrets: the value does not open here: another keyset, another place, or changed since it was sealed")
)

// NewBox reads a keyset as GenerateKeyset writes it: base64 of tink's JSON.
func NewBox(encoded string) (*Box, error) {
	handle, err := parse(encoded)
	if err != nil {
		return nil, err
	}
	primitive, err := aead.New(handle)
	if err != nil {
		return nil, ErrKeyset
	}
	primary, err := handle.Primary()
	if err != nil {
		return nil, ErrKeyset
	}
	return &Box{aead: primitive, primary: primary.KeyID()}, nil
}

// Seal encrypts plain for the place. The same input gives another output each
// time.
func (b *Box) Seal(plain []byte, where Place) ([]byte, error) {
	sealed, err := b.aead.Encrypt(plain, where.bytes())
	if err != nil {
		return nil, fmt.Errorf("secrets: sealing %s.%s: %w", where.Table, where.Column, err)
	}
	return sealed, nil
}

// Open decrypts what Seal gave for the same place, or returns ErrSealed.
func (b *Box) Open(sealed []byte, where Place) ([]byte, error) {
	plain, err := b.aead.Decrypt(sealed, where.bytes())
	if err != nil {
		return nil, fmt.Errorf("%w (%s.%s)", ErrSealed, where.Table, where.Column)
	}
	return plain, nil
}

// Stale tells whether a sealed value should be sealed again because it isn't
// under the primary key. Tink's output starts with 0x01 and the key's id
// (https://developers.google.com/tink/wire-format).
func (b *Box) Stale(sealed []byte) bool {
	return len(sealed) < 5 || sealed[0] != 1 || binary.BigEndian.Uint32(sealed[1:5]) != b.primary
}

// bytes is unambiguous because each part carries its length: ("ab", "c") and
// ("a", "bc") differ.
func (p Place) bytes() []byte {
	var out bytes.Buffer
	for _, part := range []string{p.Tenant, p.Table, p.Column, p.Row} {
		fmt.Fprintf(&out, "%d:%s", len(part), part)
	}
	return out.Bytes()
}

// GenerateKeyset makes a keyset of one AES-256-GCM key.
func GenerateKeyset() (string, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return "", fmt.Errorf("secrets: making a keyset: %w", err)
	}
	return format(handle)
}

// Rotate adds a fresh key to the keyset and makes it the primary; what the
// older keys sealed still opens.
func Rotate(encoded string) (string, error) {
	handle, err := parse(encoded)
	if err != nil {
		return "", err
	}
	manager := keyset.NewManagerFromHandle(handle)
	id, err := manager.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return "", fmt.Errorf("secrets: adding a key: %w", err)
	}
	if err := manager.SetPrimary(id); err != nil {
		return "", fmt.Errorf("secrets: choosing the primary key: %w", err)
	}
	rotated, err := manager.Handle()
	if err != nil {
		return "", fmt.Errorf("secrets: rotating: %w", err)
	}
	return format(rotated)
}

func parse(encoded string) (*keyset.Handle, error) {
	text, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		return nil, ErrKeyset
	}
	// The package's name is tink's warning that the keys lie open in memory.
	// They come from a Kubernetes Secret, which is the custody the platform has.
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil {
		return nil, ErrKeyset
	}
	return handle, nil
}

func format(handle *keyset.Handle) (string, error) {
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		return "", fmt.Errorf("secrets: writing the keyset: %w", err)
	}
	return base64.StdEncoding.EncodeToString(text.Bytes()), nil
}
