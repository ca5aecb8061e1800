package pgserver

import (
	"context"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
)

// dataDirMode is the widest that Postgres takes for a data directory of its own.
const dataDirMode = 0o700

// createData makes the data directory, by copying a template where the caller keeps those: initdb costs ten times as
// much, all of it processor time that other tests want.
func (s *Server) createData(ctx context.Context, templates string) error {
	if templates == "" {
		return s.initdb(ctx, s.dataDir())
	}
	template := filepath.Join(templates, s.templateName())
	if copyData(template, s.dataDir()) == nil {
		return nil
	}
	// A template that cannot be read, somebody else's perhaps, is as good as none.
	if err := os.RemoveAll(s.dataDir()); err != nil {
		return fmt.Errorf("removing half a copy: %w", err)
	}
	if err := s.initdb(ctx, s.dataDir()); err != nil {
		return err
	}
	keep(s.dataDir(), template)
	return nil
}

// initdb creates a cluster in dir.
func (s *Server) initdb(ctx context.Context, dir string) error {
	args := append(initdbFlags(), "--pgdata="+dir)
	return s.home.Run(ctx, filepath.Join(s.binDir, "initdb"), args...)
}

func initdbFlags() []string {
	return []string{"--username=" + Superuser, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"}
}

// templateName tells apart whatever makes clusters differ: the program, by its folder, and the flags.
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

// keep saves a fresh cluster as a template. Where it cannot, the next server pays for its own: no reason to fail.
func keep(data, template string) {
	unfinished, err := os.MkdirTemp(filepath.Dir(template), ".template-")
	if err != nil {
		return
	}
	defer os.RemoveAll(unfinished) //nolint:errcheck // renamed by then, or of no use
	if err := copyData(data, unfinished); err != nil {
		return
	}
	_ = os.Rename(unfinished, template) // fails where another process was faster
}
