package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

const databaseName = "marketplace"

// initialize runs the scripts of the image's first start, in the order of their names.
func initialize(t *testing.T, s *pgtest.Server, secrets string) {
	t.Helper()
	// deploy/demo/Dockerfile copies the script of the monitoring role between the others.
	scripts := []string{
		"demo/initdb/10-database.sql", "demo/initdb/20-seed.sh", "postgres/monitoring-role.sql", "demo/initdb/40-passwords.sql",
	}
	found, err := filepath.Glob("demo/initdb/*")
	require.NoError(t, err)
	require.Len(t, scripts, len(found)+1)
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		require.NoError(t, err)
		if strings.HasSuffix(script, ".sh") {
			seed(t, s, string(text))
			continue
		}
		s.Exec(t, databaseName, strings.ReplaceAll(string(text), "/run/secrets", secrets))
	}
}

// seed runs the script against this server. The superuser replaces the role, which has no password
// yet and which this server does not trust, unlike the container's.
func seed(t *testing.T, s *pgtest.Server, script string) {
	t.Helper()
	const inContainer = "postgres://marketplace_app@/marketplace?host=/var/run/postgresql"
	require.Contains(t, script, inContainer)
	here := s.URL(databaseName, pgserver.Superuser)
	separator := "?"
	if strings.Contains(here, separator) {
		separator = "&"
	}
	script = strings.ReplaceAll(script, inContainer, here+separator+"options=-crole%3Dmarketplace_app")
	shell := exec.CommandContext(t.Context(), "sh", "-c", script)
	shell.Env = append(os.Environ(), "DEMO_USERS=200", "PATH="+filepath.Dir(goBuild(t, "./demo"))+":"+os.Getenv("PATH"))
	output, err := shell.CombinedOutput()
	require.NoError(t, err, string(output))
}

func TestDatabaseInitializesItself(t *testing.T) {
	s := pgtest.Newest(t)
	s.Exec(t, "postgres", "CREATE DATABASE "+databaseName)
	secrets := generateSecrets(t)
	makeReadable(t, secrets)
	require.Error(t, checkHealth(t, s), "the first start failed before the seed")
	initialize(t, s, secrets)
	require.NoError(t, checkHealth(t, s))

	// pgpass reads the line of the password file for the server of the composition.
	line, err := os.ReadFile(filepath.Join(secrets, "marketplace_app_pgpass"))
	require.NoError(t, err)
	fields := strings.Split(strings.TrimSpace(string(line)), ":")
	require.Equal(t, []string{"postgres", "5432", databaseName, "marketplace_app"}, fields[:4])
	url := compose(t).Services["traffic"].Environment["DATABASE_URL"]
	config, err := pgx.ParseConfig(strings.ReplaceAll(url, "/run/secrets", secrets))
	require.NoError(t, err)
	require.Equal(t, fields[4], config.Password, "the password of the traffic")

	app := connect(t, s, "marketplace_app:"+fields[4])
	_, err = app.Exec(t.Context(), `UPDATE "User" SET status = status`)
	require.NoError(t, err, "the application owns the seeded tables")

	password, err := os.ReadFile(filepath.Join(secrets, "marketplace_exporter_password"))
	require.NoError(t, err)
	exporter := connect(t, s, "marketplace_exporter:"+strings.TrimSpace(string(password)))
	var users int
	require.NoError(t, exporter.QueryRow(t.Context(), `SELECT count("id") FROM "User"`).Scan(&users))
	require.Positive(t, users)
	var leaked bool
	row := s.Conn(t, databaseName).QueryRow(t.Context(), `SELECT count(*) > 0 FROM pg_stat_statements WHERE query ~ $1`, fields[4])
	require.NoError(t, row.Scan(&leaked))
	require.False(t, leaked, "pg_stat_statements has a password")

	s.Exec(t, databaseName, "ALTER ROLE marketplace_exporter PASSWORD NULL")
	require.ErrorContains(t, checkHealth(t, s), "initialization", "the first start failed after the seed")
}

// checkHealth runs the file of the service's health check.
func checkHealth(t *testing.T, s *pgtest.Server) error {
	t.Helper()
	const inImage = "--file=/usr/local/share/marketplace/ready.sql"
	require.Contains(t, compose(t).Services["postgres"].Healthcheck.Test, inImage)
	text, err := os.ReadFile("demo/ready.sql")
	require.NoError(t, err)
	_, err = s.Conn(t, databaseName).Exec(t.Context(), string(text))
	return err
}

// makeReadable lets the server, which runs as another user, read the secrets.
func makeReadable(t *testing.T, folder string) {
	t.Helper()
	for range 3 { // up to the directory of temporary files
		require.NoError(t, os.Chmod(folder, 0o755))
		folder = filepath.Dir(folder)
	}
}

func connect(t *testing.T, s *pgtest.Server, login string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL(databaseName, login))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}
