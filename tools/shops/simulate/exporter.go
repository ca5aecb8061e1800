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
	gauges   map[string]float64 // of the current scrape
	scraped  map[string]evaluate.SeriesID
	up       evaluate.SeriesID
	lastRow  time.Time // of a drain
}

func newExporter(store *evaluate.Store, job, instance string) *exporter {
	e := &exporter{
		target: labels.FromStrings("job", job, "instance", instance+":9847", "pod", instance, "environment", "production"),
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

// set sets a gauge until the next scrape.
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

// scrape appends all series to the store. A scrape of an exporter that is down ends them.
func (e *exporter) scrape(store *evaluate.Store, at time.Time, up bool) {
	t := at.UnixMilli()
	before := e.scraped
	e.scraped = make(map[string]evaluate.SeriesID, len(before))
	value := 0.0
	if up {
		value = 1
		e.collect(store, t, before, e.counters)
		e.collect(store, t, before, e.gauges)
	}
	store.Append(e.up, t, value)
	for series, id := range before {
		if _, found := e.scraped[series]; !found {
			store.AppendStale(id, t)
		}
	}
	clear(e.gauges)
}

func (e *exporter) collect(store *evaluate.Store, t int64, before map[string]evaluate.SeriesID, values map[string]float64) {
	var added []string
	for series, value := range values {
		id, found := before[series]
		if !found {
			added = append(added, series)
			continue
		}
		e.scraped[series] = id
		store.Append(id, t, value)
	}
	// The order of series in the store decides that of additions, whose last digits depend on it.
	slices.Sort(added)
	for _, series := range added {
		id := store.Series(e.labels(series))
		e.scraped[series] = id
		store.Append(id, t, values[series])
	}
}
