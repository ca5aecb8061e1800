// Package toolbox finds the programs that tests and the demo run, such as Postgres and Prometheus.
// The scripts in tools/ install them.
package toolbox

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Path returns the path of a tool by its command name, such as "promtool" or "pgbouncer". The error
// for a missing tool names the make target that installs it.
func Path(name string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", fmt.Errorf("finding %s: %w", name, err)
	}
	version, err := goToolVersion(root, name)
	if err != nil {
		return "", fmt.Errorf("finding %s: %w", name, err)
	}
	if version == "" {
		return systemPath(name)
	}
	path := filepath.Join(CacheDir(), name+"-"+version)
	if _, err := os.Stat(path); err != nil {
		return "", missing(name, err)
	}
	return path, nil
}

// Root returns the repository's root: the directory of the go.mod in or above the working
// directory.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("locating the repository: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod in or above the working directory; hint: run this inside a checkout")
		}
		dir = parent
	}
}

// CacheDir returns the directory that the scripts in tools/ install to. tools/lib.sh has the same
// rules.
func CacheDir() string {
	if dir := os.Getenv("MARKETPLACE_TOOLS"); dir != "" {
		return dir
	}
	const name = "marketplace-monitoring"
	if os.Geteuid() == 0 {
		return filepath.Join("/var/cache", name)
	}
	if dir := os.Getenv("XDG_CACHE_HOME"); dir != "" {
		return filepath.Join(dir, name)
	}
	return filepath.Join(os.Getenv("HOME"), ".cache", name)
}

// systemPath finds a command of a distribution's package.
func systemPath(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	// Debian installs servers in a directory that only root's PATH has.
	path, err := exec.LookPath(filepath.Join("/usr/sbin", name))
	if err != nil {
		return "", missing(name, err)
	}
	return path, nil
}

func missing(name string, err error) error {
	return fmt.Errorf("finding %s: %w; hint: install it with `make tools-%s`", name, err, name)
}
