package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// running is a demo in its own process, with a directory for its files.
type running struct {
	cmd *exec.Cmd
	tmp string
	out *heldWriter
}

func startDemo(t *testing.T, args ...string) running {
	t.Helper()
	d := runDemo(t, args...)
	d.await(t, "leaves nothing behind")
	return d
}

func runDemo(t *testing.T, args ...string) running {
	t.Helper()
	program := filepath.Join(t.TempDir(), "demo")
	built, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput()
	require.NoError(t, err, string(built))

	// Not t.TempDir(): the user that runs Postgres instead of root cannot enter it.
	tmp, err := os.MkdirTemp("", "demo-test-")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(tmp, 0o755)) // for that user
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(tmp)) })

	return runIn(t, tmp, program, args...)
}

// restart runs the program of a demo that has ended again.
func (d running) restart(t *testing.T) running {
	t.Helper()
	return runIn(t, d.tmp, d.cmd.Path, d.cmd.Args[1:]...)
}

func runIn(t *testing.T, tmp, program string, args ...string) running {
	t.Helper()
	d := running{cmd: exec.Command(program, args...), tmp: tmp, out: &heldWriter{}} //nolint:noctx // stopped by a signal
	d.cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
	d.cmd.Stdout, d.cmd.Stderr = d.out, d.out
	require.NoError(t, d.cmd.Start())
	t.Cleanup(func() {
		if d.cmd.ProcessState == nil {
			_ = d.cmd.Process.Signal(syscall.SIGTERM)
			_ = d.cmd.Wait()
		}
	})
	return d
}

// again runs the program beside the demo, and returns its output.
func (d running) again(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), d.cmd.Path, args...)
	cmd.Env = d.cmd.Env
	output, err := cmd.CombinedOutput()
	return string(output), err
}

func (d running) await(t *testing.T, text string) {
	t.Helper()
	ended := func() bool { return len(d.processes(t)) == 0 && strings.Contains(d.out.String(), "demo: ") }
	require.Eventually(t, func() bool { return strings.Contains(d.out.String(), text) || ended() }, startup, 100*time.Millisecond)
	require.Contains(t, d.out.String(), text)
}

func (d running) wait(t *testing.T) error {
	t.Helper()
	const timeout = time.Minute
	stuck := time.AfterFunc(timeout, func() { _ = d.cmd.Process.Kill() })
	defer stuck.Stop()
	return d.cmd.Wait()
}

// address returns the pattern's group in the output.
func (d running) address(t *testing.T, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(d.out.String())
	require.Len(t, found, 2, d.out.String())
	return found[1]
}

// processes lists the demo's children by program: they have the demo's directory in their
// arguments.
func (d running) processes(t *testing.T) map[string][]int {
	t.Helper()
	listed, err := exec.CommandContext(context.WithoutCancel(t.Context()), "ps", "-A", "-o", "pid=,args=").Output()
	require.NoError(t, err)
	found := map[string][]int{}
	for line := range strings.Lines(string(listed)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || !strings.Contains(line, d.tmp) {
			continue
		}
		var pid int
		require.NoError(t, json.Unmarshal([]byte(fields[0]), &pid))
		name, _, _ := strings.Cut(filepath.Base(fields[1]), "-") // without a version
		found[name] = append(found[name], pid)
	}
	return found
}

func (d running) leftovers(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(d.tmp, "*"))
	require.NoError(t, err)
	return found
}

// files lists the paths of all files, a line each.
func (d running) files(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(d.tmp, "*", "*"))
	require.NoError(t, err)
	return strings.Join(found, "\n")
}

// labels returns the sorted values of a label in a query's result.
func (d running) labels(t *testing.T, prometheus, expr, label string) []string {
	t.Helper()
	var values []string
	for _, series := range d.result(t, prometheus, expr) {
		values = append(values, series.Metric[label])
	}
	slices.Sort(values)
	return values
}

// query returns the value of a query's first series.
func (d running) query(t *testing.T, prometheus, expr string) float64 {
	t.Helper()
	result := d.result(t, prometheus, expr)
	require.NotEmpty(t, result, expr)
	var value float64
	require.NoError(t, json.Unmarshal([]byte(result[0].Value[1].(string)), &value))
	return value
}

type series struct {
	Metric map[string]string `json:"metric"`
	Value  []any             `json:"value"`
}

func (d running) result(t *testing.T, prometheus, expr string) []series {
	t.Helper()
	var response struct {
		Data struct {
			Result []series `json:"result"`
		} `json:"data"`
	}
	fetch(t, prometheus+"/api/v1/query?query="+url.QueryEscape(expr), &response)
	return response.Data.Result
}

// fetch decodes a JSON response.
func fetch(t *testing.T, url string, value any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	require.NoError(t, json.NewDecoder(response.Body).Decode(value))
}

// get returns nil for a page that exists.
func get(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("getting %s: %s", url, response.Status)
	}
	return nil
}
