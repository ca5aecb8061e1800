package kpi

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
)

// Database is what KPIs need of one: *database.DB.
type Database interface {
	Begin(limits database.Limits) *database.Tx
}

// Answer is what one run of a KPI's query returned.
type Answer struct {
	Rows    []Row
	Dropped int // rows beyond the definition's MaxRows
}

// Row is one series: the values of the definition's labels, in their order, and its number.
type Row struct {
	Labels []string
	Value  float64
}

// grace is what a run gets beyond its statement timeout: to connect, and to hear from the server that the time is up
// rather than to hang up on it.
const grace = 5 * time.Second

// Ask runs the query of d once. A failure is a [failure.Error] of the part d.Name whose error begins with the
// entry's file and line.
func (d Definition) Ask(ctx context.Context, db Database, limits database.Limits) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, limits.Statement+grace)
	defer cancel()
	tx := db.Begin(limits)
	defer tx.Close()
	results, err := tx.RoundTripAndCommit(ctx, database.Query{SQL: d.SQL, MaxRows: d.MaxRows})
	if err == nil {
		err = results[0].Err
	}
	var answer Answer
	if err == nil {
		answer, err = d.read(results[0])
	}
	if err != nil {
		return Answer{}, d.failed(database.Reason(err), err)
	}
	return answer, nil
}

func (d Definition) failed(reason failure.Reason, err error) error {
	return failure.OfPart(d.Name, reason, fmt.Errorf("%s: %w", d.Place(), err))
}

// invalid is what an answer is that does not fit the entry.
func invalid(format string, args ...any) error {
	return failure.New(failure.Invalid, fmt.Errorf(format, args...))
}

// read makes rows of what the query returns. A NULL value makes no row: absent is not zero. A NULL label has no
// meaning, and a label set that comes twice would break the whole scrape, so both refuse the answer.
func (d Definition) read(result database.Result) (Answer, error) {
	columns, err := d.columns(result)
	if err != nil {
		return Answer{}, err
	}
	answer := Answer{Dropped: result.Dropped}
	seen := map[string]bool{}
	for i := range result.Rows {
		values, err := values(result, i)
		if err != nil {
			return Answer{}, invalid("reading a row: %w", err)
		}
		row, err := d.row(values, columns)
		if err != nil {
			return Answer{}, err
		}
		if row == nil {
			continue
		}
		key := strings.Join(row.Labels, "\xff") // in no label value: those are valid UTF-8
		if seen[key] {
			return Answer{}, failure.New(failure.Duplicate, fmt.Errorf("two rows have the labels %q; hint: "+
				"GROUP BY all labels, and sum", row.Labels))
		}
		seen[key] = true
		answer.Rows = append(answer.Rows, *row)
	}
	return answer, nil
}

// values decodes row i by the types of its fields; values of types that are not built in stay text.
func values(result database.Result, i int) ([]any, error) {
	decoded := make([]any, len(result.Fields))
	dest := make([]any, len(decoded))
	for j := range decoded {
		dest[j] = &decoded[j]
	}
	return decoded, result.Scan(i, dest...)
}

// columns returns where in a row each label stands, and last the value.
func (d Definition) columns(result database.Result) ([]int, error) {
	var names []string
	for _, field := range result.Fields {
		names = append(names, field.Name)
	}
	wanted := append(slices.Clone(d.Labels), "value")
	for i, name := range names {
		if !slices.Contains(wanted, name) {
			return nil, invalid("the column %q is neither a label nor \"value\"; hint: add it to labels, or leave it out", name)
		}
		if slices.Contains(names[:i], name) {
			return nil, invalid("the column %q comes twice; hint: rename one with AS", name)
		}
	}
	var places []int
	for _, name := range wanted {
		place := slices.Index(names, name)
		if place < 0 {
			return nil, invalid("the column %q is missing; hint: add it to the SELECT with AS %s", name, name)
		}
		places = append(places, place)
	}
	return places, nil
}

// row returns nil for a row whose value is NULL.
func (d Definition) row(values []any, columns []int) (*Row, error) {
	last := len(columns) - 1
	if values[columns[last]] == nil {
		return nil, nil
	}
	number, err := toNumber(values[columns[last]])
	if err != nil {
		return nil, err
	}
	row := &Row{Labels: make([]string, last), Value: number}
	for i, column := range columns[:last] {
		if row.Labels[i], err = toLabel(d.Labels[i], values[column]); err != nil {
			return nil, err
		}
	}
	return row, nil
}
