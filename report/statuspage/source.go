package statuspage

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
)

// Querier evaluates expressions.
type Querier interface {
	Instant(ctx context.Context, expr string, at time.Time) (model.Vector, error)
	Range(ctx context.Context, expr string, r v1.Range) (model.Matrix, error)
}

const (
	day = 24 * time.Hour
	// maxWindowName limits the name of a maintenance window in bytes.
	maxWindowName = 200
)

// source reads the query set of one environment, with the series that have no such label.
type source struct {
	querier     Querier
	environment string
}

// matcher returns a regular expression for the label environment.
func (s source) matcher() string { return regexp.QuoteMeta(s.environment) + "|" }

// current is what Prometheus knows about the present.
type current struct {
	status  map[string]Status
	uptime  map[string]map[string]float64 // by component and window
	windows []Window
	alerts  map[alert]Status
}

// alert identifies an alert of a component.
type alert struct{ component, name string }

// readCurrent reads statuses, uptime, maintenance windows and the table of the alerts that change a
// status with one query. Series of several replicas count once, with the worst value.
func (s source) readCurrent(ctx context.Context, now time.Time) (current, error) {
	samples, err := s.querier.Instant(ctx, fmt.Sprintf(
		`{__name__=~"marketplace:component_(status|uptime:ratio(1|30|90)d)|marketplace_maintenance_(start|end)_timestamp_seconds",environment=~%q}`+
			` or component:alert:info`, s.matcher()), now)
	if err != nil {
		return current{}, err
	}
	c := current{status: map[string]Status{}, uptime: map[string]map[string]float64{}, alerts: map[alert]Status{}}
	windows := map[string]*Window{}
	for _, sample := range samples {
		component := string(sample.Metric["component"])
		if !slices.Contains(componentNames(), component) {
			continue
		}
		switch name := string(sample.Metric[model.MetricNameLabel]); name {
		case "marketplace:component_status":
			c.status[component] = max(c.status[component], statusOf(float64(sample.Value)))
		case "marketplace_maintenance_start_timestamp_seconds", "marketplace_maintenance_end_timestamp_seconds":
			addBoundary(windows, sample, strings.Contains(name, "_start_"))
		case "component:alert:info":
			key := alert{component, string(sample.Metric["alertname"])}
			c.alerts[key] = max(c.alerts[key], statusNamed(string(sample.Metric["status"])))
		default:
			c.addUptime(component, strings.TrimPrefix(name, "marketplace:component_uptime:ratio"), float64(sample.Value))
		}
	}
	for _, w := range windows {
		if w.Start.Before(w.End) && now.Before(w.End) {
			slices.Sort(w.Components)
			w.Components = slices.Compact(w.Components)
			c.windows = append(c.windows, *w)
		}
	}
	slices.SortFunc(c.windows, func(a, b Window) int {
		return cmp.Or(a.Start.Compare(b.Start), strings.Compare(a.Name, b.Name))
	})
	return c, nil
}

// statusOf translates a value of marketplace:component_status.
func statusOf(value float64) Status {
	statuses := []Status{Operational, Degraded, PartialOutage, MajorOutage}
	if value < 0 || value > 3 || value != math.Trunc(value) { // NaN is no integer either
		return Unknown
	}
	return statuses[int(value)]
}

// statusNamed translates a status of component:alert:info. It returns 0 for other texts.
func statusNamed(name string) Status {
	return map[string]Status{"degraded": Degraded, "partial_outage": PartialOutage, "major_outage": MajorOutage}[name]
}

func (c *current) addUptime(component, window string, ratio float64) {
	if math.IsNaN(ratio) || ratio < 0 || ratio > 1 {
		return
	}
	if c.uptime[component] == nil {
		c.uptime[component] = map[string]float64{}
	}
	if known, ok := c.uptime[component][window]; !ok || ratio < known {
		c.uptime[component][window] = ratio
	}
}

// addBoundary adds the start or the end of a maintenance window, which has a pair of series for
// each component.
func addBoundary(windows map[string]*Window, sample *model.Sample, start bool) {
	name := string(sample.Metric["window"])
	if name == "" || len(name) > maxWindowName || !(sample.Value >= 0 && sample.Value < math.MaxInt32*2) {
		return
	}
	w := windows[name]
	if w == nil {
		w = &Window{Name: name}
		windows[name] = w
	}
	w.Components = append(w.Components, string(sample.Metric["component"]))
	at := time.Unix(int64(sample.Value), 0).UTC()
	if start {
		w.Start, w.ID = at, newID("maintenance", name, at.String())
	} else {
		w.End = at
	}
}

// readDays reads the uptime of the days since from, which is a midnight, by component. Each day is
// the mean of its hours that have data.
func (s source) readDays(ctx context.Context, from, now time.Time) (map[string]map[time.Time]float64, error) {
	const expr = `min by (component) (avg_over_time(last_over_time(marketplace:component_up:ratio1h{environment=~%q}[1h])[%ds:1h]))`
	days := map[string]map[time.Time]float64{}
	add := func(metric model.Metric, date time.Time, ratio model.SampleValue) {
		component := string(metric["component"])
		if days[component] == nil {
			days[component] = map[time.Time]float64{}
		}
		days[component][date] = float64(ratio)
	}
	today := now.Truncate(day)
	if from.Before(today) { // an evaluation at midnight covers the day before it
		matrix, err := s.querier.Range(ctx, fmt.Sprintf(expr, s.matcher(), int(day.Seconds())),
			v1.Range{Start: from.Add(day), End: today, Step: day})
		if err != nil {
			return nil, err
		}
		for _, stream := range matrix {
			for _, point := range stream.Values {
				add(stream.Metric, point.Timestamp.Time().UTC().Add(-day), point.Value)
			}
		}
	}
	samples, err := s.querier.Instant(ctx, fmt.Sprintf(expr, s.matcher(), max(1, int(now.Sub(today).Seconds()))), now)
	if err != nil {
		return nil, err
	}
	for _, sample := range samples {
		add(sample.Metric, today, sample.Value)
	}
	return days, nil
}

// mergeDays adds the days of next to those of known.
func mergeDays(known, next map[string]map[time.Time]float64) map[string]map[time.Time]float64 {
	merged := map[string]map[time.Time]float64{}
	for _, name := range componentNames() {
		merged[name] = map[time.Time]float64{}
		maps.Copy(merged[name], known[name])
		maps.Copy(merged[name], next[name])
	}
	return merged
}
