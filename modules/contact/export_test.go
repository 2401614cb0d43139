package contact

import (
	"bytes"
	"io"
)

// Inspect is inspect of a file in memory.
func Inspect(content []byte) (Import, []string, error) {
	return inspect(func() (io.Reader, error) { return bytes.NewReader(content), nil }, "US", &catalogue{})
}
