package simulate

import (
	"maps"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/aimarketplace/monitoring/tools/shops/evaluate"
)

// exporter is a target that Prometheus scrapes. Series are in text format, without the labels of
// the target.
type exporter struct {
	target   labels.Labels
	counters map[string]float64
	gauges   map[string]float64 // since the beginning of the minute
	scraped  map[string]evaluate.SeriesID
	up       evaluate.SeriesID
	lastRow  time.Time // of a drain
}

func newExporter(store *evaluate.Store, instance string) *exporter {
	e := &exporter{
		target: labels.FromStrings("job", "marketplace_exporter", "instance", instance+":9847", "pod", instance, "environment", "production"),
		gauges: map[string]float64{}, scraped: map[string]evaluate.SeriesID{},
	}
	e.restart()
	e.up = store.Series(e.labels("up"))
	return e
}

func (e *exporter) clone() *exporter {
	clone := *e
	clone.counters, clone.gauges, clone.scraped = maps.Clone(e.counters), maps.Clone(e.gauges), maps.Clone(e.scraped)
	return &clone
}

// restart resets the counters.
func (e *exporter) restart() { e.counters = map[string]float64{} }

// add increases a counter. Adding 0 initializes it.
func (e *exporter) add(series string, count float64) { e.counters[series] += count }

// set sets a gauge until the next minute.
func (e *exporter) set(series string, value float64) { e.gauges[series] = value }

// labels returns those of a scraped series. Its own labels take precedence, as with honor_labels.
func (e *exporter) labels(series string) labels.Labels {
	own, err := parser.NewParser(parser.Options{}).ParseMetric(series)
	if err != nil {
		panic(err)
	}
	builder := labels.NewBuilder(e.target)
	own.Range(func(l labels.Label) { builder.Set(l.Name, l.Value) })
	return builder.Labels()
}

// scrape appends the counters to the store, and the gauges once a minute, which suffices for values
// that change once a minute. A scrape of an exporter that is down ends all series.
func (e *exporter) scrape(store *evaluate.Store, at time.Time, up bool) {
	t := at.UnixMilli()
	value := 0.0
	if up {
		value = 1
		e.collect(store, t, e.counters)
	}
	if up && at.Second() == 0 {
		e.collect(store, t, e.gauges)
	}
	store.Append(e.up, t, value)
	for series, id := range e.scraped {
		_, isCounter := e.counters[series]
		_, isGauge := e.gauges[series]
		if !up || !isCounter && !isGauge {
			store.AppendStale(id, t)
			delete(e.scraped, series)
		}
	}
}

func (e *exporter) collect(store *evaluate.Store, t int64, values map[string]float64) {
	var added []string
	for series, value := range values {
		if id, found := e.scraped[series]; found {
			store.Append(id, t, value)
		} else {
			added = append(added, series)
		}
	}
	// The order of series in the store decides that of additions, whose last digits depend on it.
	slices.Sort(added)
	for _, series := range added {
		e.scraped[series] = store.Series(e.labels(series))
		store.Append(e.scraped[series], t, values[series])
	}
}
