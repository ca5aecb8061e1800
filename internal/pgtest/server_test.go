package pgtest_test

import (
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func TestEachMajorRunsTheServerOfItsName(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		var major int
		row := s.Conn(t, "postgres").QueryRow(t.Context(), "SELECT current_setting('server_version_num')::int / 10000")
		require.NoError(t, row.Scan(&major))
		require.Equal(t, s.Major(), major)
		require.Contains(t, t.Name(), "/"+strconv.Itoa(major))

		s.Exec(t, "postgres", "CREATE EXTENSION pg_stat_statements; SELECT count(*) FROM pg_stat_statements")
	})
}

func TestServer(t *testing.T) {
	server := pgtest.Newest(t, pgtest.Setting("application_name", "it's set"), pgtest.Setting("work_mem", "1MB"))
	require.GreaterOrEqual(t, server.Major(), 18)

	t.Run("applies settings", func(t *testing.T) {
		var name, memory string
		row := server.Conn(t, "postgres").QueryRow(t.Context(), "SELECT setting, current_setting('work_mem') FROM pg_settings WHERE name = 'application_name'")
		require.NoError(t, row.Scan(&name, &memory))
		require.Equal(t, "it's set", name)
		require.Equal(t, "1MB", memory)
	})
	t.Run("creates databases", func(t *testing.T) {
		one, two := server.CreateDatabase(t), server.CreateDatabase(t)
		require.NotEqual(t, one, two)
		server.Exec(t, one, "CREATE TABLE here (id int); INSERT INTO here VALUES (1)")
		require.NoError(t, server.Conn(t, two).Ping(t.Context()))
	})
	t.Run("requires passwords of roles", func(t *testing.T) {
		server.Exec(t, "postgres", "CREATE ROLE monitoring LOGIN PASSWORD 'secret'")
		_, err := pgx.Connect(t.Context(), server.URL("postgres", "monitoring:wrong"))
		require.ErrorContains(t, err, "password authentication failed")
		conn, err := pgx.Connect(t.Context(), server.URL("postgres", "monitoring:secret"))
		require.NoError(t, err)
		require.NoError(t, conn.Close(t.Context()))
	})
	t.Run("listens on a socket", func(t *testing.T) {
		conn, err := pgx.Connect(t.Context(), "host="+server.Dir()+" user=postgres dbname=postgres port="+strconv.Itoa(server.Port()))
		require.NoError(t, err)
		require.NoError(t, conn.Close(t.Context()))
	})
	t.Run("works behind PgBouncer", func(t *testing.T) {
		bouncer := pgtest.Bouncer(t, server)
		require.Equal(t, pgserver.Superuser, currentUser(t, bouncer.URL("postgres", "anyone")))
	})
	t.Run("has PgBouncer's admin console", func(t *testing.T) {
		config, err := pgx.ParseConfig(pgtest.Bouncer(t, server).URL("pgbouncer", "anyone"))
		require.NoError(t, err)
		config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
		conn, err := pgx.ConnectConfig(t.Context(), config)
		require.NoError(t, err)
		defer conn.Close(t.Context())
		_, err = conn.Exec(t.Context(), "SHOW POOLS")
		require.NoError(t, err)
	})
	t.Run("works behind PgBouncer with roles", func(t *testing.T) {
		server.Exec(t, "postgres", "CREATE ROLE pooled LOGIN PASSWORD 'secret'")
		bouncer := pgtest.Bouncer(t, server, func(opts *pgtest.BouncerOptions) {
			opts.Users = map[string]string{"pooled": "secret"}
		})
		require.Equal(t, "pooled", currentUser(t, bouncer.URL("postgres", "pooled")))
	})
}

func currentUser(t *testing.T, url string) string {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	require.NoError(t, err)
	// A pooler in transaction mode loses prepared statements.
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	conn, err := pgx.ConnectConfig(t.Context(), config)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	var user string
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT current_user").Scan(&user))
	return user
}
