package parts

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// maxFile bounds one file of a package, against an archive that never ends.
const maxFile = 256 << 20

// fetchNPM unpacks one exact version of an npm package into dir. npm itself
// does the download, so mirrors, proxies and credentials are the machine's own,
// and checks the archive against the registry's hash.
func fetchNPM(ctx context.Context, spec, dir string) error {
	tmp, err := os.MkdirTemp(filepath.Dir(dir), "npm-")
	if err != nil {
		return fmt.Errorf("fetch %s: %w", spec, err)
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	cmd := exec.CommandContext(ctx, "npm", "pack", "--silent", "--pack-destination", tmp, spec)
	cmd.Dir = tmp
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("fetch %s with npm: %w\n%s", spec, err, stderr.String())
	}
	archives, err := filepath.Glob(filepath.Join(tmp, "*.tgz"))
	if err != nil || len(archives) != 1 {
		return fmt.Errorf("fetch %s with npm: found %d archives", spec, len(archives))
	}
	f, err := os.Open(archives[0])
	if err != nil {
		return fmt.Errorf("fetch %s: %w", spec, err)
	}
	defer func() { _ = f.Close() }()
	if err := unpack(f, dir); err != nil {
		return fmt.Errorf("unpack %s: %w", spec, err)
	}
	return nil
}

// unpack writes a package archive's files to dir, without the folder
// "package" that npm wraps them in.
func unpack(r io.Reader, dir string) error {
	z, err := gzip.NewReader(r)
	if err != nil {
		return err
	}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		_, name, ok := strings.Cut(h.Name, "/")
		if !ok || h.Typeflag != tar.TypeReg {
			continue
		}
		if !filepath.IsLocal(name) {
			return fmt.Errorf("path %q leaves the package", h.Name)
		}
		if err := unpackFile(t, filepath.Join(dir, name), h.FileInfo().Mode()); err != nil {
			return err
		}
	}
}

func unpackFile(r io.Reader, path string, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode.Perm()|0o644)
	if err != nil {
		return err
	}
	n, err := io.CopyN(f, r, maxFile)
	if closeErr := f.Close(); err == nil || errors.Is(err, io.EOF) {
		err = closeErr
	}
	if err == nil && n == maxFile {
		err = fmt.Errorf("%s is larger than %d bytes", path, maxFile)
	}
	return err
}
