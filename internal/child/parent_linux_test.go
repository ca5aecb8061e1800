package child_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/child"
)

// parentDir is the environment variable that makes the test binary act as the parent to kill.
const parentDir = "CHILD_TEST_PARENT_DIR"

func TestProcessEndsWhenParentIsKilled(t *testing.T) {
	if dir := os.Getenv(parentDir); dir != "" {
		startAndWaitToBeKilled(t, dir)
	}
	dir := t.TempDir()
	parent := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	parent.Env = append(os.Environ(), parentDir+"="+dir)
	require.NoError(t, parent.Start())

	var pid int
	require.Eventually(t, func() bool {
		// The process prints its ID.
		log, _ := os.ReadFile(filepath.Join(dir, "server.log"))
		pid, _ = strconv.Atoi(strings.TrimSpace(string(log)))
		return pid > 0 && running(pid)
	}, 10*time.Second, 10*time.Millisecond)

	require.NoError(t, parent.Process.Kill())
	require.Error(t, parent.Wait())
	require.Eventually(t, func() bool { return !running(pid) }, 5*time.Second, 10*time.Millisecond)
}

func startAndWaitToBeKilled(t *testing.T, path string) {
	t.Helper()
	opts := shell("echo $$; exec sleep 600")
	opts.Dir = path
	_, err := child.Start(t.Context(), opts)
	require.NoError(t, err)
	time.Sleep(time.Minute)
}

func TestProcessOutlivesTheThreadThatStartedIt(t *testing.T) {
	started := make(chan *child.Server)
	go func() {
		// A goroutine that ends while locked to its thread ends the thread.
		runtime.LockOSThread()
		server, _ := child.Start(t.Context(), shell("exec sleep 600"))
		started <- server
	}()
	server := <-started
	require.NotNil(t, server)
	time.Sleep(300 * time.Millisecond)
	require.True(t, running(server.Pid()), "the process got the signal for its parent's death")
	require.NoError(t, server.Close())
}

// running reports whether a process exists and is not a zombie, which nothing may reap here.
func running(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}
