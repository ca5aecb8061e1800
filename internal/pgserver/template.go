package pgserver

import (
	"context"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
)

// dataDirMode is the mode of the data directory. Postgres rejects one that is open to others.
const dataDirMode = 0o700

// createData creates the data directory. It copies a template where the caller caches them, since
// initdb takes ten times as long.
func (s *Server) createData(ctx context.Context, opts Options) error {
	data := s.Join("data")
	flags := []string{"--username=" + Superuser, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"}
	if opts.Checksums {
		flags = append(flags, "--data-checksums")
	}
	// The name identifies the Postgres build, by its directory, and the flags of initdb.
	name := fmt.Sprintf("%s-template-%08x", filepath.Base(filepath.Dir(opts.BinDir)), crc32.ChecksumIEEE([]byte(strings.Join(flags, " "))))
	template := filepath.Join(opts.Templates, name)
	if opts.Templates != "" && copyData(template, data) == nil {
		return nil
	}
	// Without a readable template, which may belong to another user, run initdb.
	if err := os.RemoveAll(data); err != nil {
		return fmt.Errorf("removing an incomplete copy: %w", err)
	}
	if err := s.Run(ctx, append([]string{filepath.Join(opts.BinDir, "initdb"), "--pgdata=" + data}, flags...)...); err != nil {
		return err
	}
	if opts.Templates != "" {
		saveTemplate(data, template)
	}
	return nil
}

func copyData(from, to string) error {
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return fmt.Errorf("copying a cluster: %w", err)
	}
	if err := os.Chmod(to, dataDirMode); err != nil {
		return fmt.Errorf("copying a cluster: %w", err)
	}
	return nil
}

// saveTemplate caches a new cluster. It ignores errors, since the next server then runs initdb.
func saveTemplate(data, template string) {
	unfinished, err := os.MkdirTemp(filepath.Dir(template), ".template-")
	if err != nil {
		return
	}
	defer os.RemoveAll(unfinished) //nolint:errcheck // does not exist after the rename
	if err := copyData(data, unfinished); err != nil {
		return
	}
	_ = os.Rename(unfinished, template) // fails where another process has saved one
}
