package evaluate

import (
	"context"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/storage"
)

// querier implements the part of storage.Querier that the engine calls.
type querier struct {
	storage.LabelQuerier
	store *Store
}

// Querier implements storage.Queryable.
func (s *Store) Querier(int64, int64) (storage.Querier, error) { return querier{store: s}, nil }

// Close implements storage.Querier.
func (querier) Close() error { return nil }

// Select implements storage.Querier.
func (q querier) Select(_ context.Context, _ bool, hints *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	set := &seriesSet{SeriesSet: storage.EmptySeriesSet()}
	for _, id := range q.store.named(matchers) {
		s := q.store.series[id]
		if slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return !m.Matches(s.Metric.Get(m.Name)) }) {
			continue
		}
		if s.Floats = read(s.Floats, hints); len(s.Floats) > 0 {
			set.rest = append(set.rest, promql.NewStorageSeries(s))
		}
	}
	return set
}

// named returns the series of the metric, or of all metrics if a selector does not name one.
func (s *Store) named(matchers []*labels.Matcher) []SeriesID {
	var names []*labels.Matcher
	for _, m := range matchers {
		if m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual {
			return s.byName[m.Value]
		} else if m.Name == model.MetricNameLabel {
			names = append(names, m)
		}
	}
	var ids []SeriesID
	for name, named := range s.byName {
		if !slices.ContainsFunc(names, func(m *labels.Matcher) bool { return !m.Matches(name) }) {
			ids = append(ids, named...)
		}
	}
	slices.Sort(ids)
	return ids
}

// read returns the samples that a query reads.
func read(points []promql.FPoint, hints *storage.SelectHints) []promql.FPoint {
	points = since(points, hints.Start)
	points = points[:len(points)-len(since(points, hints.End+1))]
	// Rules that read a week of their own samples at each step want the latest only.
	if hints.Func == "last_over_time" && hints.End-hints.Start < hints.Range {
		for i, p := range slices.Backward(points) {
			if !value.IsStaleNaN(p.F) {
				return points[i : i+1]
			}
		}
	}
	return points
}

// seriesSet implements storage.SeriesSet. The embedded empty set has no errors and no warnings.
type seriesSet struct {
	storage.SeriesSet
	at   storage.Series
	rest []storage.Series
}

// Next implements storage.SeriesSet.
func (s *seriesSet) Next() bool {
	if len(s.rest) == 0 {
		return false
	}
	s.at, s.rest = s.rest[0], s.rest[1:]
	return true
}

// At implements storage.SeriesSet.
func (s *seriesSet) At() storage.Series { return s.at }
