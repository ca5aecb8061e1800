package query

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/prometheus/common/model"

	"github.com/aimarketplace/monitoring/report/chart"
)

// Identity returns the labels of a series without its name.
func Identity(series model.Metric) model.Metric {
	series = maps.Clone(series)
	delete(series, model.MetricNameLabel)
	return series
}

// Values returns the values of an instant vector by the identity of their series.
func Values(vector model.Vector) map[model.Fingerprint]float64 {
	values := make(map[model.Fingerprint]float64, len(vector))
	for _, sample := range vector {
		values[Identity(sample.Metric).Fingerprint()] = float64(sample.Value)
	}
	return values
}

// Value returns the value of a series, or NaN.
func Value(values map[model.Fingerprint]float64, series model.Metric) float64 {
	if value, found := values[Identity(series).Fingerprint()]; found {
		return value
	}
	return math.NaN()
}

// Target returns the target with the most labels among those whose labels the series has, or NaN.
// The limit of an environment therefore precedes the general one.
func Target(series model.Metric, targets model.Vector) float64 {
	target, most := math.NaN(), -1
	for _, candidate := range targets {
		labels := Identity(candidate.Metric)
		matches := true
		for label, value := range labels {
			matches = matches && series[label] == value
		}
		if matches && len(labels) > most {
			target, most = float64(candidate.Value), len(labels)
		}
	}
	return target
}

// Name returns a title with the values of the labels that distinguish a series.
func Name(title string, labels []string, series model.Metric) string {
	var values []string
	for _, label := range labels {
		if value := string(series[model.LabelName(label)]); value != "" {
			values = append(values, value)
		}
	}
	switch {
	case len(values) == 0:
		return title
	case title == "":
		return strings.Join(values, " ")
	}
	return title + ": " + strings.Join(values, " ")
}

// Lines returns the series of a chart, the one with the largest value first. A series without
// distinguishing labels has the title as its name.
func Lines(title string, labels []string, matrix model.Matrix) []chart.Series {
	var lines []chart.Series
	for _, stream := range matrix {
		line := chart.Series{Name: cmp.Or(Name("", labels, stream.Metric), title)}
		for _, sample := range stream.Values {
			if value := float64(sample.Value); !math.IsNaN(value) && !math.IsInf(value, 0) {
				line.Points = append(line.Points, chart.Point{Time: sample.Timestamp.Time(), Value: value})
			}
		}
		if len(line.Points) > 0 {
			lines = append(lines, line)
		}
	}
	slices.SortStableFunc(lines, func(a, b chart.Series) int {
		_, highA, _ := a.Range()
		_, highB, _ := b.Range()
		return cmp.Or(cmp.Compare(highB, highA), cmp.Compare(a.Name, b.Name))
	})
	return lines
}

// Limit returns the limit of a chart if all its series have the same, or nil.
func Limit(matrix model.Matrix, targets model.Vector) *chart.Limit {
	var limit *chart.Limit
	for _, stream := range matrix {
		target := Target(stream.Metric, targets)
		if math.IsNaN(target) || limit != nil && limit.Value != target {
			return nil
		}
		limit = &chart.Limit{Name: "target", Value: target}
	}
	return limit
}

// Effective returns the expression of limits in effect: threshold:<selector>. The labels that
// distinguish several limits of one signal belong into the selector.
func Effective(selector string) string {
	return "max without (severity, window, quantile, history, traffic, bound, instance, pod, job) (threshold:" + selector + ")"
}
