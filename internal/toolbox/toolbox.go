// Package toolbox finds the programs that tests and the demo run, such as Postgres and Prometheus.
// The scripts in tools/ install them.
package toolbox

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Path returns the path of an installed tool: of a command such as "promtool" or "pgbouncer", or of
// a directory such as "postgres-17". The error for a missing tool names the make target that
// installs it.
func Path(name string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", fmt.Errorf("finding %s: %w", name, err)
	}
	// The script has the pinned versions and the directory of the tools.
	script := exec.Command(filepath.Join(root, "tools", "install.sh"), name) //nolint:gosec,noctx // ends immediately
	script.Env = append(os.Environ(), "TOOLS_INSTALL=no")
	out, err := script.Output()
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			err = errors.New(strings.TrimSpace(string(failed.Stderr)))
		}
		return "", fmt.Errorf("finding %s: %w", name, err)
	}
	return strings.TrimSpace(string(out)), nil
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
