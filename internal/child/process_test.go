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

func TestRunReportsWhatAProgramPrinted(t *testing.T) {
	home := newHome(t)
	require.NoError(t, home.Run(t.Context(), "/bin/sh", "-c", "echo fine"))
	err := home.Run(t.Context(), "/bin/sh", "-c", "echo no such thing >&2; exit 3")
	require.ErrorContains(t, err, "exit status 3")
	require.ErrorContains(t, err, "no such thing")
	require.Equal(t, "fine\nno such thing\n", home.Log())
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, newHome(t).Run(ctx, "/bin/sleep", "60"), context.DeadlineExceeded)
}

func TestAwaitGivesUpOnAProgramThatEnded(t *testing.T) {
	process, err := newHome(t).Start(syscall.SIGKILL, "/bin/sh", "-c", "echo cannot; exit 1")
	require.NoError(t, err)
	err = process.Await(t.Context(), func(context.Context) error { return errors.New("not yet") })
	require.ErrorContains(t, err, "cannot")
	require.ErrorContains(t, err, "not yet")
}

func TestStopKillsWhatDoesNotListen(t *testing.T) {
	home := newHome(t)
	process, err := home.Start(syscall.SIGKILL, "/bin/sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done")
	require.NoError(t, err)
	require.NoError(t, process.Await(t.Context(), func(context.Context) error {
		if !strings.Contains(home.Log(), "deaf") {
			return errors.New("still listening")
		}
		return nil
	}))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, process.Stop(ctx, syscall.SIGTERM), context.DeadlineExceeded)
	require.NoError(t, process.Stop(t.Context(), syscall.SIGTERM), "stopping twice")
}

func TestAMissingProgramIsToldOf(t *testing.T) {
	_, err := newHome(t).Start(syscall.SIGKILL, "/nowhere/postgres")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestDropRoot(t *testing.T) {
	home := newHome(t)
	require.NoError(t, home.DropRoot())
	require.NoError(t, home.Run(t.Context(), "/bin/sh", "-c", "id -u; echo written > mine"))
	require.FileExists(t, home.Join("mine"))
	if os.Geteuid() == 0 {
		require.NotContains(t, strings.Fields(home.Log()), "0")
	}
}

func TestRemoveSparesADirectoryOfTheCaller(t *testing.T) {
	dir := t.TempDir()
	home, err := child.NewHome(dir, "test")
	require.NoError(t, err)
	require.NoError(t, home.Remove())
	require.DirExists(t, dir)
}

func newHome(t *testing.T) *child.Home {
	t.Helper()
	home, err := child.NewHome("", "test")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, home.Remove()) })
	return home
}
