package evaluate

import (
	"context"
	"slices"
	"sort"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
)

// Querier implements storage.Queryable. It ignores the range, because the engine seeks.
func (s *Store) Querier(int64, int64) (storage.Querier, error) { return querier{store: s}, nil }

// querier implements the part of storage.Querier that the engine calls.
type querier struct {
	storage.LabelQuerier
	store *Store
}

// Close implements storage.Querier.
func (querier) Close() error { return nil }

// Select implements storage.Querier.
func (q querier) Select(_ context.Context, _ bool, hints *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	selected := &selection{SeriesSet: storage.EmptySeriesSet()}
	for _, id := range q.candidates(matchers) {
		s := &q.store.series[id]
		matches := !slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return !m.Matches(s.labels.Get(m.Name)) })
		if !matches || len(s.points) == 0 {
			continue
		}
		// Rules that read a week of their own samples at each step want the latest only.
		if hints.Func == "last_over_time" && hints.End-hints.Start < hints.Range {
			s = &series{labels: s.labels, points: s.latest(hints.End)}
		}
		selected.rest = append(selected.rest, s)
	}
	return selected
}

// candidates returns the series of the metric, or all series if a selector names no metric.
func (q querier) candidates(matchers []*labels.Matcher) []SeriesID {
	for _, m := range matchers {
		if m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual {
			return q.store.byName[m.Value]
		}
	}
	var all []SeriesID
	for id := range q.store.series {
		all = append(all, SeriesID(id))
	}
	return all
}

// selection implements storage.SeriesSet. The embedded empty set has no errors and no warnings.
type selection struct {
	storage.SeriesSet
	series *series
	rest   []*series
}

// Next implements storage.SeriesSet.
func (s *selection) Next() bool {
	if len(s.rest) == 0 {
		return false
	}
	s.series, s.rest = s.rest[0], s.rest[1:]
	return true
}

// At implements storage.SeriesSet.
func (s *selection) At() storage.Series { return s.series }

// latest returns the latest sample until a time, or nothing.
func (s *series) latest(end int64) []promql.FPoint {
	for i := sort.Search(len(s.points), func(n int) bool { return s.points[n].T > end }) - 1; i >= 0; i-- {
		if !value.IsStaleNaN(s.points[i].F) {
			return s.points[i : i+1]
		}
	}
	return nil
}

// Labels implements storage.Series.
func (s *series) Labels() labels.Labels { return s.labels }

// Iterator implements storage.Series.
func (s *series) Iterator(chunkenc.Iterator) chunkenc.Iterator {
	return &iterator{Iterator: chunkenc.NewNopIterator(), points: s.points, at: -1}
}

// iterator implements chunkenc.Iterator for floats.
type iterator struct {
	chunkenc.Iterator
	points []promql.FPoint
	at     int
}

// Next implements chunkenc.Iterator.
func (i *iterator) Next() chunkenc.ValueType {
	i.at++
	return i.current()
}

// Seek implements chunkenc.Iterator.
func (i *iterator) Seek(t int64) chunkenc.ValueType { //nolint:govet // not the method of io.Seeker
	i.at = max(i.at, 0)
	rest := i.points[min(i.at, len(i.points)):]
	i.at += sort.Search(len(rest), func(n int) bool { return rest[n].T >= t })
	return i.current()
}

func (i *iterator) current() chunkenc.ValueType {
	if i.at >= len(i.points) {
		return chunkenc.ValNone
	}
	return chunkenc.ValFloat
}

// At implements chunkenc.Iterator.
func (i *iterator) At() (int64, float64) { return i.points[i.at].T, i.points[i.at].F }

// AtT implements chunkenc.Iterator.
func (i *iterator) AtT() int64 { return i.points[i.at].T }
