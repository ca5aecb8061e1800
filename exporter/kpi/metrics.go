package kpi

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

// selfMetrics describe the runs of each KPI, labeled with its name. They let one alert cover all
// KPIs: it compares the age of the last success with the maximum age.
type selfMetrics struct {
	success, duration, interval, maxAge, rows, dropped metric.Desc
}

func newSelfMetrics() selfMetrics {
	desc := func(name, help string) metric.Desc { return metric.NewGauge(namespace+"kpi_"+name, help, "kpi") }
	return selfMetrics{
		success:  desc("last_success_timestamp_seconds", "Time of the last successful run of the KPI's query, in Unix time. Absent before the first."),
		duration: desc("duration_seconds", "Duration of the latest run of the KPI's query, successful or not."),
		interval: desc("interval_seconds", "Time between two runs of the KPI's query."),
		maxAge:   desc("max_age_seconds", "Maximum age up to which a value of the KPI is served while later runs fail."),
		rows:     desc("rows", "Series in the KPI's latest successful run."),
		dropped:  desc("rows_dropped", "Rows beyond max_rows in the KPI's latest successful run, which have no series."),
	}
}

func (m selfMetrics) descs() []metric.Desc {
	return []metric.Desc{m.success, m.duration, m.interval, m.maxAge, m.rows, m.dropped}
}

func (m selfMetrics) collect(k *kpi, ch chan<- prometheus.Metric) {
	k.mu.Lock()
	defer k.mu.Unlock()
	d := k.definition
	send := func(desc metric.Desc, value float64) { ch <- desc.Metric(value, d.Name) }
	send(m.interval, d.Interval.Seconds())
	send(m.maxAge, d.MaxAge.Seconds())
	if k.took > 0 {
		send(m.duration, k.took.Seconds())
	}
	if !k.succeeded.IsZero() {
		send(m.success, float64(k.succeeded.UnixMilli())/1000)
		send(m.rows, float64(len(k.latest.Rows)))
		send(m.dropped, float64(k.latest.Dropped))
	}
}
