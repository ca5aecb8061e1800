package kpi

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
)

// prepareTimeout is how long a reload waits for the server, and for a KPI that is running on the
// connection.
const prepareTimeout = 10 * time.Second

// prepare makes the server describe the queries of the operator's file without executing them. The
// error joins the permanent problems: syntax errors, unknown names, and types and columns that do
// not match. Temporary ones, such as a missing privilege or a lock, are reported by the runs.
func (s *Source) prepare(definitions []Definition) error {
	var own []Definition
	var queries []string
	for _, d := range definitions {
		if d.own {
			own = append(own, d)
			queries = append(queries, d.SQL)
		}
	}
	if len(own) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), prepareTimeout)
	defer cancel()
	limits := own[0].limits() // all entries have the same settings
	limits.Statement = prepareTimeout
	tx := s.db.Begin(limits)
	defer tx.Close()
	descriptions, err := tx.Describe(ctx, queries...)
	if err != nil {
		s.logger.Warn("the queries of the KPI file are checked at their first run, because the database cannot be reached", "err", err)
		return nil
	}
	var problems []error
	for i, d := range own {
		problems = append(problems, d.rejection(descriptions[i]))
	}
	return errors.Join(problems...)
}

// rejection returns an error with the line of the file if the query of d can never run.
func (d Definition) rejection(description database.Result) error {
	err := d.checkDescription(description)
	if reason := database.Reason(err); err == nil || reason != failure.Invalid && reason != failure.Unsupported {
		return nil
	}
	return d.locate(fmt.Errorf("%s: %w", d.Name, err))
}
