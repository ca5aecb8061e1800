package kpi

import (
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/prometheus/client_golang/prometheus"
)

// about are the metrics that each KPI has beside its own, labelled with its name. They let one alert watch all KPIs:
// no success for longer than the maximum age needs no number but these.
type about struct {
	success, duration, interval, maxAge, rows, dropped metric.Desc
}

func newAbout() about {
	desc := func(name, help string) metric.Desc { return metric.NewGauge(namespace+"kpi_"+name, help, "kpi") }
	return about{
		success:  desc("last_success_timestamp_seconds", "When the KPI's query last succeeded. Absent until it has."),
		duration: desc("duration_seconds", "How long the latest run of the KPI's query took, whether it succeeded or not."),
		interval: desc("interval_seconds", "Time from one run of the KPI to the next."),
		maxAge:   desc("max_age_seconds", "How long a value of the KPI is served when later runs fail."),
		rows:     desc("rows", "Series that the KPI's latest successful run made."),
		dropped:  desc("rows_dropped", "Rows of the KPI's latest successful run beyond its max_rows: no series show them."),
	}
}

func (a about) descs() []metric.Desc {
	return []metric.Desc{a.success, a.duration, a.interval, a.maxAge, a.rows, a.dropped}
}

func (a about) collect(k *kpi, ch chan<- prometheus.Metric) {
	d := k.current()
	send := func(desc metric.Desc, value float64) { ch <- desc.Metric(value, d.Name) }
	send(a.interval, d.Interval.Seconds())
	send(a.maxAge, d.MaxAge.Seconds())
	answer, took := k.last()
	if took > 0 {
		send(a.duration, took.Seconds())
	}
	if succeeded, _ := k.LastRun(); !succeeded.IsZero() {
		send(a.success, float64(succeeded.UnixMilli())/1000)
		send(a.rows, float64(len(answer.Rows)))
		send(a.dropped, float64(answer.Dropped))
	}
}
