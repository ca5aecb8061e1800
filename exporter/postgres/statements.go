package postgres

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/metric"
)

// statements exports pg_stat_statements in two phases. Now and then it looks at all entries and chooses which to
// export; at every scrape it reads the numbers of those, and the sums of all. Texts are read only for a queryid that
// was never seen.
type statements struct {
	limit   int
	slow    time.Duration
	every   time.Duration // between choices
	cleaner textCleaner

	chosenAt time.Time
	members  chosen
	spent    map[statementKey]float64 // execution time of every entry at the latest choice, in milliseconds
	texts    map[string]string        // of the members, by queryid; empty where the server has none
	totals   totals
	measured bool // whether the latest collection got the numbers

	coveredDesc *prometheus.Desc
	textDesc    *prometheus.Desc
}

func newStatements(config Config) *statements {
	return &statements{
		limit: config.StatementsLimit, slow: config.Slow, every: config.SlowInterval, cleaner: newTextCleaner(),
		members: chosen{}, spent: map[statementKey]float64{}, texts: map[string]string{}, totals: totals{},
		coveredDesc: prometheus.NewDesc("pg_stat_statements_covered_time_ratio",
			"Share of the execution time of all entries that the exported statements account for.",
			[]string{"datname"}, nil),
		textDesc: prometheus.NewDesc("pg_stat_statements_query_info",
			"Text of an exported statement on one line, without comments and constants, cut at 200 characters.",
			[]string{"queryid", "query"}, nil),
	}
}

func (s *statements) descs() []metric.Desc {
	descs := []metric.Desc{
		metric.Typed(s.coveredDesc, prometheus.GaugeValue), metric.Typed(s.textDesc, prometheus.GaugeValue),
	}
	f := statementFamily(server{})
	for i, v := range f.values {
		if i < entryCounts {
			descs = append(descs, metric.Typed(perDatabase(v), v.kind))
			continue
		}
		descs = append(descs, metric.Typed(f.desc(v), v.kind))
		if v.kind == prometheus.CounterValue {
			descs = append(descs, metric.Typed(perDatabase(overAll(v)), v.kind))
		}
	}
	return append(descs, statementsInfo(server{}).descs()...)
}

// available says why statements cannot be read here, or nothing.
func (s *statements) available(v *visit) error {
	if v.server.statements == "" {
		return unsupported("pg_stat_statements is not installed in database %s; hint: CREATE EXTENSION pg_stat_statements",
			v.server.database)
	}
	if !v.server.extension.atLeast(8) {
		return unsupported("pg_stat_statements %d.%d is too old; hint: ALTER EXTENSION pg_stat_statements UPDATE",
			v.server.extension.major, v.server.extension.minor)
	}
	return nil
}

func unsupported(format string, args ...any) error {
	return failure.New(failure.Unsupported, fmt.Errorf(format, args...))
}

// choose is asked in the first round trip: what all entries took, so that the second can read the worst of them.
func (s *statements) choose(v *visit) []database.Query {
	if err := s.available(v); err != nil {
		v.fail("statements", err)
		return nil
	}
	if !v.readsAllStats("statements") {
		return nil
	}
	if v.now.Sub(s.chosenAt) < s.every {
		return nil
	}
	var candidates []candidate
	return v.guarded("statements", database.Query{
		SQL: "SELECT " + datnameSQL + ", " + userSQL + ", " + queryidSQL + ", sum(s.calls)::float8, " +
			"sum(s.total_exec_time), max(s.max_exec_time), sum(s.temp_blks_read + s.temp_blks_written)::float8\n" +
			entriesSQL(v.server) + "GROUP BY 1, 2, 3",
		Read: database.EachRow(func(row pgx.CollectableRow) error {
			var c candidate
			err := row.Scan(&c.datname, &c.user, &c.queryid, &c.calls, &c.total, &c.longest, &c.temp)
			candidates = append(candidates, c)
			return err
		}),
		Done: func(err error) {
			if err == nil {
				s.chose(candidates, v.now)
			}
		},
	})
}

func (s *statements) chose(candidates []candidate, now time.Time) {
	spent := make(map[statementKey]float64, len(candidates))
	for i, c := range candidates {
		candidates[i].recent = c.total - s.spent[c.statementKey]
		if candidates[i].recent < 0 { // evicted or reset, and back
			candidates[i].recent = c.total
		}
		spent[c.statementKey] = c.total
	}
	s.members = choose(candidates, s.members, s.limit, now)
	s.spent, s.chosenAt = spent, now
}

// measure is asked in the second round trip: the numbers of the chosen, the sums of all, and texts not seen yet.
func (s *statements) measure(v *visit) []database.Query {
	s.measured = false
	if s.available(v) != nil || !v.server.readsAllStats {
		return nil
	}
	f := statementFamily(v.server)
	prepared := f.prepare(v.server.extension.minor)
	sums := &statementSums{prepared: prepared}
	query := database.Query{
		SQL:  prepared.sql,
		Args: append(s.keys(), s.slow.Seconds()),
		Read: sums.read,
		Done: func(err error) {
			if err == nil {
				s.measured = true
				if err := sums.emit(s, v.emit); err != nil {
					v.fail(f.part, err)
				}
			}
		},
	}
	queries := append(v.guarded(f.part, query), s.readTexts(v)...)
	return append(queries, v.askFor(statementsInfo(v.server), v.server.extension.minor)...)
}

// keys returns the members as three arrays.
func (s *statements) keys() []any {
	datnames, users, queryids := []string{}, []string{}, []string{} // not nil, which would be NULL
	for _, key := range slices.SortedFunc(maps.Keys(s.members), statementKey.compare) {
		datnames = append(datnames, key.datname)
		users = append(users, key.user)
		queryids = append(queryids, key.queryid)
	}
	return []any{datnames, users, queryids}
}

// readTexts asks for the texts of members that have none yet. That makes the server read its whole text file, so it
// happens only when a choice brought somebody new.
func (s *statements) readTexts(v *visit) []database.Query {
	maps.DeleteFunc(s.texts, func(queryid, _ string) bool { return !s.members.has(queryid) })
	var missing []string
	for key := range s.members {
		if _, known := s.texts[key.queryid]; !known && key.queryid != "unknown" {
			missing = append(missing, key.queryid)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return v.guarded("statement_texts", database.Query{
		SQL: "SELECT DISTINCT ON (queryid) queryid::text, left(query, 1000) FROM " + v.server.statements +
			".pg_stat_statements(true) WHERE queryid = ANY ($1::bigint[]) AND query IS NOT NULL",
		Args: []any{missing},
		Read: database.EachRow(func(row pgx.CollectableRow) error {
			var queryid, text string
			err := row.Scan(&queryid, &text)
			s.texts[queryid] = s.cleaner.clean(text)
			return err
		}),
		Done: func(err error) {
			for _, queryid := range missing {
				if _, found := s.texts[queryid]; !found && err == nil {
					s.texts[queryid] = "" // evicted in between, or its text was lost: asking again would cost as much
				}
			}
		},
	})
}

func (c chosen) has(queryid string) bool {
	for key := range c {
		if key.queryid == queryid {
			return true
		}
	}
	return false
}

// emitTexts ends a collection: by now every text that can be had is there.
func (s *statements) emitTexts(emit func(prometheus.Metric)) {
	if !s.measured {
		return
	}
	for queryid, text := range s.texts {
		if text != "" {
			emit(prometheus.MustNewConstMetric(s.textDesc, prometheus.GaugeValue, 1, queryid, text))
		}
	}
}
