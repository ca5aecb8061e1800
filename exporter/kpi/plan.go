package kpi

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// plan is what EXPLAIN (FORMAT JSON, VERBOSE) says of a query, as far as it matters here.
type plan struct {
	NodeType string  `json:"Node Type"`
	Cost     float64 `json:"Total Cost"`
	Schema   string  `json:"Schema"`
	Relation string  `json:"Relation Name"`
	Filter   string  `json:"Filter"`
	Plans    []plan  `json:"Plans"`

	limited bool // the node above stops asking after some rows, be it none
}

func parsePlan(text string) (plan, error) {
	var explained []struct{ Plan plan }
	if err := json.Unmarshal([]byte(text), &explained); err != nil {
		return plan{}, fmt.Errorf("reading the plan: %w", err)
	}
	if len(explained) == 0 {
		return plan{}, errors.New("reading the plan: there is none")
	}
	return explained[0].Plan, nil
}

// each calls fn for the node and all below it.
func (p plan) each(fn func(plan)) {
	fn(p)
	for _, below := range p.Plans {
		below.limited = p.NodeType == "Limit"
		below.each(fn)
	}
}

// scansWhole tells whether the node reads a table from end to end.
func (p plan) scansWhole() bool { return p.NodeType == "Seq Scan" && !p.limited }

// filterColumns returns the columns by which the node throws rows away after having read them: those compared with
// something, equality first, since an index serves that best in front.
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
