package evaluate

import (
	"context"
	"errors"
	"sort"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/util/annotations"
)

// Querier implements storage.Queryable. Iterators ignore the range: the engine seeks in them.
func (s *Store) Querier(int64, int64) (storage.Querier, error) { return querier{s}, nil }

type querier struct{ store *Store }

// Select implements storage.Querier.
func (q querier) Select(_ context.Context, _ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	set := &seriesSet{store: q.store, next: -1}
	for _, name := range matchers {
		if name.Name != labels.MetricName || name.Type != labels.MatchEqual {
			continue
		}
		for _, id := range q.store.byName[name.Value] {
			if len(q.store.series[id].points) > 0 && matches(q.store.series[id].labels, matchers) {
				set.ids = append(set.ids, id)
			}
		}
		return set
	}
	return storage.ErrSeriesSet(errors.New("a selector has no metric name"))
}

func matches(l labels.Labels, matchers []*labels.Matcher) bool {
	for _, m := range matchers {
		if !m.Matches(l.Get(m.Name)) {
			return false
		}
	}
	return true
}

// LabelValues implements storage.Querier. The engine does not call it.
func (querier) LabelValues(context.Context, string, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, errors.ErrUnsupported
}

// LabelNames implements storage.Querier. The engine does not call it.
func (querier) LabelNames(context.Context, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, errors.ErrUnsupported
}

// Close implements storage.Querier.
func (querier) Close() error { return nil }

type seriesSet struct {
	store *Store
	ids   []SeriesID
	next  int
}

func (s *seriesSet) Next() bool                        { s.next++; return s.next < len(s.ids) }
func (s *seriesSet) At() storage.Series                { return &s.store.series[s.ids[s.next]] }
func (s *seriesSet) Err() error                        { return nil }
func (s *seriesSet) Warnings() annotations.Annotations { return nil }

// Labels implements storage.Series.
func (s *series) Labels() labels.Labels { return s.labels }

// Iterator implements storage.Series.
func (s *series) Iterator(chunkenc.Iterator) chunkenc.Iterator {
	return &iterator{points: s.points, at: -1}
}

type iterator struct {
	points []promql.FPoint
	at     int
}

// Next implements chunkenc.Iterator.
func (i *iterator) Next() chunkenc.ValueType {
	i.at++
	return i.current()
}

// Seek implements chunkenc.Iterator.
func (i *iterator) Seek(t int64) chunkenc.ValueType {
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

func (i *iterator) At() (int64, float64) { return i.points[i.at].T, i.points[i.at].F }
func (i *iterator) AtT() int64           { return i.points[i.at].T }
func (i *iterator) AtST() int64          { return 0 }
func (i *iterator) Err() error           { return nil }

// AtHistogram implements chunkenc.Iterator. All samples are floats.
func (i *iterator) AtHistogram(*histogram.Histogram) (int64, *histogram.Histogram) { return 0, nil }

// AtFloatHistogram implements chunkenc.Iterator. All samples are floats.
func (i *iterator) AtFloatHistogram(*histogram.FloatHistogram) (int64, *histogram.FloatHistogram) {
	return 0, nil
}
