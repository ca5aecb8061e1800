// Package child runs servers that end together with the program that started them, even when that
// program is killed.
//
// Each server has a Dir for its data, configuration and log. On Linux the kernel signals the server
// when its parent dies; elsewhere a killed parent leaves its servers running.
package child

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Dir is the working directory of one server.
type Dir struct {
	Path      string // absolute
	user      *user
	temporary bool
}

// NewDir creates the directory at path, which the caller removes. Without a path it creates a
// temporary directory, whose name starts with name and which Remove deletes.
func NewDir(path, name string) (*Dir, error) {
	d := &Dir{Path: path, temporary: path == ""}
	var err error
	if d.temporary {
		d.Path, err = os.MkdirTemp("", name+"-")
	} else {
		err = os.MkdirAll(path, 0o750)
	}
	if err == nil {
		d.Path, err = filepath.Abs(d.Path)
	}
	if err != nil {
		return nil, fmt.Errorf("creating a directory for %s: %w", name, err)
	}
	return d, nil
}

// DropRoot makes later programs run as an unprivileged user where this program runs as root.
// Postgres and PgBouncer refuse to run as root.
func (d *Dir) DropRoot() error {
	user, err := unprivileged()
	if err != nil {
		return err
	}
	d.user = user
	return d.Chown()
}

// Chown gives the directory and its files to the user that programs run as. Call it again after
// writing more files.
func (d *Dir) Chown() error {
	if d.user == nil {
		return nil
	}
	// An os.Root keeps symbolic links from leading outside of the directory.
	root, err := os.OpenRoot(d.Path)
	if err != nil {
		return fmt.Errorf("changing the owner of %s: %w", d.Path, err)
	}
	defer root.Close() //nolint:errcheck // nothing was written through it
	err = fs.WalkDir(root.FS(), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return root.Lchown(path, d.user.uid, d.user.gid)
	})
	if err != nil {
		return fmt.Errorf("changing the owner of %s: %w", d.Path, err)
	}
	return nil
}

// Join returns a path inside the directory.
func (d *Dir) Join(name string) string { return filepath.Join(d.Path, name) }

// Run runs a program and waits until it ends. It kills the program when ctx is done.
func (d *Dir) Run(ctx context.Context, path string, args ...string) error {
	p, err := d.Start(syscall.SIGKILL, path, args...)
	if err != nil {
		return err
	}
	select {
	case <-p.Done():
		err = p.err
	case <-ctx.Done():
		p.Kill()
		err = context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("running %s: %w%s", path, err, d.logTail())
	}
	return nil
}

// Log returns the output of all programs that ran in the directory.
func (d *Dir) Log() string {
	text, err := os.ReadFile(d.logPath())
	if err != nil {
		return fmt.Sprintf("reading the log: %v", err)
	}
	return string(text)
}

// Close stops process, which may be nil, and removes a temporary directory. A process that has not
// ended after the timeout is killed.
func (d *Dir) Close(process *Process, signal os.Signal, timeout time.Duration) error {
	if process == nil {
		return d.Remove()
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return errors.Join(process.Stop(ctx, signal), d.Remove())
}

// Remove deletes a temporary directory and keeps the caller's.
func (d *Dir) Remove() error {
	if !d.temporary {
		return nil
	}
	if err := os.RemoveAll(d.Path); err != nil {
		return fmt.Errorf("removing %s: %w", d.Path, err)
	}
	return nil
}

func (d *Dir) logPath() string { return d.Join("server.log") }

// logTail returns the end of the log, formatted for an error message.
func (d *Dir) logTail() string {
	const tail = 15 // lines
	lines := strings.Split(strings.TrimSpace(d.Log()), "\n")
	return "; end of the log:\n" + strings.Join(lines[max(0, len(lines)-tail):], "\n")
}
