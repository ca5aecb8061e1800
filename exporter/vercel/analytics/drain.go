// Package analytics counts page views and custom events, as the drain of Web Analytics tells.
package analytics

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/intake"
	"github.com/aimarketplace/monitoring/exporter/vercel/seen"
)

// Options are what a drain needs.
type Options struct {
	MaxRows int                 // of a delivery
	Lists   func() *bound.Lists // what a label may say; asked once a delivery
	Seen    *seen.Window        // remembers rows
}

// Drain is the drain of Web Analytics: an intake.Drain, and a prometheus.Collector of its own metrics.
type Drain struct {
	options Options
	metrics *metrics
	readers sync.Pool // of *reader
}

// New returns a drain that has counted nothing.
func New(options Options) *Drain {
	return &Drain{options: options, metrics: newMetrics(), readers: sync.Pool{New: func() any { return &reader{} }}}
}

// Name implements intake.Drain.
func (d *Drain) Name() string { return "analytics" }

// Path implements intake.Drain.
func (d *Drain) Path() string { return "/vercel/analytics" }

// Forms implements intake.Drain.
func (d *Drain) Forms() []intake.Form { return []intake.Form{intake.JSON} }

// Take implements intake.Drain.
//
// A row has no id, so it is known by all that it says: the moment in milliseconds, the session, the device, the event and
// its properties among it. Two purchases that agree in all of that are taken for one.
func (d *Drain) Take(body []byte, _ intake.Form) (batch.Tally, error) {
	lists := d.options.Lists()
	reader := d.readers.Get().(*reader)
	defer d.readers.Put(reader)
	rows, tally, err := batch.Decode(body, d.options.MaxRows, func(text []byte) (action, error) {
		a, err := reader.read(text, lists)
		a.key = d.options.Seen.Key('a', text)
		return a, err
	})
	if err != nil {
		return batch.Tally{}, err
	}
	for _, a := range rows {
		if !d.options.Seen.Add(a.key) {
			tally.Duplicates++
			continue
		}
		tally.Counted++
		d.metrics.count(a, lists.Events)
	}
	return tally, nil
}

// Describe implements prometheus.Collector.
func (d *Drain) Describe(ch chan<- *prometheus.Desc) { d.metrics.describe(ch) }

// Collect implements prometheus.Collector.
func (d *Drain) Collect(ch chan<- prometheus.Metric) { d.metrics.collect(ch) }
