package child_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/internal/child"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestRunReturnsTheOutputOfAFailedProgram(t *testing.T) {
	dir := newDir(t)
	require.NoError(t, dir.Run(t.Context(), "/bin/sh", "-c", "echo fine"))
	err := dir.Run(t.Context(), "/bin/sh", "-c", "echo no such thing >&2; exit 3")
	require.ErrorContains(t, err, "exit status 3")
	require.ErrorContains(t, err, "no such thing")
	require.Equal(t, "fine\nno such thing\n", dir.Log())
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, newDir(t).Run(ctx, "/bin/sleep", "60"), context.DeadlineExceeded)
}

func TestWaitReadyFailsWhenTheProgramEnds(t *testing.T) {
	process, err := newDir(t).Start(syscall.SIGKILL, "/bin/sh", "-c", "echo cannot; exit 1")
	require.NoError(t, err)
	err = process.WaitReady(t.Context(), func(context.Context) error { return errors.New("not yet") })
	require.ErrorContains(t, err, "cannot")
	require.ErrorContains(t, err, "not yet")
}

func TestStopKillsAProgramThatIgnoresTheSignal(t *testing.T) {
	dir := newDir(t)
	process, err := dir.Start(syscall.SIGKILL, "/bin/sh", "-c", "trap '' TERM; echo trapped; while :; do sleep 0.1; done")
	require.NoError(t, err)
	require.NoError(t, process.WaitReady(t.Context(), func(context.Context) error {
		if !strings.Contains(dir.Log(), "trapped") {
			return errors.New("not trapped yet")
		}
		return nil
	}))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, process.Stop(ctx, syscall.SIGTERM), context.DeadlineExceeded)
	require.NoError(t, process.Stop(t.Context(), syscall.SIGTERM), "stopping twice")
}

func TestStartFailsWithoutTheProgram(t *testing.T) {
	_, err := newDir(t).Start(syscall.SIGKILL, "/nowhere/postgres")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestDropRoot(t *testing.T) {
	dir := newDir(t)
	require.NoError(t, dir.DropRoot())
	require.NoError(t, dir.Run(t.Context(), "/bin/sh", "-c", "id -u; echo written > mine"))
	require.FileExists(t, dir.Join("mine"))
	if os.Geteuid() == 0 {
		require.NotContains(t, strings.Fields(dir.Log()), "0")
	}
}

func TestRemoveKeepsTheCallersDirectory(t *testing.T) {
	path := t.TempDir()
	dir, err := child.NewDir(path, "test")
	require.NoError(t, err)
	require.NoError(t, dir.Remove())
	require.DirExists(t, path)
}

func newDir(t *testing.T) *child.Dir {
	t.Helper()
	dir, err := child.NewDir("", "test")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, dir.Remove()) })
	return dir
}
