package kpi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/aimarketplace/monitoring/exporter/check"
)

// largeTable is the number of rows above which a full scan is noted.
const largeTable = 100_000

// noteScans notes each large table that is scanned completely, and suggests an index on the columns
// of the filter. Without a filter no index would help, so there is no suggestion.
func noteScans(finding *check.Finding, top plan, relations map[string]relation) {
	seen := map[string]bool{}
	top.each(func(node plan) {
		r := relations[node.qualified()]
		if !node.scansTable() || r.rows < largeTable || seen[r.name] {
			return
		}
		seen[r.name] = true
		hint := ""
		if columns := node.filterColumns(); len(columns) > 0 && !slices.Contains(r.indexed, columns[0]) {
			hint = fmt.Sprintf("CREATE INDEX CONCURRENTLY ON %s (%s);", r.name, quotedList(columns))
		}
		note(finding, fmt.Sprintf("full scan of %s (about %.0f rows)", r.name, r.rows), hint)
	})
}

func quotedList(columns []string) string {
	var names []string
	for _, column := range columns {
		names = append(names, pgx.Identifier{column}.Sanitize())
	}
	return strings.Join(names, ", ")
}
