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
	server := start(t, "exec sleep 600")
	require.NoError(t, server.Run(t.Context(), "/bin/sh", "-c", "echo fine"))
	err := server.Run(t.Context(), "/bin/sh", "-c", "echo no such thing >&2; exit 3")
	require.ErrorContains(t, err, "exit status 3")
	require.ErrorContains(t, err, "no such thing")
	require.Equal(t, "fine\nno such thing\n", server.Log())
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, start(t, "exec sleep 600").Run(ctx, "/bin/sleep", "60"), context.DeadlineExceeded)
}

func TestStartFailsWhenTheProgramEnds(t *testing.T) {
	opts := shell("echo cannot; exit 1")
	opts.Ready = func(context.Context, *child.Server) error { return errors.New("not yet") }
	_, err := child.Start(t.Context(), opts)
	require.ErrorContains(t, err, "cannot")
	require.ErrorContains(t, err, "not yet")
}

func TestStopKillsAProgramThatIgnoresTheSignal(t *testing.T) {
	opts := shell("trap '' TERM; echo trapped; while :; do sleep 0.1; done")
	opts.Ready = func(_ context.Context, s *child.Server) error {
		if !strings.Contains(s.Log(), "trapped") {
			return errors.New("not trapped yet")
		}
		return nil
	}
	server, err := child.Start(t.Context(), opts)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, server.Stop(ctx, syscall.SIGTERM), context.DeadlineExceeded)
	require.NoError(t, server.Stop(t.Context(), syscall.SIGTERM), "stopping twice")
	require.NoError(t, server.Close())
	require.NoDirExists(t, server.Dir())
}

func TestStartFailsWithoutTheProgram(t *testing.T) {
	opts := shell("")
	opts.Prepare = func(context.Context, *child.Server) ([]string, error) { return []string{"/nowhere/postgres"}, nil }
	_, err := child.Start(t.Context(), opts)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestUnprivilegedServersDoNotRunAsRoot(t *testing.T) {
	opts := shell("exec sleep 600")
	opts.Unprivileged = true
	server, err := child.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	require.NoError(t, server.Run(t.Context(), "/bin/sh", "-c", "id -u; echo written > mine"))
	require.FileExists(t, server.Join("mine"))
	if os.Geteuid() == 0 {
		require.NotContains(t, strings.Fields(server.Log()), "0")
	}
}

func TestCloseKeepsTheCallersDirectory(t *testing.T) {
	opts := shell("exec sleep 600")
	opts.Dir = t.TempDir()
	server, err := child.Start(t.Context(), opts)
	require.NoError(t, err)
	require.NoError(t, server.Close())
	require.DirExists(t, opts.Dir)
}

func shell(script string) child.Options {
	return child.Options{
		Name:    "Shell",
		Prepare: func(context.Context, *child.Server) ([]string, error) { return []string{"/bin/sh", "-c", script}, nil },
		Ready:   func(context.Context, *child.Server) error { return nil },
	}
}

func start(t *testing.T, script string) *child.Server {
	t.Helper()
	server, err := child.Start(t.Context(), shell(script))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return server
}
