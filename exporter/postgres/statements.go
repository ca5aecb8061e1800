package postgres

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
	metrics "github.com/aimarketplace/monitoring/exporter/metric"
)

// The parts of pg_stat_statements, as failures name them.
const (
	statementsPart = "statements"
	textsPart      = "statement_texts"
)

// statements exports pg_stat_statements in two steps. From time to time it reads all entries and
// chooses the ones to export. Each collection reads the numbers of the chosen statements and the
// totals of all entries. It reads texts only for new queryids.
type statements struct {
	limit     int
	threshold time.Duration // a statement is slow beyond it
	interval  time.Duration // between choices
	cleaner   textCleaner

	chosenAt time.Time
	chosen   chosen
	spent    map[statementKey]float64 // execution time of every entry at the latest choice, in milliseconds
	texts    map[string]string        // of the chosen statements, by queryid; empty if the server has none
	totals   totals

	coveredDesc metrics.Desc
	textDesc    metrics.Desc
}

func newStatements(config Config) *statements {
	return &statements{
		limit: config.StatementsLimit, threshold: config.SlowThreshold, interval: config.SlowInterval,
		cleaner: newTextCleaner(),
		chosen:  chosen{}, spent: map[statementKey]float64{}, texts: map[string]string{}, totals: totals{},
		coveredDesc: metrics.NewGauge("pg_stat_statements_covered_time_ratio",
			"Ratio of the execution time of the exported statements to that of all entries.",
			"datname"),
		textDesc: metrics.NewGauge("pg_stat_statements_query_info",
			"Text of an exported statement without comments and constants, cut at 200 characters, or only the keywords "+
				"of a utility statement; the value is always 1.",
			"queryid", "query"),
	}
}

func (s *statements) descs() []metrics.Desc {
	descs := []metrics.Desc{s.coveredDesc, s.textDesc}
	numbers := statementNumbers(server{})
	for i, m := range numbers.metrics {
		if i < entryCounts {
			descs = append(descs, perDatabase(m))
			continue
		}
		descs = append(descs, numbers.desc(m))
		if m.kind == prometheus.CounterValue {
			descs = append(descs, perDatabase(overAll(m)))
		}
	}
	return append(descs, statementsInfo(server{}).descs()...)
}

// checkStatements reports whether the server can be queried for statements, and records a failure
// otherwise.
func (c *collection) checkStatements() bool {
	if c.server.extensionErr != nil {
		c.fail(statementsPart, c.server.extensionErr)
		return false
	}
	var err error
	switch version := c.server.extension; {
	case c.server.statements == "":
		err = fmt.Errorf("pg_stat_statements is not installed in database %s; hint: CREATE EXTENSION pg_stat_statements",
			c.server.database)
	case !version.atLeast(8):
		err = fmt.Errorf("pg_stat_statements %d.%d is too old; hint: ALTER EXTENSION pg_stat_statements UPDATE",
			version.major, version.minor)
	}
	if err != nil {
		// Not with fail, which delays the next attempt: every collection looks for the extension.
		c.failures = append(c.failures, failure.OfPart(statementsPart, failure.Unsupported, err))
		return false
	}
	return c.readsAllStats(statementsPart)
}

// choiceRequest reads what is needed to choose among all entries.
func choiceRequest(server server) request {
	return request{part: statementsPart, Query: database.Query{
		SQL: "SELECT " + datnameSQL + ", " + userSQL + ", " + queryidSQL + ", sum(s.calls)::float8, " +
			"sum(s.total_exec_time), max(s.max_exec_time), sum(s.temp_blks_read + s.temp_blks_written)::float8\n" +
			entriesSQL(server) + "GROUP BY 1, 2, 3",
	}}
}

// chooseStatements chooses the statements to export, if results has the candidates.
func (c *collection) chooseStatements(results map[string]database.Result) {
	result, ok := results[statementsPart]
	if !ok {
		return
	}
	candidates := make([]candidate, len(result.Rows))
	for i, row := range result.Rows {
		numbers, err := parseNumbers(row[3:])
		if err != nil {
			c.fail(statementsPart, err)
			return
		}
		candidates[i] = candidate{
			statementKey: statementKey{labelValue(row[0]), labelValue(row[1]), labelValue(row[2])},
			calls:        numbers[0], total: numbers[1], longest: numbers[2], temp: numbers[3],
		}
	}
	c.statements.choose(candidates, c.now)
}

func (s *statements) choose(candidates []candidate, now time.Time) {
	spent := make(map[statementKey]float64, len(candidates))
	for i, c := range candidates {
		candidates[i].recent = c.total - s.spent[c.statementKey]
		if candidates[i].recent < 0 { // evicted or reset since
			candidates[i].recent = c.total
		}
		spent[c.statementKey] = c.total
	}
	s.chosen = choose(candidates, s.chosen, s.limit, now)
	s.spent, s.chosenAt = spent, now
}

// requests reads numbers, and the texts of chosen statements that have none yet. Texts make the
// server read its whole text file, so they are requested only after a choice has added statements.
func (s *statements) requests(server server, numbers query) []request {
	requests := []request{{part: statementsPart, Query: database.Query{
		SQL: numbers.sql, Args: append(s.keys(), s.threshold.Seconds()),
	}}}
	if missing := s.missingTexts(); len(missing) > 0 {
		requests = append(requests, request{part: textsPart, Query: database.Query{
			SQL: "SELECT DISTINCT ON (queryid) queryid::text, left(query, 1000) FROM " + server.statements +
				".pg_stat_statements(true) WHERE queryid = ANY ($1::bigint[]) AND query IS NOT NULL",
			Args: []any{missing},
		}})
	}
	return requests
}

// keys returns the chosen statements as three arrays.
func (s *statements) keys() []any {
	datnames, users, queryids := []string{}, []string{}, []string{} // not nil, which would be NULL
	for _, key := range slices.SortedFunc(maps.Keys(s.chosen), statementKey.compare) {
		datnames = append(datnames, key.datname)
		users = append(users, key.user)
		queryids = append(queryids, key.queryid)
	}
	return []any{datnames, users, queryids}
}

// exportStatements exports the numbers in results and all texts; without numbers it exports
// nothing.
func (c *collection) exportStatements(numbers query, results map[string]database.Result) {
	if result, ok := results[textsPart]; ok {
		c.statements.storeTexts(result)
	}
	result, ok := results[statementsPart]
	if !ok {
		return
	}
	info := statementsInfo(c.server).prepare(c.server.extension.minor)
	var reset time.Time
	if result, ok := results[info.part]; ok && len(result.Rows) == 1 {
		reset = info.createdAt(result.Rows[0])
	}
	series, err := c.statements.series(numbers, result, reset)
	if err != nil {
		c.fail(statementsPart, err)
		return
	}
	c.export(series)
	for queryid, text := range c.statements.texts {
		if text != "" {
			c.ch <- c.statements.textDesc.Metric(1, queryid, text)
		}
	}
}
