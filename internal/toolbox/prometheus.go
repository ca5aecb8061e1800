package toolbox

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// AnyPrometheus returns the system's Prometheus if it is recent enough, or else Debian's, or else
// the pinned one, which has no web pages. Its arguments let an unpacked package find its web pages.
func AnyPrometheus() (path string, args []string, err error) {
	// The first version that supports keep_firing_for, which the rules use.
	const oldest = 2042
	for _, find := range []func(string) (string, error){exec.LookPath, debianPath} {
		path, err := find("prometheus")
		// prometheus, version 3.16.0 (branch: HEAD, revision: …)
		if err != nil || version(path, "version ") < oldest {
			continue
		}
		if assets := filepath.Join(filepath.Dir(path), "..", "share", "prometheus", "web"); isDir(assets) {
			args = []string{"--web.local-assets=" + assets}
		}
		return path, args, nil
	}
	path, err = Path("prometheus")
	return path, nil, err
}

// AnyAlertmanager returns the pinned Alertmanager if it is installed, or else the system's or
// Debian's. These can be older, and need a reduced configuration.
func AnyAlertmanager() (path string, reduced bool, err error) {
	path, err = Path("alertmanager")
	if err == nil {
		return path, false, nil
	}
	for _, name := range []string{"alertmanager", "prometheus-alertmanager"} {
		if found, err := exec.LookPath(name); err == nil {
			return found, true, nil
		}
	}
	return "", false, err
}

// Grafana returns the system's Grafana with its home directory, or empty texts.
func Grafana() (path, home string) {
	path, err := exec.LookPath("grafana")
	if err != nil {
		return "", ""
	}
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", ""
	}
	for _, home := range []string{filepath.Dir(filepath.Dir(target)), "/usr/share/grafana"} {
		if isDir(filepath.Join(home, "conf")) && isDir(filepath.Join(home, "public")) {
			return path, home
		}
	}
	return "", ""
}

// debianPath returns the path of a program that tools/install-debian.sh unpacked.
func debianPath(name string) (string, error) { return Path("debian-" + name) }

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// version returns the major version that follows a prefix in the output of --version times 1000,
// plus the minor version. It returns 0 if there is none, as for a beta such as 19beta1.
func version(path, prefix string) int {
	out, err := exec.Command(path, "--version").Output() //nolint:noctx // nothing to cancel
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(out), prefix)
	var major, minor int
	if n, _ := fmt.Sscanf(rest, "%d.%d", &major, &minor); n < 2 {
		return 0
	}
	return 1000*major + minor
}
