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
func (s *Server) createData(ctx context.Context, templates string) error {
	if templates == "" {
		return s.initdb(ctx, s.dataDir())
	}
	template := filepath.Join(templates, s.templateName())
	if copyData(template, s.dataDir()) == nil {
		return nil
	}
	// Without a readable template, which may belong to another user, run initdb.
	if err := os.RemoveAll(s.dataDir()); err != nil {
		return fmt.Errorf("removing an incomplete copy: %w", err)
	}
	if err := s.initdb(ctx, s.dataDir()); err != nil {
		return err
	}
	saveTemplate(s.dataDir(), template)
	return nil
}

// initdb creates a cluster in dir.
func (s *Server) initdb(ctx context.Context, dir string) error {
	args := append(initdbFlags(), "--pgdata="+dir)
	return s.dir.Run(ctx, filepath.Join(s.binDir, "initdb"), args...)
}

func initdbFlags() []string {
	return []string{"--username=" + Superuser, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"}
}

// templateName identifies the Postgres build, by its directory, and the flags of initdb.
func (s *Server) templateName() string {
	sum := crc32.ChecksumIEEE([]byte(strings.Join(initdbFlags(), " ")))
	return fmt.Sprintf("%s-template-%08x", filepath.Base(filepath.Dir(s.binDir)), sum)
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
