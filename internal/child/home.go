// Package child runs servers that must not outlive the program that started them, even when that is killed.
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

// Home is the directory of one server: its data, its configuration and its log.
type Home struct {
	// Path is absolute.
	Path      string
	user      *user
	temporary bool
}

// NewHome makes the directory that a server runs in: dir, which is the caller's to remove, or a temporary one of that
// name when dir is "".
func NewHome(dir, name string) (*Home, error) {
	home := &Home{Path: dir, temporary: dir == ""}
	var err error
	if home.temporary {
		home.Path, err = os.MkdirTemp("", name+"-")
	} else {
		err = os.MkdirAll(dir, 0o750)
	}
	if err != nil {
		return nil, fmt.Errorf("making a directory for %s: %w", name, err)
	}
	if home.Path, err = filepath.Abs(home.Path); err != nil {
		return nil, fmt.Errorf("making a directory for %s: %w", name, err)
	}
	return home, nil
}

// DropRoot makes programs run as somebody else where this program is root, for servers that refuse to run as root.
func (h *Home) DropRoot() error {
	user, err := unprivileged()
	if err != nil {
		return err
	}
	h.user = user
	return h.Hand()
}

// Hand gives all of the directory to the user that programs run as; what is written later needs it again.
func (h *Home) Hand() error {
	if h.user == nil {
		return nil
	}
	// Links inside must not lead root's hand out of the directory.
	root, err := os.OpenRoot(h.Path)
	if err != nil {
		return fmt.Errorf("handing %s to an unprivileged user: %w", h.Path, err)
	}
	defer root.Close() //nolint:errcheck // nothing was written through it
	err = fs.WalkDir(root.FS(), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return root.Lchown(path, h.user.uid, h.user.gid)
	})
	if err != nil {
		return fmt.Errorf("handing %s to an unprivileged user: %w", h.Path, err)
	}
	return nil
}

// Join is a path inside the directory.
func (h *Home) Join(name string) string { return filepath.Join(h.Path, name) }

// Run runs a program to its end.
func (h *Home) Run(ctx context.Context, path string, args ...string) error {
	p, err := h.Start(syscall.SIGKILL, path, args...)
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
		return fmt.Errorf("running %s: %w%s", path, err, h.logTail())
	}
	return nil
}

// Log is all that the programs run here have printed.
func (h *Home) Log() string {
	text, err := os.ReadFile(h.logPath())
	if err != nil {
		return fmt.Sprintf("reading the log: %v", err)
	}
	return string(text)
}

// End stops process, where one was started in this home, and removes the home. It kills what does not stop in time.
func (h *Home) End(process *Process, signal os.Signal, patience time.Duration) error {
	if process == nil {
		return h.Remove()
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return errors.Join(process.Stop(ctx, signal), h.Remove())
}

// Remove deletes the directory, unless the caller brought it.
func (h *Home) Remove() error {
	if !h.temporary {
		return nil
	}
	if err := os.RemoveAll(h.Path); err != nil {
		return fmt.Errorf("removing %s: %w", h.Path, err)
	}
	return nil
}

func (h *Home) logPath() string { return h.Join("server.log") }

// logTail is the end of the log in a form to append to an error.
func (h *Home) logTail() string {
	const enough = 15
	lines := strings.Split(strings.TrimSpace(h.Log()), "\n")
	return "; its log ends:\n" + strings.Join(lines[max(0, len(lines)-enough):], "\n")
}
