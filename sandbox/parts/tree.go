package parts

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

const modulePath = "github.com/omnicrm/omnicrm"

// Tree returns the root of the work tree: the nearest folder at or above the
// working directory whose go.mod is the product's. Tests run in the folder of
// their package, the development stack at the root.
func Tree() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the work tree: %w", err)
	}
	for {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && bytes.HasPrefix(mod, []byte("module "+modulePath+"\n")) {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("find the work tree: no go.mod of " + modulePath + " at or above the working directory")
		}
		dir = up
	}
}
