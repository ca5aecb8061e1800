package evaluate

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
)

// Run is the state of the rules while time passes.
type Run struct {
	Store *Store

	ended    []Episode
	rules    *Rules
	engine   *promql.Engine
	recorded []map[SeriesID]bool   // by rule: the series of its latest evaluation
	active   []map[uint64]instance // by rule: the pending and firing instances of its alert
}

// NewRun starts without samples.
func (r *Rules) NewRun() *Run {
	run := &Run{
		Store: NewStore(), rules: r, recorded: make([]map[SeriesID]bool, r.count), active: make([]map[uint64]instance, r.count),
		engine: promql.NewEngine(promql.EngineOpts{
			MaxSamples: 1e9, Timeout: time.Hour, LookbackDelta: lookback, EnableAtModifier: true, EnableNegativeOffset: true,
			NoStepSubqueryIntervalFn: func(int64) int64 { return step.Milliseconds() },
			Parser:                   parser.NewParser(parser.Options{}),
		}),
	}
	for id := range r.count {
		run.recorded[id], run.active[id] = map[SeriesID]bool{}, map[uint64]instance{}
	}
	return run
}

// Clone returns a copy that can continue independently, without the episodes that have ended.
func (r *Run) Clone() *Run {
	clone := &Run{Store: r.Store.Clone(), rules: r.rules, engine: r.engine}
	for id := range r.rules.count {
		clone.recorded = append(clone.recorded, maps.Clone(r.recorded[id]))
		clone.active = append(clone.active, maps.Clone(r.active[id]))
	}
	return clone
}

// Evaluate evaluates all rules from the first time to the last, both included, and then drops the
// samples that are not needed any more.
func (r *Run) Evaluate(ctx context.Context, first, last time.Time) error {
	for _, u := range r.rules.units {
		width := last.Sub(first)
		if u.readsItself {
			width = 0
		}
		for from := first; !from.After(last); from = from.Add(width + u.rules[0].interval) {
			if err := r.evaluate(ctx, u, from, from.Add(width)); err != nil {
				return fmt.Errorf("evaluating %s at %s: %w", u.rules[0].name(), from, err)
			}
		}
	}
	r.Store.prune(last.UnixMilli(), r.rules.history)
	return nil
}

func (r *Run) evaluate(ctx context.Context, u unit, first, last time.Time) error {
	for _, rule := range u.rules {
		query, err := r.engine.NewRangeQuery(ctx, r.Store, nil, rule.Expr, first, last, rule.interval)
		if err != nil {
			return err
		}
		matrix, err := query.Exec(ctx).Matrix()
		if err != nil {
			return err
		}
		steps := steps{first.UnixMilli(), last.UnixMilli(), rule.interval.Milliseconds()}
		if rule.Alert != "" {
			r.fire(rule, matrix, steps)
		} else {
			r.record(rule, matrix, steps)
		}
		query.Close() // reuses the points of the matrix
	}
	return nil
}

// steps are the times of evaluations in milliseconds, from the first to the last.
type steps struct{ first, last, width int64 }

// each calls visit for every step, in order. Points are those of a result, without gaps of its own.
func (s steps) each(points []promql.FPoint, visit func(t int64, v float64, found bool)) {
	for t := s.first; t <= s.last; t += s.width {
		found := len(points) > 0 && points[0].T == t
		var v float64
		if found {
			v, points = points[0].F, points[1:]
		}
		visit(t, v, found)
	}
}

// record appends the results of a rule, and marks where each series ends.
func (r *Run) record(rule rule, matrix promql.Matrix, steps steps) {
	results := map[SeriesID][]promql.FPoint{}
	for id := range r.recorded[rule.id] {
		results[id] = nil
	}
	for _, s := range matrix {
		builder := labels.NewBuilder(s.Metric).Set(model.MetricNameLabel, rule.Record)
		for name, value := range rule.Labels {
			builder.Set(name, value)
		}
		results[r.Store.Series(builder.Labels())] = s.Floats
	}
	for id, points := range results {
		alive := r.recorded[rule.id][id]
		steps.each(points, func(t int64, v float64, found bool) {
			if found {
				r.Store.Append(id, t, v)
			} else if alive {
				r.Store.AppendStale(id, t)
			}
			alive = found
		})
		if alive {
			r.recorded[rule.id][id] = true
		} else {
			delete(r.recorded[rule.id], id)
		}
	}
}
