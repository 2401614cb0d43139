package contact

import (
	"bytes"
	"io"
)

// Inspect is inspect of a file in memory.
func Inspect(content []byte) (Import, []string, error) {
	return inspect(func() (io.Reader, error) { return bytes.NewReader(content), nil }, ImportReading{}, "US", &catalogue{})
}

// Decoded is a file's content as its rows are read from.
func Decoded(r io.Reader, name string) io.Reader { return decoded(r, name) }

// SearchText is what a search for the contact looks through.
func SearchText(c Contact) string { return c.searchText() }
