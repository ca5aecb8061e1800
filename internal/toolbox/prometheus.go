package toolbox

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// oldestPrometheus is the first major version whose configuration and PromQL the demo can rely on.
const oldestPrometheus = 3

// AnyPrometheus is the system's Prometheus where it is recent enough, else the pinned one.
func AnyPrometheus() (string, error) {
	path, err := exec.LookPath("prometheus")
	if err == nil && prometheusMajor(path) >= oldestPrometheus {
		return path, nil
	}
	return Path("prometheus")
}

// prometheusMajor is 0 where the program does not tell.
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

// output runs a program that answers at once: what it prints of its version.
func output(path string, args ...string) (string, error) {
	out, err := exec.Command(path, args...).Output() //nolint:gosec,noctx // a tool that was looked up; nothing to cancel
	if err != nil {
		return "", fmt.Errorf("running %s: %w", path, err)
	}
	return string(out), nil
}
