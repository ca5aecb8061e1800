package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/freeport"
	"github.com/aimarketplace/monitoring/internal/testlog"
)

// runMain makes the test binary run main, for tests that need a process of their own.
const runMain = "MARKETPLACE_EXPORTER_TEST_RUN_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(runMain) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func command(t *testing.T, environment []string, args ...string) (*exec.Cmd, *testlog.Buffer) {
	t.Helper()
	program := exec.CommandContext(t.Context(), os.Args[0], args...)
	program.Env = append([]string{runMain + "=1"}, environment...)
	log := &testlog.Buffer{}
	program.Stdout, program.Stderr = log, log
	return program, log
}

// startProcess runs the exporter until it receives a signal.
func startProcess(t *testing.T, environment ...string) (*exec.Cmd, *testlog.Buffer) {
	t.Helper()
	port, err := freeport.Pick(t.Context())
	require.NoError(t, err)
	address := "127.0.0.1:" + strconv.Itoa(port)
	program, log := command(t, append(environment, "WEB_LISTEN_ADDRESS="+address))
	require.NoError(t, program.Start())
	require.Eventually(t, func() bool {
		status, err := statusOf(t.Context(), "http://"+address+"/-/ready")
		return err == nil && status == http.StatusOK
	}, 10*time.Second, 20*time.Millisecond, "the exporter did not become ready")
	return program, log
}

// statusOf returns the status of a page. The error is that of the connection.
func statusOf(ctx context.Context, url string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

func TestSIGHUPReloadsAndSIGTERMEndsWithStatusZero(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kpis.yaml")
	require.NoError(t, os.WriteFile(file, []byte("{}"), 0o600))
	program, log := startProcess(t, "DATABASE_URL=postgres://u@127.0.0.1:1/d", "KPI_FILE="+file)
	require.NoError(t, os.WriteFile(file, []byte("kpis: [{name: broken}]\n"), 0o600))
	require.NoError(t, program.Process.Signal(syscall.SIGHUP))
	require.Eventually(t, func() bool { return bytes.Contains([]byte(log.String()), []byte(file+":1")) },
		5*time.Second, 20*time.Millisecond, "the log names the line of the invalid file")
	require.NoError(t, os.WriteFile(file, []byte("{}"), 0o600))
	require.NoError(t, program.Process.Signal(syscall.SIGHUP))
	require.Eventually(t, func() bool { return bytes.Contains([]byte(log.String()), []byte("msg=reloaded")) },
		5*time.Second, 20*time.Millisecond)
	signaled := time.Now()
	require.NoError(t, program.Process.Signal(syscall.SIGTERM))
	require.NoError(t, program.Wait(), "%s", log)
	require.Less(t, time.Since(signaled), 5*time.Second)
	require.Contains(t, log.String(), "msg=stopped")
}

func TestMemoryIsLimitedByDefault(t *testing.T) {
	for want, environment := range map[string][]string{`msg="GOMEMLIMIT is updated"`: nil, "GOMEMLIMIT=1GiB": {"GOMEMLIMIT=1GiB"}} {
		program, log := startProcess(t, append(environment, "DATABASE_URL=postgres://u@127.0.0.1:1/d")...)
		require.Contains(t, log.String(), want)
		require.NoError(t, program.Process.Signal(syscall.SIGTERM))
		require.NoError(t, program.Wait())
	}
}

func TestExitStatus(t *testing.T) {
	for name, test := range map[string]struct {
		args   []string
		status int
		prints string
	}{
		"help":                  {[]string{"--help"}, 0, "usage: marketplace_exporter"},
		"version":               {[]string{"--version"}, 0, "marketplace_exporter, version"},
		"unknown flag":          {[]string{"--nonsense"}, 1, "marketplace_exporter: error: unknown long flag"},
		"check that fails":      {[]string{"check", "--database.url=postgres://u@127.0.0.1:1/d"}, 1, "FAIL"},
		"address not available": {[]string{"--database.url=postgres://u@127.0.0.1:1/d", "--web.listen-address=256.0.0.1:1"}, 1, "hint: "},
	} {
		program, log := command(t, nil, test.args...)
		_ = program.Run() // the status is its error
		require.Equal(t, test.status, program.ProcessState.ExitCode(), name)
		require.Contains(t, log.String(), test.prints, name)
	}
}
