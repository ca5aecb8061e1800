package database_test

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

func TestResult(t *testing.T) {
	s := pgtest.Newest(t)
	db := open(t, database.Config{URL: s.URL("postgres", "postgres")})
	tx := db.Begin(limits)
	defer tx.Close()
	results, err := tx.RoundTripAndCommit(t.Context(), database.Query{
		SQL:  "SELECT n AS number, nullif(n, 2)::text AS word, ARRAY['a', 'b'] FROM generate_series(1, $1::int) n",
		Args: []any{5}, MaxRows: 2,
	}, database.Query{SQL: "SELECT WHERE false"})
	require.NoError(t, err)
	require.NoError(t, results[0].Err)
	require.Equal(t, []database.Field{
		{Name: "number", OID: 23, Type: "int4"}, {Name: "word", OID: 25, Type: "text"}, {Name: "array", OID: 1009, Type: "_text"},
	}, results[0].Fields)
	require.Equal(t, [][][]byte{{[]byte("1"), []byte("1"), []byte("{a,b}")}, {[]byte("2"), nil, []byte("{a,b}")}}, results[0].Rows)
	require.Equal(t, 3, results[0].Dropped)
	require.Equal(t, database.Result{Fields: []database.Field{}}, results[1])

	var number int
	var word *string
	var list []string
	require.NoError(t, results[0].Scan(1, &number, &word, &list))
	require.Equal(t, 2, number)
	require.Nil(t, word)
	require.Equal(t, []string{"a", "b"}, list)
	require.ErrorContains(t, results[0].Scan(1, &number), "it has 3 fields, not 1")
	require.ErrorContains(t, results[0].Scan(1, &number, &number, &list), `scanning the field "word"`)
}

func TestDescribe(t *testing.T) {
	pgtest.EachMajor(t, func(t *testing.T, s *pgtest.Server) {
		s.Exec(t, "postgres", "CREATE TYPE mood AS ENUM ('SAD'); CREATE TABLE orders (id bigint, placed timestamptz, mood mood)")
		db := open(t, database.Config{URL: s.URL("postgres", "postgres")})
		tx := db.Begin(limits)
		defer tx.Close()
		descriptions, err := tx.Describe(t.Context(),
			"SELECT id, placed, mood, 1.5 AS value FROM orders WHERE id = $1 AND placed > $2",
			"SELECT count(*)\nFROM ordres",
			"SELECT 1; SELECT 2",
			"SELECT count(* FROM orders",
			"SELECT 1/0, pg_sleep(30)",
			"CREATE TABLE other ()",
			"SELECT identifier FROM orders",
			"",
		)
		require.NoError(t, err)
		require.NoError(t, descriptions[0].Err)
		require.Equal(t, 2, descriptions[0].Parameters)
		var types []string
		for _, field := range descriptions[0].Fields {
			types = append(types, field.Name+" "+field.Type)
		}
		require.Equal(t, []string{"id int8", "placed timestamptz", "mood mood", "value numeric"}, types)
		requireServerError(t, descriptions[1].Err, "42P01", `relation "ordres" does not exist`, 22)
		requireServerError(t, descriptions[2].Err, "42601", "cannot insert multiple commands into a prepared statement", 0)
		requireServerError(t, descriptions[3].Err, "42601", `syntax error at or near "FROM"`, 16)
		require.NoError(t, descriptions[4].Err, "the statement is not executed")
		require.Len(t, descriptions[4].Fields, 2)
		require.NoError(t, descriptions[5].Err)
		require.Empty(t, descriptions[5].Fields)
		requireServerError(t, descriptions[6].Err, "42703", `column "identifier" does not exist`, 8)
		require.NoError(t, descriptions[7].Err)

		results, err := tx.RoundTripAndCommit(t.Context(), database.Query{SQL: "SELECT to_regclass('other')"})
		require.NoError(t, err, "the transaction can still be used")
		require.Nil(t, results[0].Rows[0][0])
	})
}

func requireServerError(t *testing.T, err error, code, message string, position int32) {
	t.Helper()
	pgErr, ok := errors.AsType[*pgconn.PgError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, code, pgErr.Code)
	require.Equal(t, message, pgErr.Message)
	require.Equal(t, position, pgErr.Position)
}

func TestCloseEndsOpenTransaction(t *testing.T) {
	s := pgtest.Newest(t)
	db := open(t, database.Config{URL: s.URL("postgres", "postgres")})
	tx := db.Begin(limits)
	_, err := tx.RoundTrip(t.Context(), database.Query{SQL: "SELECT 1"})
	require.NoError(t, err)
	tx.Close()
	tx.Close()
	_, err = tx.RoundTrip(t.Context(), database.Query{SQL: "SELECT 1"})
	require.ErrorContains(t, err, "the transaction has ended")
	_, err = queryText(t, db, "SELECT 'x'")
	require.NoError(t, err, "the connection is free for the next transaction")
	db.Begin(limits).Close()
}

func TestLostConnectionIsTheErrorOfUnansweredQueries(t *testing.T) {
	s := pgtest.Newest(t)
	db := open(t, database.Config{URL: s.URL("postgres", "postgres")})
	tx := db.Begin(limits)
	defer tx.Close()
	results, err := tx.RoundTrip(t.Context(), database.Query{SQL: "SELECT 'done'"},
		database.Query{SQL: "SELECT pg_terminate_backend(pg_backend_pid())"}, database.Query{SQL: "SELECT 'never'"})
	require.Equal(t, failure.Unreachable, database.Reason(err))
	require.NoError(t, results[0].Err)
	require.Equal(t, "done", string(results[0].Rows[0][0]))
	require.ErrorIs(t, results[1].Err, err)
	require.ErrorIs(t, results[2].Err, err)
	_, err = tx.RoundTrip(t.Context())
	require.ErrorContains(t, err, "the transaction has ended")
}

// A pooler closes an idle connection with an error code of its own.
func TestReconnectsAfterFatalErrorOnIdleConnection(t *testing.T) {
	s := pgtest.Newest(t)
	for name, disconnect := range map[string]func(t *testing.T) (url string, disconnect func()){
		"terminated by the server": func(t *testing.T) (string, func()) {
			return s.URL("postgres", "postgres"), func() {
				s.Exec(t, "postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "+
					"WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'")
			}
		},
		"closed by PgBouncer": func(t *testing.T) (string, func()) {
			bouncer := pgtest.Bouncer(t, s, func(opts *pgtest.BouncerOptions) {
				opts.Settings = map[string]string{"client_idle_timeout": "1"}
			})
			return bouncer.URL("postgres", "postgres"), func() { time.Sleep(2500 * time.Millisecond) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			url, disconnect := disconnect(t)
			db := open(t, database.Config{URL: url})
			_, err := queryText(t, db, "SELECT 'x'")
			require.NoError(t, err)
			disconnect()
			_, err = queryText(t, db, "SELECT 'x'")
			require.NoError(t, err)
		})
	}
}

func TestDatabaseEncodings(t *testing.T) {
	s := pgtest.Newest(t)
	s.Exec(t, "postgres", "CREATE DATABASE korean ENCODING 'EUC_KR' LOCALE 'C' TEMPLATE template0")
	s.Exec(t, "postgres", "CREATE DATABASE bytes ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
	bouncer := pgtest.Bouncer(t, s)
	for name, url := range map[string]func(database, user string) string{"direct": s.URL, "pooler": bouncer.URL} {
		t.Run(name, func(t *testing.T) {
			korean := open(t, database.Config{URL: url("korean", "postgres")})
			text, err := queryText(t, korean, `SELECT convert_from('\xc7d1b1db', 'EUC_KR')`)
			require.NoError(t, err)
			require.Equal(t, "한글", text)
			bytes := open(t, database.Config{URL: url("bytes", "postgres")})
			text, err = queryText(t, bytes, `SELECT convert_from('\xff', 'SQL_ASCII')`)
			require.NoError(t, err)
			require.Equal(t, "\xff", text)
		})
	}
}

// stop suspends the backend of the connection until the test ends. The kernel still acknowledges
// what the backend is sent, as a host does that no longer runs its processes.
func stop(t *testing.T, pid uint32) {
	t.Helper()
	require.NoError(t, syscall.Kill(int(pid), syscall.SIGSTOP))
	t.Cleanup(func() { _ = syscall.Kill(int(pid), syscall.SIGCONT) })
}

func TestReconnectsIfAReusedConnectionDoesNotRespond(t *testing.T) {
	s := pgtest.Newest(t)
	db := open(t, database.Config{URL: s.URL("postgres", "postgres")})
	stop(t, backend(t, db))
	started := time.Now()
	_, err := queryText(t, db, "SELECT 'x'")
	require.NoError(t, err)
	require.Less(t, time.Since(started), 4*time.Second)
	_, err = queryText(t, db, "SELECT pg_sleep(2.5)::text")
	require.Equal(t, failure.Timeout, database.Reason(err), "the statement timeout")
	slow := limits
	slow.Statement = 10 * time.Second
	tx := db.Begin(slow)
	defer tx.Close()
	results, err := tx.RoundTripAndCommit(t.Context(), database.Query{SQL: "SELECT pg_sleep(3)"})
	require.NoError(t, err, "a slow query is not a connection that does not respond")
	require.NoError(t, results[0].Err)
}

func TestLostConnectionDoesNotDelayTheNextTransaction(t *testing.T) {
	s := pgtest.Newest(t)
	db := open(t, database.Config{URL: s.URL("postgres", "postgres")})
	tx := db.Begin(limits)
	defer tx.Close()
	results, err := tx.RoundTrip(t.Context(), database.Query{SQL: "SELECT pg_backend_pid()"})
	require.NoError(t, err)
	var pid uint32
	require.NoError(t, results[0].Scan(0, &pid))
	stop(t, pid)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = tx.RoundTrip(ctx, database.Query{SQL: "SELECT 1"})
	require.Equal(t, failure.Timeout, database.Reason(err))
	started := time.Now()
	_, err = queryText(t, db, "SELECT 'x'")
	require.NoError(t, err)
	require.Less(t, time.Since(started), time.Second)
}

func TestAdvisoryLocksEndWithTheTransaction(t *testing.T) {
	s := pgtest.Newest(t)
	bouncer := pgtest.Bouncer(t, s)
	for name, url := range map[string]string{
		"direct": s.URL("postgres", "postgres"), "pooler": bouncer.URL("postgres", "postgres"),
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t, database.Config{URL: url})
			_, err := queryText(t, db, "SELECT pg_advisory_lock(72707369)::text") // the lock of Prisma's migrations
			require.NoError(t, err)
			var free bool
			conn := s.Conn(t, "postgres")
			require.NoError(t, conn.QueryRow(t.Context(), "SELECT pg_try_advisory_lock(72707369)").Scan(&free))
			require.True(t, free)
		})
	}
}

func TestLargeMessageIsRejected(t *testing.T) {
	s := pgtest.Newest(t)
	db := open(t, database.Config{URL: s.URL("postgres", "postgres")})
	_, err := queryText(t, db, "SELECT repeat('x', 17 << 20)")
	require.Equal(t, failure.Invalid, database.Reason(err), "%v", err)
	_, err = queryText(t, db, "SELECT 'x'")
	require.NoError(t, err)
}

func TestSchemaOfAPrismaURL(t *testing.T) {
	s := pgtest.Newest(t)
	s.Exec(t, "postgres", `CREATE SCHEMA shop; CREATE TABLE shop."Order" ()`)
	bouncer := pgtest.Bouncer(t, s)
	for _, url := range []string{
		s.URL("postgres", "postgres") + "&schema=shop", bouncer.URL("postgres", "postgres") + "&schema=shop",
		s.URL("postgres", "postgres") + "&options=-c%20search_path%3Dshop",
	} {
		got, err := queryText(t, open(t, database.Config{URL: url}), `SELECT count(*)::text FROM "Order"`)
		require.NoError(t, err, url)
		require.Equal(t, "0", got)
	}
}
