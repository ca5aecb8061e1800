package kpi

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
)

// Result is the outcome of one run.
type Result struct {
	Rows    []Row
	Dropped int // rows beyond the definition's MaxRows
}

// Row is one series.
type Row struct {
	Labels []string // values, in the order of the definition's labels
	Value  float64
}

// decode converts rows to series. A row whose value is NULL has no series, because absent is not
// zero. A NULL label and a repeated label set are errors; the latter would break the whole scrape.
func (d Definition) decode(result database.Result) (Result, error) {
	columns, err := d.columns(result.Fields)
	if err != nil {
		return Result{}, err
	}
	decoded := Result{Dropped: result.Dropped}
	seen := map[string]bool{}
	for _, values := range result.Rows {
		row, err := d.row(values, columns, result.Fields)
		if err != nil {
			return Result{}, err
		}
		if row == nil {
			continue
		}
		key := strings.Join(row.Labels, "\xff") // not part of any label value, since those are valid UTF-8
		if seen[key] {
			return Result{}, failure.New(failure.Duplicate, errors.New("two rows have the same labels; hint: "+
				"GROUP BY all labels and aggregate the value; values above 128 characters are cut"))
		}
		seen[key] = true
		decoded.Rows = append(decoded.Rows, *row)
	}
	return decoded, nil
}

// row returns nil for a row whose value is NULL.
func (d Definition) row(values [][]byte, columns []int, fields []database.Field) (*Row, error) {
	last := len(columns) - 1
	text := values[columns[last]]
	if text == nil {
		return nil, nil
	}
	value, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return nil, invalid("decoding the column \"value\": %w", err)
	}
	row := &Row{Labels: make([]string, last), Value: value / d.divisor()}
	for i, column := range columns[:last] {
		if values[column] == nil {
			return nil, invalid("the label %q is NULL; hint: coalesce(%s, 'unknown')", d.Labels[i], d.Labels[i])
		}
		row.Labels[i] = labelValue(string(values[column]), fields[column].Type)
	}
	return row, nil
}

// maxLabelLength is the number of characters of a label value. Longer values are cut: every scrape
// returns them, and Prometheus keeps them in memory.
const maxLabelLength = 128

func labelValue(text, typeName string) string {
	if typeName == "bool" {
		return strconv.FormatBool(text == "t")
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	if utf8.RuneCountInString(text) > maxLabelLength {
		return string([]rune(text)[:maxLabelLength-1]) + "…"
	}
	return text
}

// columns returns the index of each label's column and, last, that of the value.
func (d Definition) columns(fields []database.Field) ([]int, error) {
	wanted := append(slices.Clone(d.Labels), "value")
	index := map[string]int{}
	for i, field := range fields {
		if !slices.Contains(wanted, field.Name) {
			return nil, invalid("the column %q is neither a label nor \"value\"; hint: add it to labels, or remove it "+
				"from the query", field.Name)
		}
		if _, used := index[field.Name]; used {
			return nil, invalid("the query returns two columns named %q; hint: rename one with AS", field.Name)
		}
		index[field.Name] = i
	}
	var columns []int
	for _, name := range wanted {
		i, found := index[name]
		if !found {
			return nil, invalid("the column %q is missing; hint: add it to the query with AS %s", name, name)
		}
		if err := checkType(fields[i]); err != nil {
			return nil, err
		}
		columns = append(columns, i)
	}
	return columns, nil
}

// checkType accepts numbers as value, and as labels the types that can have a bounded set of
// values: text, whole numbers, booleans, and the types of the database itself, such as enums.
func checkType(field database.Field) error {
	const firstUserDefined = 16384 // FirstNormalObjectId in the source of Postgres
	whole := []string{"int2", "int4", "int8"}
	if field.Name == "value" {
		if slices.Contains(append(whole, "float4", "float8", "numeric"), field.Type) {
			return nil
		}
		return invalid("the column \"value\" has the type %s, which is not a number; hint: use count, sum or "+
			"extract(epoch FROM …)", sqlType(field.Type))
	}
	if field.OID >= firstUserDefined || slices.Contains(append(whole, "text", "varchar", "bpchar", "char", "name", "bool"), field.Type) {
		return nil
	}
	return invalid("the label %q has the type %s; hint: cast it with ::text, if it has few values", field.Name, sqlType(field.Type))
}

// sqlType returns the SQL name of a type that Postgres names differently.
func sqlType(name string) string {
	if element, isArray := strings.CutPrefix(name, "_"); isArray {
		return sqlType(element) + "[]"
	}
	names := map[string]string{
		"int2": "smallint", "int4": "integer", "int8": "bigint", "float4": "real", "float8": "double precision",
		"bool": "boolean", "varchar": "character varying", "bpchar": "character",
		"timestamp": "timestamp without time zone", "timestamptz": "timestamp with time zone",
		"time": "time without time zone", "timetz": "time with time zone",
	}
	if standard, found := names[name]; found {
		return standard
	}
	return name
}
