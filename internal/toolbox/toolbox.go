// Package toolbox finds the programs that tests and the demo run: Postgres, Prometheus and their like, as installed
// by the scripts in tools/.
package toolbox

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Path finds one tool by the name of its command, such as "promtool" or "pgbouncer".
// The error of a missing one says which make target installs it.
func Path(name string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", fmt.Errorf("finding %s: %w", name, err)
	}
	version, err := goToolVersion(root, name)
	if errors.Is(err, errNotPinned) {
		return systemPath(name)
	}
	if err != nil {
		return "", fmt.Errorf("finding %s: %w", name, err)
	}
	path := filepath.Join(CacheDir(), name+"-"+version)
	if _, err := os.Stat(path); err != nil {
		return "", missing(name, err)
	}
	return path, nil
}

// Root is the folder of the go.mod above the working directory: the repository's.
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
			return "", errors.New("locating the repository: no go.mod in or above the working directory: run this inside a checkout")
		}
		dir = parent
	}
}

// CacheDir is where the scripts in tools/ install to; tools/lib.sh says the same in shell.
func CacheDir() string {
	if dir := os.Getenv("MARKETPLACE_TOOLS"); dir != "" {
		return dir
	}
	const folder = "marketplace-monitoring"
	if os.Geteuid() == 0 {
		return filepath.Join("/var/cache", folder)
	}
	if dir := os.Getenv("XDG_CACHE_HOME"); dir != "" {
		return filepath.Join(dir, folder)
	}
	return filepath.Join(os.Getenv("HOME"), ".cache", folder)
}

// systemPath finds what comes from a distribution's package.
func systemPath(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	// Debian keeps servers where only root's path leads.
	path, err := exec.LookPath(filepath.Join("/usr/sbin", name))
	if err != nil {
		return "", missing(name, err)
	}
	return path, nil
}

func missing(name string, err error) error {
	return fmt.Errorf("finding %s: %w: install it with `make tools-%s`", name, err, name)
}
