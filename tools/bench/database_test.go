package bench_test

import (
	"context"
	"crypto/rand"
	_ "embed"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/aimarketplace/monitoring/internal/pgserver"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

//go:embed fixture.sql
var fixtureSQL string

//go:embed statements.sql
var statementsSQL string

const (
	databaseName = "bench"
	major        = 17

	// One role each, so that pg_stat_statements separates their costs.
	oursRole = "marketplace_exporter"
	bareRole = "bare"
	peerRole = "postgres_exporter"
)

// database has the fixture of all measurements.
type database struct {
	ctx      context.Context // done on an interrupt
	server   *pgtest.Server
	admin    *pgxpool.Pool // a superuser's; its statements do not enter pg_stat_statements
	bare     *pgx.Conn     // of bareRole
	version  string        // of the server
	view     string        // pg_stat_statements with its schema
	password string        // of every role
}

func startDatabase(t *testing.T) *database {
	t.Helper()
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	t.Cleanup(stop)
	logf("starting Postgres %d with %d tables, %d indexes and %d statements", major, *tables, *indexes, *statements)
	server := pgtest.Start(t, major,
		pgtest.Setting("shared_buffers", "128MB"),
		pgtest.Setting("max_wal_size", "4GB"),
		pgtest.Setting("max_locks_per_transaction", "1024"),                        // one transaction creates all tables
		pgtest.Setting("pg_stat_statements.max", strconv.Itoa(2**statements+1000)), // no evictions
		pgtest.Setting("pg_stat_statements.track_planning", "on"),                  // planning is a cost as well
		pgtest.Setting("autovacuum", "off"),                                        // would disturb a measurement
	)
	server.Exec(t, "postgres", "CREATE DATABASE "+databaseName)
	admin, err := pgxpool.New(ctx, server.URL(databaseName, pgserver.Superuser)+
		"&pg_stat_statements.track=none&pg_stat_statements.track_utility=off")
	require.NoError(t, err)
	t.Cleanup(admin.Close)
	db := &database{ctx: ctx, server: server, admin: admin, password: rand.Text()}

	// The role of marketplace_exporter is the one that operators create.
	role, err := os.ReadFile("../../deploy/postgres/monitoring-role.sql")
	require.NoError(t, err)
	settings := fmt.Sprintf("SET bench.tables = %d; SET bench.indexes = %d; SET bench.password = '%s';\n", *tables, *indexes, db.password)
	require.NoError(t, admin.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		_, err := conn.Conn().PgConn().Exec(ctx, settings+string(role)+fixtureSQL).ReadAll()
		return err
	}))
	require.NoError(t, admin.QueryRow(ctx, `SELECT current_setting('server_version'), extnamespace::regnamespace || '.pg_stat_statements'
		FROM pg_extension WHERE extname = 'pg_stat_statements'`).Scan(&db.version, &db.view))
	db.runStatements(t)
	db.bare = db.connect(t, bareRole)
	return db
}

// url contains the password.
func (db *database) url(role string) string {
	return db.server.URL(databaseName, role+":"+db.password)
}

func (db *database) connect(t *testing.T, role string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(db.ctx, db.url(role))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(db.ctx)) })
	return conn
}

// runStatements fills pg_stat_statements: half of the statements as one user, half as another.
func (db *database) runStatements(t *testing.T) {
	t.Helper()
	result, _ := db.admin.Query(db.ctx, statementsSQL, *statements) // CollectRows returns its error
	all, err := pgx.CollectRows(result, pgx.RowTo[string])
	require.NoError(t, err)
	for i, role := range []string{"shop", "worker"} {
		conn := db.connect(t, role)
		for _, sql := range all[i*len(all)/2 : (i+1)*len(all)/2] {
			_, err := conn.PgConn().Exec(db.ctx, sql).ReadAll()
			require.NoError(t, err)
		}
	}
}

// cost holds sums over entries in pg_stat_statements, by the indexes below.
type cost [costs]float64

const (
	calls = iota
	milliseconds
	rows
	blocksHit
	blocksRead
	tempBlocks
	costs
)

// roleCost is the cost of a role's statements, and of those that read pg_stat_statements.
type roleCost struct{ all, statements cost }

// costs returns the cost of each role since the server started.
func (db *database) costs(t *testing.T) map[string]roleCost {
	t.Helper()
	result, _ := db.admin.Query(db.ctx, fmt.Sprintf( // ForEachRow returns its error
		`SELECT r.rolname, s.query LIKE '%%pg_stat_statements%%', ARRAY[sum(s.calls),
			sum(s.total_exec_time + s.total_plan_time), sum(s.rows), sum(s.shared_blks_hit), sum(s.shared_blks_read),
			sum(s.temp_blks_written)]::float8[]
		FROM %s s JOIN pg_roles r ON r.oid = s.userid GROUP BY 1, 2`, db.view))
	roles := map[string]roleCost{}
	var role string
	var statements bool
	var sums []float64
	_, err := pgx.ForEachRow(result, []any{&role, &statements, &sums}, func() error {
		c := roles[role]
		for i, sum := range sums {
			c.all[i] += sum
			if statements {
				c.statements[i] = sum
			}
		}
		roles[role] = c
		return nil
	})
	require.NoError(t, err)
	return roles
}

// since returns the increase over an earlier cost, divided by n.
func (c roleCost) since(before roleCost, n int) roleCost {
	for i := range costs {
		c.all[i] = (c.all[i] - before.all[i]) / float64(n)
		c.statements[i] = (c.statements[i] - before.statements[i]) / float64(n)
	}
	return c
}

// watchConnections counts the connections of each role until stop, which returns the maxima.
func (db *database) watchConnections(t *testing.T, interval time.Duration) (stop func() map[string]int) {
	t.Helper()
	maxima, done := map[string]int{}, make(chan struct{})
	var group errgroup.Group
	group.Go(func() error {
		const query = "SELECT usename, count(*) FROM pg_stat_activity WHERE usename IS NOT NULL GROUP BY 1"
		var role string
		var count int
		for {
			result, _ := db.admin.Query(db.ctx, query) // ForEachRow returns its error
			if _, err := pgx.ForEachRow(result, []any{&role, &count}, func() error {
				maxima[role] = max(maxima[role], count)
				return nil
			}); err != nil {
				return err
			}
			select {
			case <-done:
				return nil
			case <-time.After(interval):
			}
		}
	})
	return func() map[string]int {
		close(done)
		require.NoError(t, group.Wait())
		return maxima
	}
}

func TestFixture(t *testing.T) {
	db := startDatabase(t)
	for sql, want := range map[string]int{
		"SELECT count(*) FROM pg_tables WHERE tablename LIKE 'listing%'":                       *tables,
		"SELECT count(*) FROM pg_indexes WHERE tablename LIKE 'listing%'":                      *indexes,
		"SELECT count(*) FROM statements":                                                      *statements,
		"SELECT count(DISTINCT userid) FROM statements":                                        2,
		"SELECT count(*) FROM statements WHERE length(query) NOT BETWEEN 250 AND 4000":         0,
		"SELECT (min(length(query)) < 500 AND max(length(query)) > 3500)::int FROM statements": 1,
		"SELECT (avg(length(query)) / 1000)::int FROM statements":                              2,
	} {
		entries := "(SELECT * FROM " + db.view + " WHERE query LIKE '%FROM wide WHERE%') statements"
		var got int
		sql = strings.Replace(sql, "FROM statements", "FROM "+entries, 1)
		require.NoError(t, db.admin.QueryRow(t.Context(), sql).Scan(&got), sql)
		require.Equal(t, want, got, sql)
	}
}
