package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/alecthomas/kingpin/v2"
)

// The fault file lists the faults of the running demo, a name on each line. The demo holds a lock on it, follows its
// content, and removes it at the end.

func faultFileFlag(cmd *kingpin.CmdClause) *string {
	path := filepath.Join(os.TempDir(), "marketplace-demo-"+strconv.Itoa(os.Getuid())+".faults")
	return cmd.Flag("fault-file", "File that lists the faults of the running demo.").Envar("DEMO_FAULT_FILE").Default(path).String()
}

// claimFaultFile creates the file, unless another demo holds it.
func (d *demo) claimFaultFile(path string) error {
	const ownerOnly = 0o600
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, ownerOnly)
	if err != nil {
		return fmt.Errorf("creating the fault file: %w", err)
	}
	if err := lock(file); err != nil {
		return errors.Join(fmt.Errorf("locking %s: another demo is running: %w; hint: stop it, or set --fault-file", path, err), file.Close())
	}
	d.onStop("", func() error { return errors.Join(os.Remove(path), file.Close()) })
	return file.Truncate(0) // a demo that was killed leaves its faults
}

func lock(file *os.File) error {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

func readFaultFile(path string) ([]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the fault file: %w", err)
	}
	return strings.Fields(string(text)), nil
}

func breakCommand(cmd *kingpin.CmdClause) command {
	path := faultFileFlag(cmd)
	name := cmd.Arg("fault", "Fault to begin; none ends all faults. Without it, all faults are listed.").String()
	return func(_ context.Context, stdout io.Writer) error {
		result, err := changeFaults(*path, *name)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(stdout, result)
		return err
	}
}

// changeFaults changes the fault file of the running demo, and returns what to expect.
func changeFaults(path, name string) (string, error) {
	if name == "" {
		return "faults, for FAULT=name:\n" + listFaults(), nil
	}
	f, err := findFault(name)
	if err != nil && name != "none" {
		return "", err
	}
	file, err := openFaultFile(path)
	if err != nil {
		return "", err
	}
	defer file.Close() //nolint:errcheck // errors of a write are returned
	if name == "none" {
		return "all faults end; the demo's terminal shows when", file.Truncate(0)
	}
	active, err := readFaultFile(path)
	switch {
	case err != nil:
		return "", err
	case slices.Contains(active, name):
		return "", fmt.Errorf("%s is active already: end it with FAULT=none", name)
	case f.scripted && slices.Contains(active, databaseStopped):
		return "", fmt.Errorf("%s needs the database: end %s first with FAULT=none", name, databaseStopped)
	}
	_, err = file.WriteString(name + "\n")
	return fmt.Sprintf("%s begins; expect %s", name, f.alert), err
}

// openFaultFile opens the file for appending. It fails if no demo holds it.
func openFaultFile(path string) (*os.File, error) {
	errNotRunning := errors.New("no demo is running: start one with `make demo` in another terminal")
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil, errNotRunning
	}
	if err != nil {
		return nil, fmt.Errorf("opening the fault file: %w", err)
	}
	if lock(file) == nil {
		return nil, errors.Join(errNotRunning, file.Close())
	}
	return file, nil
}
