package child_test

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
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
	dir := newDir(t)
	parent := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	parent.Env = append(os.Environ(), parentDir+"="+dir.Path)
	require.NoError(t, parent.Start())

	var pid int
	require.Eventually(t, func() bool {
		// The process prints its ID.
		pid, _ = strconv.Atoi(strings.TrimSpace(dir.Log()))
		return pid > 0 && running(pid)
	}, 10*time.Second, 10*time.Millisecond)

	require.NoError(t, parent.Process.Kill())
	require.Error(t, parent.Wait())
	require.Eventually(t, func() bool { return !running(pid) }, 5*time.Second, 10*time.Millisecond)
}

func startAndWaitToBeKilled(t *testing.T, path string) {
	t.Helper()
	dir, err := child.NewDir(path, "parent")
	require.NoError(t, err)
	_, err = dir.Start(syscall.SIGKILL, "/bin/sh", "-c", "echo $$; exec sleep 600")
	require.NoError(t, err)
	time.Sleep(time.Minute)
}

func TestProcessOutlivesTheThreadThatStartedIt(t *testing.T) {
	dir := newDir(t)
	started := make(chan *child.Process)
	go func() {
		// A goroutine that ends while locked to its thread ends the thread.
		runtime.LockOSThread()
		process, _ := dir.Start(syscall.SIGKILL, "/bin/sleep", "600")
		started <- process
	}()
	process := <-started
	require.NotNil(t, process)
	select {
	case <-process.Done():
		require.Fail(t, "the process got the signal for its parent's death")
	case <-time.After(300 * time.Millisecond):
	}
	require.NoError(t, process.Stop(t.Context(), syscall.SIGTERM))
}

// running reports whether a process exists and is not a zombie, which nothing may reap here.
func running(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}
