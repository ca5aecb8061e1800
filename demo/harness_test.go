package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// running is a demo in a process of its own, with a folder for all that it makes.
type running struct {
	cmd *exec.Cmd
	tmp string
	out *safeBuffer
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

	// Not t.TempDir(), which a Postgres that is not run by root could not enter.
	tmp, err := os.MkdirTemp("", "demo-test-")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(tmp, 0o755)) // for everybody to pass
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(tmp)) })

	d := running{cmd: exec.Command(program, args...), tmp: tmp, out: &safeBuffer{}} //nolint:noctx // stopped by a signal
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

// again runs the program once more beside the demo, and is what that prints.
func (d running) again(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), d.cmd.Path, args...)
	cmd.Env = d.cmd.Env
	said, err := cmd.CombinedOutput()
	return string(said), err
}

func (d running) await(t *testing.T, text string) {
	t.Helper()
	ended := func() bool { return len(d.processes(t)) == 0 && strings.Contains(d.out.String(), "demo: ") }
	require.Eventually(t, func() bool { return strings.Contains(d.out.String(), text) || ended() }, startup, 100*time.Millisecond)
	require.Contains(t, d.out.String(), text)
}

func (d running) wait(t *testing.T) error {
	t.Helper()
	const patience = time.Minute
	stuck := time.AfterFunc(patience, func() { _ = d.cmd.Process.Kill() })
	defer stuck.Stop()
	return d.cmd.Wait()
}

// address is what the screen says where a pattern's group is.
func (d running) address(t *testing.T, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(d.out.String())
	require.Len(t, found, 2, d.out.String())
	return found[1]
}

// processes lists those that have the demo's folder in their arguments, which is all but the demo itself, by program.
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
		name := filepath.Base(fields[1])
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

// ask is the value of a query's first series.
func (d running) ask(t *testing.T, prometheus, query string) float64 {
	t.Helper()
	var answer struct {
		Data struct {
			Result []struct {
				Value []any `json:"value"`
			} `json:"result"`
		} `json:"data"`
	}
	fetch(t, prometheus+"/api/v1/query?query="+url.QueryEscape(query), &answer)
	require.NotEmpty(t, answer.Data.Result, query)
	var value float64
	require.NoError(t, json.Unmarshal([]byte(answer.Data.Result[0].Value[1].(string)), &value))
	return value
}

// fetch decodes the JSON of a page.
func fetch(t *testing.T, page string, answer any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, page, http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	require.NoError(t, json.NewDecoder(response.Body).Decode(answer))
}

// safeBuffer is written by the demo while the test reads.
type safeBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *safeBuffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(text)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
