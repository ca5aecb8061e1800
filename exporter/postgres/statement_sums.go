package postgres

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/prometheus/client_golang/prometheus"
)

// entryCounts is how many of the columns of statementFamily count entries. They make sense for a database only.
const entryCounts = 3

// secondsColumn is where statementFamily has the execution time.
const secondsColumn = entryCounts + 1

// statementSums is one answer of statementFamily.
type statementSums struct {
	prepared query
	rows     []statementRow
}

// statementRow is a chosen statement or, with rest set, all the others of a database.
type statementRow struct {
	statementKey
	rest    bool
	values  []float64 // NaN where the server said NULL
	created time.Time
}

func (s *statementSums) read(result database.Result) error {
	for _, raw := range result.Rows {
		row := statementRow{
			statementKey: statementKey{labelText(raw[0]), labelText(raw[1]), labelText(raw[2])},
			rest:         raw[2] == nil,
			values:       make([]float64, len(s.prepared.columns)),
		}
		for i := range row.values {
			number, err := parseNumber(raw[s.prepared.labels+i])
			if err != nil {
				return fmt.Errorf("reading %s: %w", s.prepared.columns[i].desc, err)
			}
			row.values[i] = number
		}
		if s.prepared.created {
			row.created = unixTime(raw[len(raw)-1])
		}
		s.rows = append(s.rows, row)
	}
	return nil
}

func parseNumber(raw []byte) (float64, error) {
	if raw == nil {
		return math.NaN(), nil
	}
	return strconv.ParseFloat(string(raw), 64)
}

// emit sends the numbers of each chosen statement, and the sums of all of a database.
func (s *statementSums) emit(to *statements, emit func(prometheus.Metric)) error {
	all, covered := map[string][]float64{}, map[string]float64{}
	for _, row := range s.rows {
		if all[row.datname] == nil {
			all[row.datname] = make([]float64, len(row.values))
		}
		for i, number := range row.values {
			all[row.datname][i] += number
		}
		if !row.rest {
			covered[row.datname] += row.values[secondsColumn]
			if err := s.emitStatement(row, emit); err != nil {
				return err
			}
		}
	}
	for datname, sums := range all {
		s.emitDatabase(datname, sums, to.totals, emit)
		if seconds := sums[secondsColumn]; seconds > 0 {
			emit(prometheus.MustNewConstMetric(to.coveredDesc, prometheus.GaugeValue, covered[datname]/seconds, datname))
		}
	}
	return nil
}

func (s *statementSums) emitStatement(row statementRow, emit func(prometheus.Metric)) error {
	labels := []string{row.datname, row.user, row.queryid}
	for i, c := range s.prepared.columns[entryCounts:] {
		number := row.values[entryCounts+i]
		if math.IsNaN(number) {
			continue
		}
		metric, err := c.metric(number, row.created, labels)
		if err != nil {
			return err
		}
		emit(metric)
	}
	return nil
}

func (s *statementSums) emitDatabase(datname string, sums []float64, totals totals, emit func(prometheus.Metric)) {
	for i, c := range s.prepared.columns {
		switch {
		case i < entryCounts:
			emit(prometheus.MustNewConstMetric(perDatabase(c.value), c.kind, sums[i], datname))
		case c.kind == prometheus.CounterValue && !math.IsNaN(sums[i]):
			total := totals.next(datname, c.name, sums[i])
			emit(prometheus.MustNewConstMetric(perDatabase(overAll(c.value)), c.kind, total, datname))
		}
	}
}

// perDatabase is the descriptor of v where it is said of a database instead of a statement.
func perDatabase(v value) *prometheus.Desc {
	return prometheus.NewDesc(v.name, v.help, []string{"datname"}, nil)
}

// overAll is v summed over all entries of a database, whether they are exported or not.
func overAll(v value) value {
	v.name = strings.Replace(v.name, "pg_stat_statements_", "pg_stat_statements_all_", 1)
	v.help = "Over all entries, exported or not: " + strings.ToLower(v.help[:1]) + v.help[1:]
	return v
}
