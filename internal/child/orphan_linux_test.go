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

// orphanHome tells the test binary that it is the parent which gets killed.
const orphanHome = "CHILD_TEST_ORPHAN_HOME"

func TestNoChildOutlivesAKilledParent(t *testing.T) {
	if dir := os.Getenv(orphanHome); dir != "" {
		startAndWaitToBeKilled(t, dir)
	}
	home := newHome(t)
	parent := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	parent.Env = append(os.Environ(), orphanHome+"="+home.Path)
	require.NoError(t, parent.Start())

	var pid int
	require.Eventually(t, func() bool {
		// The child's own log holds its process id.
		pid, _ = strconv.Atoi(strings.TrimSpace(home.Log()))
		return pid > 0 && runs(pid)
	}, 10*time.Second, 10*time.Millisecond)

	require.NoError(t, parent.Process.Kill())
	require.Error(t, parent.Wait())
	require.Eventually(t, func() bool { return !runs(pid) }, 5*time.Second, 10*time.Millisecond)
}

func startAndWaitToBeKilled(t *testing.T, dir string) {
	t.Helper()
	home, err := child.NewHome(dir, "orphan")
	require.NoError(t, err)
	_, err = home.Start(syscall.SIGKILL, "/bin/sh", "-c", "echo $$; exec sleep 600")
	require.NoError(t, err)
	time.Sleep(time.Minute)
}

func TestAChildOutlivesTheThreadThatAskedForIt(t *testing.T) {
	home := newHome(t)
	started := make(chan *child.Process)
	go func() {
		// A goroutine that ends while locked takes its thread with it.
		runtime.LockOSThread()
		process, _ := home.Start(syscall.SIGKILL, "/bin/sleep", "600")
		started <- process
	}()
	process := <-started
	require.NotNil(t, process)
	select {
	case <-process.Done():
		require.Fail(t, "the child was sent the signal for orphans")
	case <-time.After(300 * time.Millisecond):
	}
	require.NoError(t, process.Stop(t.Context(), syscall.SIGTERM))
}

// runs is false for a zombie, which nobody may be there to collect.
func runs(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}
