package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// bill is what a role's statements have cost the database.
type bill struct {
	calls, rows        float64
	milliseconds       float64 // planning and executing
	hit, read, spilled float64 // blocks; spilled ones were written to temporary files
}

// account is the bill of a role, and the part of it that is for reading pg_stat_statements.
type account struct{ all, statements bill }

// bills are what the roles have cost since the server began, by role.
func (f *fixture) bills(ctx context.Context) (map[string]account, error) {
	sql := fmt.Sprintf(`SELECT r.rolname, s.query LIKE '%%pg_stat_statements%%', sum(s.calls)::float8, sum(s.rows)::float8,
			sum(s.total_exec_time + s.total_plan_time), sum(s.shared_blks_hit)::float8, sum(s.shared_blks_read)::float8,
			sum(s.temp_blks_written)::float8
		FROM %s s JOIN pg_roles r ON r.oid = s.userid WHERE r.rolname = ANY ($1) GROUP BY 1, 2`, f.view)
	rows, err := f.admin.Query(ctx, sql, []string{oursRole, bareRole, peerRole})
	if err != nil {
		return nil, fmt.Errorf("reading what the roles cost: %w", err)
	}
	all := map[string]account{}
	var role string
	var statements bool
	var b bill
	_, err = pgx.ForEachRow(rows, []any{&role, &statements, &b.calls, &b.rows, &b.milliseconds, &b.hit, &b.read, &b.spilled},
		func() error {
			a := all[role]
			a.all = a.all.plus(b, 1)
			if statements {
				a.statements = b
			}
			all[role] = a
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("reading what the roles cost: %w", err)
	}
	return all, nil
}

// plus adds so many times another bill.
func (b bill) plus(other bill, times float64) bill {
	return bill{
		calls: b.calls + times*other.calls, rows: b.rows + times*other.rows,
		milliseconds: b.milliseconds + times*other.milliseconds,
		hit:          b.hit + times*other.hit, read: b.read + times*other.read, spilled: b.spilled + times*other.spilled,
	}
}

// since is what was added to an account, divided by n.
func (a account) since(before account, n int) account {
	share := func(now, then bill) bill { return bill{}.plus(now.plus(then, -1), 1/float64(n)) }
	return account{all: share(a.all, before.all), statements: share(a.statements, before.statements)}
}

// watchConnections counts the roles' connections again and again until stop, which returns the most that each had.
func (f *fixture) watchConnections(ctx context.Context, pause time.Duration) (stop func() (map[string]int, error), err error) {
	conn, err := f.connectAdmin(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	most, failed := map[string]int{}, make(chan error, 1)
	go func() {
		defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // the server notices anyway
		var err error
		for err == nil && ctx.Err() == nil {
			err = countConnections(context.WithoutCancel(ctx), conn, most)
			time.Sleep(pause)
		}
		failed <- err
	}()
	return func() (map[string]int, error) {
		cancel()
		return most, <-failed
	}, nil
}

func countConnections(ctx context.Context, conn *pgx.Conn, most map[string]int) error {
	rows, err := conn.Query(ctx, "SELECT usename, count(*) FROM pg_stat_activity WHERE usename IS NOT NULL GROUP BY 1")
	if err != nil {
		return fmt.Errorf("counting connections: %w", err)
	}
	var role string
	var count int
	_, err = pgx.ForEachRow(rows, []any{&role, &count}, func() error {
		most[role] = max(most[role], count)
		return nil
	})
	if err != nil {
		return fmt.Errorf("counting connections: %w", err)
	}
	return nil
}
