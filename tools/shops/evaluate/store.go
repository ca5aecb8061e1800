// Package evaluate runs rule files over simulated series. Weeks take minutes, because each rule is
// one range query a day instead of one query an evaluation.
//
// [Store] keeps samples in memory. [Rules] orders the rules such that each one reads what the
// others have recorded before, and evaluates them with the engine of Prometheus. Its results differ
// from a server's in one respect: no rule reads samples of the evaluation before the current one.
package evaluate

import (
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
	series []series
	byName map[string][]SeriesID // by metric name
	byHash map[uint64]SeriesID   // by labels
}

// SeriesID identifies a series in a store and in its clones.
type SeriesID int

type series struct {
	labels labels.Labels
	points []promql.FPoint // by time
}

// NewStore returns an empty store.
func NewStore() *Store {
	return &Store{byName: map[string][]SeriesID{}, byHash: map[uint64]SeriesID{}}
}

// Clone returns a copy that can change independently. The points of both are shared until they
// change.
func (s *Store) Clone() *Store {
	clone := &Store{series: slices.Clone(s.series), byName: map[string][]SeriesID{}, byHash: map[uint64]SeriesID{}}
	for i := range clone.series {
		clone.series[i].points = slices.Clip(clone.series[i].points)
	}
	for name, ids := range s.byName {
		clone.byName[name] = slices.Clip(ids)
	}
	for hash, id := range s.byHash {
		clone.byHash[hash] = id
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
	s.series = append(s.series, series{labels: l})
	name := l.Get(model.MetricNameLabel)
	s.byName[name] = append(s.byName[name], id)
	s.byHash[hash] = id
	return id
}

// Append adds a sample. The time, in milliseconds, must be later than that of the one before.
func (s *Store) Append(id SeriesID, t int64, v float64) {
	s.series[id].points = append(s.series[id].points, promql.FPoint{T: t, F: v})
}

// AppendStale marks the end of a series.
func (s *Store) AppendStale(id SeriesID, t int64) {
	s.Append(id, t, math.Float64frombits(value.StaleNaN))
}

// prune drops the samples that no rule reads after now, by the longest time that a rule looks back.
func (s *Store) prune(now int64, history map[string]time.Duration) {
	for i := range s.series {
		points := s.series[i].points
		oldest := now - history[s.series[i].labels.Get(model.MetricNameLabel)].Milliseconds()
		first, _ := slices.BinarySearchFunc(points, oldest, func(p promql.FPoint, t int64) int { return int(p.T - t) })
		s.series[i].points = slices.Clone(points[first:])
	}
}
