// Package evaluate runs rule files over simulated series. Weeks take minutes, because each rule is
// one range query a day instead of one query an evaluation.
//
// [Store] keeps samples in memory. [Rules] orders the rules such that each one reads what the
// others have recorded before, and evaluates them with the engine of Prometheus. Its results differ
// from a server's in one respect: no rule reads samples of the evaluation before the current one.
package evaluate

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"
)

// Store contains the samples of all series.
type Store struct {
	series []promql.Series
	byName map[string][]SeriesID // by metric name
	byHash map[uint64]SeriesID   // by labels
}

// SeriesID identifies a series in a store and in its clones.
type SeriesID int

// NewStore returns an empty store.
func NewStore() *Store {
	return &Store{byName: map[string][]SeriesID{}, byHash: map[uint64]SeriesID{}}
}

// Clone returns a copy that can change independently. Both share the samples that they have.
func (s *Store) Clone() *Store {
	clone := &Store{series: slices.Clone(s.series), byName: maps.Clone(s.byName), byHash: maps.Clone(s.byHash)}
	for i := range clone.series {
		clone.series[i].Floats = slices.Clip(clone.series[i].Floats)
	}
	for name, ids := range clone.byName {
		clone.byName[name] = slices.Clip(ids)
	}
	return clone
}

// Series returns the series with the labels, and creates it if it does not exist.
func (s *Store) Series(l labels.Labels) SeriesID {
	hash := l.Hash()
	if id, found := s.byHash[hash]; found {
		return id
	}
	id := SeriesID(len(s.series))
	s.series = append(s.series, promql.Series{Metric: l})
	name := l.Get(model.MetricNameLabel)
	s.byName[name] = append(s.byName[name], id)
	s.byHash[hash] = id
	return id
}

// Append adds a sample. The time, in milliseconds, must be later than that of the one before.
func (s *Store) Append(id SeriesID, t int64, v float64) {
	s.series[id].Floats = append(s.series[id].Floats, promql.FPoint{T: t, F: v})
}

// AppendStale marks the end of a series.
func (s *Store) AppendStale(id SeriesID, t int64) {
	s.Append(id, t, math.Float64frombits(value.StaleNaN))
}

// prune drops the samples that no rule reads after now, by the longest time that a rule looks back.
func (s *Store) prune(now int64, history map[string]time.Duration) {
	for i := range s.series {
		oldest := now - history[s.series[i].Metric.Get(model.MetricNameLabel)].Milliseconds()
		s.series[i].Floats = slices.Clone(since(s.series[i].Floats, oldest))
	}
}

// since returns the samples from a time on.
func since(points []promql.FPoint, oldest int64) []promql.FPoint {
	first, _ := slices.BinarySearchFunc(points, oldest, func(p promql.FPoint, t int64) int { return cmp.Compare(p.T, t) })
	return points[first:]
}
