package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"github.com/alecthomas/kingpin/v2"
)

// directory holds all files of a running demo: its lock, the servers' temporary directories, and in
// faults/ an empty file for each fault that is to be active.
type directory string

const lockName = "demo.lock"

func directoryFlag(cmd *kingpin.CmdClause) *string {
	path := filepath.Join(os.TempDir(), "marketplace-demo-"+strconv.Itoa(os.Geteuid()))
	return cmd.Flag("dir", "Directory of the running demo.").Envar("DEMO_DIR").Default(path).String()
}

// claim creates and locks the directory, unless another demo holds it, and deletes what a killed
// demo left there. The servers' temporary directories are created in it.
func (d *demo) claim(path string) error {
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("creating the demo's directory: %w", err)
	}
	info, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("creating the demo's directory: %w", err)
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || int(owner.Uid) != os.Geteuid() {
		return fmt.Errorf("%s is not a directory of this user; hint: set --dir to another path", path)
	}
	leftovers, err := os.ReadDir(path)
	ours := func(entry fs.DirEntry) bool { return entry.Name() == lockName }
	if err != nil || len(leftovers) > 0 && !slices.ContainsFunc(leftovers, ours) {
		return errors.Join(err, fmt.Errorf("%s has files of another program; hint: set --dir to another path", path))
	}
	lock, err := directory(path).lock(os.O_CREATE)
	if err != nil {
		return fmt.Errorf("another demo is running: %w; hint: stop it, or set --dir", err)
	}
	d.onStop("", func() error { return errors.Join(os.RemoveAll(path), lock.Close()) })
	for _, entry := range leftovers {
		if !ours(entry) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(path, entry.Name())))
		}
	}
	return errors.Join(err,
		os.Chmod(path, 0o711), //nolint:gosec // Postgres runs as another user if this program runs as root
		os.Mkdir(directory(path).faults(), 0o700), os.Setenv("TMPDIR", path))
}

// lock fails while another program has the lock.
func (dir directory) lock(flags int) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(string(dir), lockName), flags|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w", file.Name(), err), file.Close())
	}
	return file, nil
}

// requireDemo fails if no demo holds the directory.
func (dir directory) requireDemo() error {
	errNotRunning := errors.New("no demo is running: start one with `make demo` in another terminal")
	lock, err := dir.lock(0)
	switch {
	case err == nil:
		return errors.Join(errNotRunning, lock.Close())
	case errors.Is(err, fs.ErrNotExist):
		return errNotRunning
	case errors.Is(err, syscall.EWOULDBLOCK):
		return nil
	}
	return fmt.Errorf("opening the demo's directory: %w", err)
}

func (dir directory) faults() string { return filepath.Join(string(dir), "faults") }

// wanted reports whether a fault is to be active.
func (dir directory) wanted(fault string) bool {
	_, err := os.Stat(filepath.Join(dir.faults(), fault))
	return err == nil
}

// want lets the demo begin or end a fault.
func (dir directory) want(fault string, active bool) error {
	path := filepath.Join(dir.faults(), fault)
	if active {
		return os.WriteFile(path, nil, 0o600)
	}
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
