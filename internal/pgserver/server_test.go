package pgserver_test

import (
	"context"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

func TestServerKeepsItsPortAndDataOverRestarts(t *testing.T) {
	server := start(t, pgserver.Options{})
	url := server.URL("postgres", pgserver.Superuser)
	run(t, url, "CREATE TABLE kept (id int)")

	for _, mode := range []syscall.Signal{pgserver.Smart, pgserver.Fast, pgserver.Immediate} {
		require.NoError(t, server.Stop(t.Context(), mode))
		require.Zero(t, server.Pid())
		_, err := pgx.Connect(t.Context(), url)
		require.ErrorContains(t, err, "connection refused")
		require.NoError(t, server.Start(t.Context()))
		run(t, url, "SELECT * FROM kept")
	}

	require.NoError(t, server.Restart(t.Context()))
	run(t, url, "SELECT * FROM kept")
	require.Equal(t, url, server.URL("postgres", pgserver.Superuser))
}

func TestServerRecoversAfterAnImmediateStop(t *testing.T) {
	server := start(t, pgserver.Options{})
	url := server.URL("postgres", pgserver.Superuser)
	for range 3 {
		// A busy backend takes longer to end.
		busy, err := pgx.Connect(t.Context(), url)
		require.NoError(t, err)
		go func() { _, _ = busy.Exec(context.Background(), "SELECT count(*) FROM generate_series(1, 100000000)") }()
		time.Sleep(50 * time.Millisecond)

		require.NoError(t, server.Stop(t.Context(), pgserver.Immediate))
		require.NoError(t, server.Start(t.Context()))
		run(t, url, "SELECT 1")
	}
}

func TestServerDoesNotRunAsRoot(t *testing.T) {
	server := start(t, pgserver.Options{})
	status, err := os.ReadFile("/proc/" + strconv.Itoa(server.Pid()) + "/status")
	require.NoError(t, err)
	_, uids, _ := strings.Cut(string(status), "\nUid:")
	require.NotEqual(t, "0", strings.Fields(uids)[0])
}

func TestCloseRemovesATemporaryDirectoryOnly(t *testing.T) {
	server := start(t, pgserver.Options{})
	require.NoError(t, server.Close())
	require.NoDirExists(t, server.Dir())

	dir, err := os.MkdirTemp("", "kept-")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	server = start(t, pgserver.Options{Dir: dir})
	run(t, server.URL("postgres", pgserver.Superuser), "CREATE TABLE kept (id int)")
	require.NoError(t, server.Close())
	server = start(t, pgserver.Options{Dir: dir})
	run(t, server.URL("postgres", pgserver.Superuser), "SELECT * FROM kept")
}

func TestStartReturnsTheServersLog(t *testing.T) {
	opts := pgserver.Options{BinDir: binDir(t), Settings: map[string]string{"shared_buffers": "plenty"}}
	_, err := pgserver.Start(t.Context(), opts)
	require.ErrorContains(t, err, `invalid value for parameter "shared_buffers": "plenty"`)

	_, err = pgserver.Start(t.Context(), pgserver.Options{})
	require.ErrorContains(t, err, "toolbox.AnyPostgres")
}

// parentDir is the environment variable that makes the test binary act as the parent to kill.
const parentDir = "PGSERVER_TEST_PARENT_DIR"

func TestServerEndsWhenParentIsKilled(t *testing.T) {
	if dir := os.Getenv(parentDir); dir != "" {
		start(t, pgserver.Options{Dir: dir})
		time.Sleep(time.Minute)
	}
	dir, err := os.MkdirTemp("", "parent-")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	parent := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	parent.Env = append(os.Environ(), parentDir+"="+dir)
	require.NoError(t, parent.Start())
	log := func() string {
		text, _ := os.ReadFile(dir + "/server.log")
		return string(text)
	}
	require.Eventually(t, func() bool { return strings.Contains(log(), "ready to accept connections") },
		20*time.Second, 20*time.Millisecond)

	require.NoError(t, parent.Process.Kill())
	require.Error(t, parent.Wait())
	require.Eventually(t, func() bool { return strings.Contains(log(), "database system is shut down") },
		10*time.Second, 20*time.Millisecond)
	require.NoFileExists(t, dir+"/data/postmaster.pid")
}

func start(t *testing.T, opts pgserver.Options) *pgserver.Server {
	t.Helper()
	opts.BinDir = binDir(t)
	server, err := pgserver.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return server
}

// binDir returns the Postgres that the demo uses.
func binDir(t *testing.T) string {
	t.Helper()
	dir, _, err := toolbox.AnyPostgres()
	require.NoError(t, err)
	return dir
}

func run(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), sql)
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
}
