package checklist

import (
	"context"
	"math"
	"slices"
	"strconv"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"golang.org/x/sync/errgroup"

	"github.com/aimarketplace/monitoring/report/document"
	"github.com/aimarketplace/monitoring/report/query"
	"github.com/aimarketplace/monitoring/report/unit"
)

// reviewed is a limit of an alert with the signal that the alert compares with it.
type reviewed struct {
	limit  string // selector without the prefix
	unit   unit.Unit
	signal string
	better direction
}

// Practice: a limit is never near if the worst value of the period is below half of it, and always
// exceeded if a tenth of the values are beyond it. A suggested limit has a quarter to spare.
const (
	farFactor    = 0.5
	exceededPart = 0.1
	spareFactor  = 1.25
	// signals are sampled this often in a period, whatever its length
	reviewSamples = 2000
)

// limits lists the limits whose signals are single recorded values. The others depend on routes,
// tables or counts, or are objectives that the data must not move.
func limits() []reviewed {
	return []reviewed{
		{limit: `http_request_errors:ratio`, unit: unit.Ratio, signal: `origin:http_request_errors:ratio_rate5m{environment=~"$environment"}`},
		{limit: `http_validation_errors:ratio`, unit: unit.Ratio, signal: `origin:http_validation_errors:ratio_rate5m{environment=~"$environment"}`},
		{limit: `http_rate_limited:ratio`, unit: unit.Ratio, signal: `origin:http_rate_limited:ratio_rate5m{environment=~"$environment"}`},
		{limit: `http_request_p50:seconds`, unit: unit.Seconds, signal: `origin:http_request_duration_seconds:p50_5m{environment=~"$environment"}`},
		{limit: `http_request_p95:seconds`, unit: unit.Seconds, signal: `origin:http_request_duration_seconds:p95_5m{environment=~"$environment"}`},
		{limit: `http_request_p99:seconds`, unit: unit.Seconds, signal: `origin:http_request_duration_seconds:p99_5m{environment=~"$environment"}`},
		{limit: `http_rejected_logins:count{window="5m", history="none"}`, unit: unit.Count, signal: `origin:http_rejected_logins:increase5m{environment=~"$environment"}`},
		{limit: `http_requests_kept:ratio`, unit: unit.Ratio, better: higher, signal: `origin:http_requests:kept_ratio1h{environment=~"$environment"}`},
		{limit: `marketplace_outbound_failures:ratio`, unit: unit.Ratio, signal: `host:marketplace_outbound_failures:ratio_rate5m{environment=~"$environment"}`},
		{limit: `marketplace_log_errors:ratio`, unit: unit.Ratio, signal: `environment:marketplace_log_errors:ratio_rate5m{environment=~"$environment"}`},
		{limit: `marketplace_payment_success:ratio{severity="P1"}`, unit: unit.Ratio, better: higher, signal: `provider:marketplace_payment_success:ratio{environment=~"$environment", window="1h"}`},
		{limit: `marketplace_payment_declines:ratio`, unit: unit.Ratio, signal: `provider:marketplace_payment_declines:ratio{environment=~"$environment", window="15m"}`},
		{limit: `marketplace_refunds:ratio`, unit: unit.Ratio, signal: `currency:marketplace_refunds:ratio{environment=~"$environment", window="7d"}`},
		{limit: `marketplace_active_users_week:ratio`, unit: unit.Ratio, better: higher, signal: `marketplace:active_users_week:ratio{environment=~"$environment"}`},
		{limit: `marketplace_email_failures:ratio`, unit: unit.Ratio, signal: `window:marketplace_email_failures:ratio{environment=~"$environment", window="1h"}`},
		{limit: `marketplace_email_pending:seconds`, unit: unit.Seconds, signal: kpi(`marketplace_email_oldest_pending_seconds{environment=~"$environment"}`)},
		{limit: `marketplace_verification_pending:seconds`, unit: unit.Seconds, signal: kpi(`marketplace_prompt_verification_oldest_pending_seconds{environment=~"$environment"}`)},
		{limit: `pg_connections_used:ratio{severity="P2"}`, unit: unit.Ratio, signal: `server:pg_connections_used:ratio{environment=~"$environment"}`},
		{limit: `pg_cache_hit:ratio`, unit: unit.Ratio, better: higher, signal: `datname:pg_stat_database_blks_hit:ratio_rate15m{environment=~"$environment"}`},
		{limit: `pg_temp_bytes:rate`, unit: unit.Bytes, signal: `datname:pg_stat_database_temp_bytes:rate15m{environment=~"$environment"}`},
		{limit: `pg_lock_queue:count`, unit: unit.Count, signal: kpi(`pg_locks_blocked_backends{environment=~"$environment"}`)},
		{limit: `pg_idle_in_transaction:seconds`, unit: unit.Seconds, signal: kpi(`pg_stat_activity_oldest_idle_in_transaction_seconds{environment=~"$environment"}`)},
		{limit: `pg_deadlocks:count`, unit: unit.Count, signal: `datname:pg_stat_database_deadlocks:increase1h{environment=~"$environment"}`},
		{limit: `pg_replication_lag:seconds`, unit: unit.Seconds, signal: `server:pg_replication_lag_seconds:max{environment=~"$environment"}`},
		{limit: `pgbouncer_client_maxwait:seconds`, unit: unit.Seconds, signal: `pool:pgbouncer_client_maxwait_seconds:max1m{environment=~"$environment"}`},
		{limit: `probe_duration:seconds`, unit: unit.Seconds, signal: `min without (instance, pod, job) (probe_duration_seconds{environment=~"$environment"})`},
		{limit: `web_page_load:seconds`, unit: unit.Seconds, signal: `metric:marketplace_web_vital_seconds:p95_1h{environment=~"$environment", metric="LCP"}`},
		{limit: `web_layout_shift:score`, unit: unit.Score, signal: `environment:marketplace_web_layout_shift:p75_1h{environment=~"$environment"}`},
	}
}

// limitsReview compares limits with what the period had, and suggests others.
func limitsReview(ctx context.Context, r *run, s *document.Section) (document.Verdict, error) {
	all := limits()
	lines := make([][]document.Cell, len(all))
	notes := make([]string, len(all))
	var group errgroup.Group
	for i, l := range all {
		group.Go(func() error {
			cells, err := r.review(ctx, l)
			if err != nil {
				notes[i] = err.Error()
			}
			lines[i] = cells
			return nil
		})
	}
	_ = group.Wait() // failures are notes
	verdict := document.NoData
	table := document.Table{Columns: []string{"Limit", "In effect", "Worst", "P99", "Beyond", "Finding", "Override"}}
	for i, cells := range lines {
		if notes[i] != "" {
			s.Notes = append(s.Notes, notes[i])
		}
		if cells == nil {
			continue
		}
		table.Rows = append(table.Rows, cells)
		verdict = document.Worst(verdict, document.OK)
		if cells[6].Text != "" {
			verdict = document.Attention
		}
	}
	s.Text = append(s.Text, "Limits that the signal never came near are too wide to notice a change, and limits that it exceeds for "+
		"long are ignored. The override is what the data of the period suggests; write it to overrides.yml after you checked that the "+
		"period was usual. Objectives do not follow the data, so they are not in the table.")
	s.Tables = append(s.Tables, table)
	return verdict, nil
}

// review returns the cells of one limit, or none without data.
func (r *run) review(ctx context.Context, l reviewed) ([]document.Cell, error) {
	effective, err := r.services.Prometheus.Instant(ctx, limit(l.limit), r.window.To)
	if err != nil {
		return nil, err
	}
	lines, err := r.services.Prometheus.Range(ctx, r.window.Expand(l.signal),
		v1.Range{Start: r.window.From, End: r.window.To, Step: r.window.Span() / reviewSamples})
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	value := query.Target(lines[0].Metric, effective)
	var values []float64
	beyond := 0
	for _, line := range lines {
		for _, sample := range line.Values {
			if v := float64(sample.Value); !math.IsNaN(v) && !math.IsInf(v, 0) {
				values = append(values, v)
				if !l.better.meets(v, value) {
					beyond++
				}
			}
		}
	}
	if len(values) == 0 || math.IsNaN(value) {
		return nil, nil
	}
	slices.Sort(values)
	if l.better == higher {
		slices.Reverse(values)
	}
	worst, p99 := values[len(values)-1], values[len(values)*99/100]
	part := float64(beyond) / float64(len(values))
	finding, override := "too little data", document.Text("")
	if len(values) >= len(lines)*reviewSamples/2 {
		finding, override = l.finding(value, worst, p99, part)
	}
	return []document.Cell{
		{Text: "threshold:" + l.limit, Code: true},
		figureOf(l.unit, value), figureOf(l.unit, worst), figureOf(l.unit, p99),
		figureOf(unit.Ratio, part), document.Text(finding), override,
	}, nil
}

func figureOf(u unit.Unit, value float64) document.Cell {
	return document.Cell{Text: u.Format(value), Value: &value}
}

// finding judges a limit, and returns the override that the data suggests. The distance of success
// ratios is that from 1.
func (l reviewed) finding(value, worst, p99, part float64) (string, document.Cell) {
	distance := func(v float64) float64 { return v }
	suggest := func(v float64) float64 { return roundUp(v * spareFactor) }
	if l.better == higher {
		distance = func(v float64) float64 { return 1 - v }
		suggest = func(v float64) float64 { return 1 - roundUp((1-v)*spareFactor) }
	}
	switch {
	case part >= exceededPart:
		return "exceeded for long", l.override(suggest(p99))
	case distance(worst) > 0 && distance(worst) < farFactor*distance(value):
		return "never near", l.override(suggest(worst))
	}
	return "", document.Text("")
}

func (l reviewed) override(value float64) document.Cell {
	if value <= 0 {
		return document.Text("")
	}
	return document.Cell{Text: "override:" + l.limit + " " + strconv.FormatFloat(value, 'g', 6, 64), Code: true}
}

// roundUp rounds to two significant digits.
func roundUp(value float64) float64 {
	if value <= 0 {
		return 0
	}
	power := math.Pow(10, math.Floor(math.Log10(value))-1)
	return math.Ceil(value/power-1e-9) * power
}
