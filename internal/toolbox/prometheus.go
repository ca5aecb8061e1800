package toolbox

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// oldestPrometheus is the first major version that supports the demo's configuration and PromQL.
const oldestPrometheus = 3

// AnyPrometheus returns the system's Prometheus if it is recent enough, or else the pinned one.
func AnyPrometheus() (string, error) {
	path, err := exec.LookPath("prometheus")
	if err == nil && prometheusMajor(path) >= oldestPrometheus {
		return path, nil
	}
	return Path("prometheus")
}

// prometheusMajor returns 0 for an unknown version.
func prometheusMajor(path string) int {
	out, err := output(path, "--version")
	if err != nil {
		return 0
	}
	// prometheus, version 3.16.0 (branch: HEAD, revision: …)
	_, rest, _ := strings.Cut(out, "version ")
	number, _, _ := strings.Cut(rest, ".")
	major, _ := strconv.Atoi(number)
	return major
}

// output returns the standard output of a program that ends immediately.
func output(path string, args ...string) (string, error) {
	out, err := exec.Command(path, args...).Output() //nolint:gosec,noctx // the path was looked up; nothing to cancel
	if err != nil {
		return "", fmt.Errorf("running %s: %w", path, err)
	}
	return string(out), nil
}
