// Package page makes the cursors of listings: opaque to the caller, and bound
// to the listing that gave them out, so that a cursor of another sort order or
// another search is refused instead of giving a page with holes. A cursor
// grants nothing: row level security holds for whatever position it names.
package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// The sizes of a page.
const (
	DefaultLimit = 50
	MaxLimit     = 100
)

// ErrCursor refuses a cursor that the listing did not give out.
var ErrCursor = fault.New(fault.Invalid, "cursor.invalid", "This cursor does not belong to this list.").
	At("cursor", "Start again from the first page, without a cursor.")

type cursor struct {
	Scope    []byte          `json:"s"`
	Position json.RawMessage `json:"p"`
}

// Encode makes the cursor of a position. The scope names the listing: its
// noun, its order and its filters.
func Encode(scope string, position any) (string, error) {
	p, err := json.Marshal(position)
	if err != nil {
		return "", fmt.Errorf("page: encode a position: %w", err)
	}
	c, err := json.Marshal(cursor{Scope: digest(scope), Position: p})
	if err != nil {
		return "", fmt.Errorf("page: encode a cursor: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(c), nil
}

// Decode reads a cursor of the same scope into position. The empty cursor is
// the first page: ok is false. Anything else is an Invalid fault at "cursor".
func Decode(s, scope string, position any) (ok bool, err error) {
	if s == "" {
		return false, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return false, ErrCursor.Wrap(err)
	}
	var c cursor
	if err := json.Unmarshal(raw, &c); err != nil {
		return false, ErrCursor.Wrap(err)
	}
	if !bytes.Equal(c.Scope, digest(scope)) {
		return false, ErrCursor
	}
	d := json.NewDecoder(bytes.NewReader(c.Position))
	d.DisallowUnknownFields()
	if err := d.Decode(position); err != nil {
		return false, ErrCursor.Wrap(err)
	}
	var parts any
	if err := json.Unmarshal(c.Position, &parts); err != nil || parts == nil || holdsNUL(parts) {
		return false, ErrCursor.Wrap(err)
	}
	return true, nil
}

// holdsNUL tells of a text that PostgreSQL could not even compare with: no row
// gave it out.
func holdsNUL(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.ContainsRune(v, 0)
	case []any:
		return slices.ContainsFunc(v, holdsNUL)
	case map[string]any:
		for _, part := range v {
			if holdsNUL(part) {
				return true
			}
		}
	}
	return false
}

// Limit gives the size of a page: the default for 0; beyond 1 to MaxLimit the
// checks record a fault at "limit".
func Limit(f *fault.Checks, n int) int {
	if n == 0 {
		return DefaultLimit
	}
	f.Check(n >= 1 && n <= MaxLimit, "limit", fmt.Sprintf("Ask for 1 to %d at a time.", MaxLimit))
	return n
}

func digest(scope string) []byte {
	sum := sha256.Sum256([]byte(scope))
	return sum[:9]
}
