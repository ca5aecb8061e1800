package kpi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/aimarketplace/monitoring/exporter/database"
)

// plan is a node of the output of EXPLAIN (FORMAT JSON, VERBOSE).
type plan struct {
	NodeType string  `json:"Node Type"`
	Cost     float64 `json:"Total Cost"`
	Schema   string  `json:"Schema"`
	Relation string  `json:"Relation Name"`
	Filter   string  `json:"Filter"`
	Plans    []plan  `json:"Plans"`

	limited bool // the parent node may stop after a few rows
}

// relation is a table that a KPI reads.
type relation struct {
	name    string // qualified and quoted
	rows    float64
	indexed []string // leading columns of the indexes
}

const relationsSQL = `SELECT n.name, greatest(c.reltuples, 0)::float8, ARRAY(
		SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
		WHERE i.indrelid = c.oid AND i.indisvalid
	)
FROM unnest($1::text[]) AS n (name) JOIN pg_class c ON c.oid = to_regclass(n.name)`

// explain returns the plan of sql and its tables by qualified name. It does not execute sql.
func explain(ctx context.Context, db Database, limits database.Limits, sql string) (plan, map[string]relation, error) {
	tx := db.Begin(limits)
	defer tx.Close()
	result, err := single(tx.RoundTrip(ctx, database.Query{SQL: "EXPLAIN (FORMAT JSON, VERBOSE) " + sql}))
	if err != nil {
		return plan{}, nil, err
	}
	top, err := parsePlan(result.Rows[0][0])
	if err != nil {
		return plan{}, nil, err
	}
	names := []string{}
	top.each(func(node plan) {
		if name := node.qualified(); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	})
	result, err = single(tx.RoundTripAndCommit(ctx, database.Query{SQL: relationsSQL, Args: []any{names}}))
	if err != nil {
		return plan{}, nil, err
	}
	relations := map[string]relation{}
	for i := range result.Rows {
		var r relation
		if err := result.Scan(i, &r.name, &r.rows, &r.indexed); err != nil {
			return plan{}, nil, err
		}
		relations[r.name] = r
	}
	return top, relations, nil
}

func parsePlan(text []byte) (plan, error) {
	var explained []struct{ Plan plan }
	if err := json.Unmarshal(text, &explained); err != nil {
		return plan{}, fmt.Errorf("parsing the plan: %w", err)
	}
	if len(explained) == 0 {
		return plan{}, errors.New("parsing the plan: the server returned none")
	}
	return explained[0].Plan, nil
}

// each calls fn for the node and all nodes below it.
func (p plan) each(fn func(plan)) {
	fn(p)
	for _, below := range p.Plans {
		below.limited = p.NodeType == "Limit"
		below.each(fn)
	}
}

// qualified returns the quoted name of the table that the node reads, or an empty string.
func (p plan) qualified() string {
	if p.Relation == "" {
		return ""
	}
	return pgx.Identifier{p.Schema, p.Relation}.Sanitize()
}

// scansTable reports whether the node reads a whole table.
func (p plan) scansTable() bool { return p.NodeType == "Seq Scan" && !p.limited }

// filterColumns returns the columns of the node's filter. Those compared for equality come first,
// since they serve best as the leading columns of an index.
func (p plan) filterColumns() []string {
	comparison := regexp.MustCompile(`\(\(?(?:"?\w+"?\.)?("[^"]+"|\w+)\)?(?:::\w+)? (=|>=|<=|>|<) `)
	var equal, ranged []string
	for _, match := range comparison.FindAllStringSubmatch(p.Filter, -1) {
		column := unquoted(match[1])
		switch {
		case slices.Contains(equal, column) || slices.Contains(ranged, column):
		case match[2] == "=":
			equal = append(equal, column)
		default:
			ranged = append(ranged, column)
		}
	}
	return append(equal, ranged...)
}

func unquoted(name string) string {
	if len(name) > 1 && name[0] == '"' {
		return name[1 : len(name)-1]
	}
	return name
}
