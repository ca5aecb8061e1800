package toolbox

import (
	"os/exec"
	"strconv"
	"strings"
)

// oldestPrometheus is the first major version that supports the demo's configuration and PromQL.
const oldestPrometheus = 3

// AnyPrometheus returns the system's Prometheus if it is recent enough, or else the pinned one.
func AnyPrometheus() (string, error) {
	path, err := exec.LookPath("prometheus")
	// prometheus, version 3.16.0 (branch: HEAD, revision: …)
	if err == nil && majorVersion(path, "version ") >= oldestPrometheus {
		return path, nil
	}
	return Path("prometheus")
}

// majorVersion returns the number that follows a prefix in the output of --version, or 0 if there is
// none, as for a beta such as 19beta1.
func majorVersion(path, prefix string) int {
	out, err := exec.Command(path, "--version").Output() //nolint:noctx // ends immediately
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(out), prefix)
	number, _, _ := strings.Cut(rest, ".")
	major, _ := strconv.Atoi(number)
	return major
}
