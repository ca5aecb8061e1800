package postgres

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// facts are the properties of the server that the findings report.
type facts struct {
	server
	backend      uint32 // process of the server that executed the query
	track, limit string // of pg_stat_statements; empty if its library is not loaded
	took         time.Duration
}

const factsSQL = `SELECT pg_backend_pid(), coalesce(current_setting('pg_stat_statements.track', true), ''),
	coalesce(current_setting('pg_stat_statements.max', true), '')`

// Check implements source.Checker. It reports which statistics the role can read, and how to make
// the missing ones available.
func (s *Source) Check(ctx context.Context) []check.Finding {
	f, err := s.facts(ctx)
	if err != nil {
		reason := database.Reason(err)
		return []check.Finding{{
			Status: check.Broken, Subject: "connection", Detail: fmt.Sprintf("%s: %s", reason, oneLine(err)),
			Hint: connectionHint(reason, err),
		}}
	}
	findings := []check.Finding{
		{Subject: "connection", Detail: fmt.Sprintf("database %s as %s in %s", f.database, f.role, f.took)},
		tlsFinding(s.db.Protection()), serverFinding(f), poolerFinding(f, s.db.Process()), roleFinding(f), extensionFinding(f), trackFinding(f),
	}
	return append(findings, s.collectionFindings(ctx)...)
}

func (s *Source) facts(ctx context.Context) (f facts, err error) {
	started := time.Now()
	tx := s.db.Begin(database.Limits{Statement: s.config.StatementTimeout, Lock: s.config.LockTimeout})
	defer tx.Close()
	f.server, err = s.identify(ctx, tx)
	f.took = time.Since(started).Round(time.Millisecond)
	if err != nil {
		return f, err
	}
	results, err := tx.RoundTripAndCommit(ctx, database.Query{SQL: factsSQL})
	if err = cmp.Or(err, results[0].Err); err != nil {
		return f, err
	}
	return f, results[0].Scan(0, &f.backend, &f.track, &f.limit)
}

// collectionFindings collects once, as a scrape does.
func (s *Source) collectionFindings(ctx context.Context) []check.Finding {
	started := time.Now()
	metrics, err := source.MetricsOf(ctx, s)
	findings := []check.Finding{{
		Subject: "a scrape",
		Detail:  fmt.Sprintf("%d series in %s", len(metrics), time.Since(started).Round(time.Millisecond)),
	}}
	for _, failure := range failure.All(err) {
		findings = append(findings, check.Finding{
			Status: check.Broken, Subject: "part " + failure.Part,
			Detail: fmt.Sprintf("%s: %s", failure.Reason, oneLine(failure.Err)),
		})
	}
	return findings
}

// The tested versions. Others may work.
const oldestMajor, newestMajor = 13, 18

func tlsFinding(p database.Protection) check.Finding {
	detail, ok := map[database.Protection]string{
		database.Unencrypted: "encryption is optional: other hosts on the way can read the connection",
		database.Encrypted:   "the server is not verified: another host on the way can impersonate it",
		database.VerifiedCA:  "the host is not verified: any server with a certificate of the same authority can impersonate it",
	}[p]
	if !ok {
		return check.Finding{Subject: "tls", Detail: "the server is verified, or on this machine"}
	}
	return check.Finding{
		Status: check.Note, Subject: "tls", Detail: detail,
		Hint: "add sslmode=verify-full&sslrootcert=FILE to the URL, with the CA certificate of the server or provider\n" +
			"if the server (not a pooler) uses scram-sha-256, also add channel_binding=require&require_auth=scram-sha-256",
	}
}

func serverFinding(f facts) check.Finding {
	finding := check.Finding{Subject: "server", Detail: "PostgreSQL " + f.version}
	if f.recovering {
		finding.Detail += ", a standby"
	}
	if f.major < oldestMajor || f.major > newestMajor {
		finding.Status = check.Note
		finding.Detail += fmt.Sprintf("; versions %d to %d are tested", oldestMajor, newestMajor)
	}
	return finding
}

// poolerFinding detects a pooler: the process that it announces is not a process of the server.
func poolerFinding(f facts, announced uint32) check.Finding {
	if f.backend == announced {
		return check.Finding{Subject: "path", Detail: "direct"}
	}
	return check.Finding{
		Status: check.Note, Subject: "path",
		Detail: "through a pooler: the metrics count its connections to the server, not those of its clients",
	}
}

func roleFinding(f facts) check.Finding {
	if f.readsAllStats {
		return check.Finding{Subject: "role", Detail: f.role + " reads the statistics of all roles"}
	}
	return check.Finding{
		Status: check.Broken, Subject: "role", Detail: f.role + " reads only its own sessions and statements",
		Hint: fmt.Sprintf("GRANT pg_monitor TO %s;", f.role),
	}
}

func extensionFinding(f facts) check.Finding {
	finding := check.Finding{Subject: "pg_stat_statements"}
	switch {
	case f.extensionErr != nil:
		finding.Status, finding.Detail = check.Broken, oneLine(f.extensionErr)
	case f.statements == "":
		finding.Status, finding.Detail = check.Broken, "not installed in database "+f.database
		finding.Hint = "CREATE EXTENSION pg_stat_statements;"
	case !f.extension.atLeast(8):
		finding.Status, finding.Detail = check.Broken, fmt.Sprintf("version %d.%d is too old", f.extension.major, f.extension.minor)
		finding.Hint = "ALTER EXTENSION pg_stat_statements UPDATE;"
	default:
		finding.Detail = fmt.Sprintf("version %d.%d in schema %s", f.extension.major, f.extension.minor, f.statements)
	}
	return finding
}

func trackFinding(f facts) check.Finding {
	finding := check.Finding{Subject: "statements", Detail: fmt.Sprintf("track = %s, max = %s", f.track, f.limit)}
	switch f.track {
	case "":
		finding.Status, finding.Detail = check.Broken, "the library is not loaded, so no statements are recorded"
		finding.Hint = "set shared_preload_libraries = 'pg_stat_statements' in postgresql.conf and restart the server"
	case "none":
		finding.Status = check.Broken
		finding.Hint = "ALTER SYSTEM SET pg_stat_statements.track = 'top'; SELECT pg_reload_conf();"
	}
	return finding
}

// roleLimit matches the error of Postgres for a role that has reached its own limit.
const roleLimit = `too many connections for role "(.+?)" \(`

// connectionHint returns how to fix a failed connection. Errors of settings have their own hints.
func connectionHint(reason failure.Reason, err error) string {
	if role := regexp.MustCompile(roleLimit).FindStringSubmatch(err.Error()); role != nil {
		return fmt.Sprintf("ALTER ROLE %s CONNECTION LIMIT 10; -- the exporter needs 2, and its check 1 more",
			pgx.Identifier{role[1]}.Sanitize())
	}
	switch reason {
	case failure.Authentication:
		return "check the user, password and database name in DATABASE_URL; the SQL in deploy/postgres creates the role"
	case failure.Unreachable:
		return "check the host and port in DATABASE_URL, and that the server accepts connections: pg_isready -h HOST -p PORT"
	case database.ReasonTooManyConnections:
		return "the server or the pooler has no free connection: reserve one for the role, or connect to the other of the two"
	case database.ReasonDiskFull:
		return "the disk of the server is full: remove unused replication slots, or enlarge the disk"
	case failure.Timeout:
		return "the server did not respond in time: a firewall may drop packets; --database.connect-timeout allows more time"
	}
	return ""
}

// oneLine returns the text of err without line breaks, for a table.
func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}
