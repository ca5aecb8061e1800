package postgres

import (
	"fmt"
	"strings"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
)

// The versions that the tests run against. Others may work; nobody has seen it.
const oldestMajor, newestMajor = 13, 18

func serverFinding(f facts) check.Finding {
	finding := check.Finding{Subject: "server", Detail: "PostgreSQL " + f.version}
	if f.recovering {
		finding.Detail += ", a standby"
	}
	if f.major < oldestMajor || f.major > newestMajor {
		finding.Status = check.Note
		finding.Detail += fmt.Sprintf("; tested are %d to %d", oldestMajor, newestMajor)
	}
	return finding
}

// poolerFinding compares who answers with who was announced: a pooler makes processes up.
func poolerFinding(f facts, announced uint32) check.Finding {
	if f.backend == announced {
		return check.Finding{Subject: "path", Detail: "direct"}
	}
	return check.Finding{
		Status: check.Note, Subject: "path",
		Detail: "through a pooler: connections are counted on the server's side of it, not the clients'",
	}
}

func roleFinding(f facts) check.Finding {
	if f.readsAllStats {
		return check.Finding{Subject: "role", Detail: f.role + " reads the statistics of all roles"}
	}
	return check.Finding{
		Status: check.Broken, Subject: "role", Detail: f.role + " sees its own sessions and statements only",
		Hint: fmt.Sprintf("GRANT pg_monitor TO %s;", f.role),
	}
}

func extensionFinding(f facts) check.Finding {
	finding := check.Finding{Subject: "pg_stat_statements"}
	switch {
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
		finding.Status, finding.Detail = check.Broken, "the library is not loaded, so nothing is recorded"
		finding.Hint = "shared_preload_libraries = 'pg_stat_statements' in postgresql.conf, then a restart"
	case "none":
		finding.Status = check.Broken
		finding.Hint = "ALTER SYSTEM SET pg_stat_statements.track = 'top'; SELECT pg_reload_conf();"
	}
	return finding
}

func connectionHint(reason failure.Reason) string {
	switch reason {
	case failure.Authentication:
		return "check user, password and database name in DATABASE_URL; deploy/postgres has the SQL that creates the role"
	case failure.Unreachable:
		return "check host and port in DATABASE_URL, and whether the server listens there: pg_isready -h HOST -p PORT"
	case database.ReasonTooManyConnections:
		return "the server or the pooler is full: give the role a reserved connection, or go through the other of the two"
	case failure.Timeout:
		return "the server did not answer in time: a firewall may drop packets; --database.connect-timeout waits longer"
	}
	return ""
}

// oneLine is the text of err without line breaks, which a table cannot hold.
func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}
