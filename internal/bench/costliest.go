package main

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// costliest lists the queries that took a role most of the time, for whoever wants to know where it goes.
func (f *fixture) costliest(ctx context.Context, role string, count int) ([]string, error) {
	sql := fmt.Sprintf(`SELECT format('%%s ms in %%s calls (%%s planning, %%s blocks): %%s',
			round((total_exec_time + total_plan_time)::numeric, 1), calls, round(total_plan_time::numeric, 1),
			shared_blks_hit + shared_blks_read, left(regexp_replace(query, '\s+', ' ', 'g'), 150))
		FROM %s s JOIN pg_roles r ON r.oid = s.userid WHERE r.rolname = $1
		ORDER BY total_exec_time + total_plan_time DESC LIMIT $2`, f.view)
	rows, err := f.admin.Query(ctx, sql, role, count)
	if err != nil {
		return nil, fmt.Errorf("reading the costliest queries: %w", err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("reading the costliest queries: %w", err)
	}
	return lines, nil
}
